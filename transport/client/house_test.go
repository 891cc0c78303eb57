package client_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport"
	"github.com/ostai/futuopend-gateway/transport/client"
)

// house is a real server on a journal that the test writes. It can go away and come back.
type house struct {
	t       *testing.T
	journal *fsm.Journal
	machine *fsm.Machine
	token   string
	told    chan string // what the agent was told
	wrong   error       // what its commands return
	typed   func()      // happens while a code is submitted
	newer   bool        // it is a server that no description of ours is of

	mu    sync.Mutex // guards pipes, which a dialling client reads
	pipes *testbed.Pipes
	stop  context.CancelFunc
	done  chan error
}

type nowhere struct{}

func (nowhere) Append([]byte) error { return nil }
func (nowhere) Sync() error         { return nil }

func newHouse(t *testing.T) *house {
	return &house{t: t, journal: fsm.NewJournal(nowhere{}), machine: fsm.NewMachine(fsm.Idle), told: make(chan string, 100), typed: func() {}}
}

// serve brings the server up.
func (h *house) serve() {
	s := transport.New(transport.Config{Journal: h.journal, Agent: agent{h}, Log: zap.NewNop(), Token: h.token})
	ctx, cancel := context.WithCancel(context.Background())
	p := testbed.NewPipes()
	h.mu.Lock()
	h.pipes = p
	h.mu.Unlock()
	h.stop, h.done = cancel, make(chan error, 1)
	go func() { h.done <- s.Serve(ctx, p) }() // leave waits for it
}

// leave takes the server down.
func (h *house) leave() {
	h.t.Helper()
	h.stop()
	if err := <-h.done; err != nil {
		h.t.Error(err)
	}
}

func (h *house) dial(ctx context.Context, network, address string) (net.Conn, error) {
	h.mu.Lock()
	p := h.pipes
	h.mu.Unlock()
	return p.Dial(ctx, network, address)
}

func (h *house) options() client.Options {
	var over http.RoundTripper = &http.Transport{DialContext: h.dial, DisableKeepAlives: true}
	if !h.newer {
		over = openapi().Over(h.t, over)
	}
	return client.Options{Token: h.token, HTTPClient: &http.Client{Transport: over}}
}

// openapi is the description that each answer over HTTP is held to.
var openapi = sync.OnceValue(func() *testbed.OpenAPI {
	o, err := testbed.ReadOpenAPI("../openapi.yaml")
	if err != nil {
		panic(err)
	}
	return o
})

// connect connects a client, which the test closes.
func (h *house) connect() *client.Client {
	h.t.Helper()
	c, err := client.Dial(h.t.Context(), address, h.options())
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

const address = "ws://127.0.0.1:8000/"

// happens applies events as the agent would. A code typed carries its challenge.
func (h *house) happens(kinds ...fsm.Kind) {
	for _, k := range kinds {
		e := fsm.Event{Kind: k}
		if k == fsm.CodeTyped || k == fsm.CaptchaTyped {
			e.Challenge = h.journal.Snapshot().Challenge.ID
		}
		from, to := h.machine.Apply(e)
		h.journal.Append(time.Now(), from, to, false, e)
		h.journal.Flush()
	}
}

// agent records what it is told.
type agent struct{ *house }

func (a agent) tell(s string) error { a.told <- s; return a.wrong }

func (a agent) Init(_ context.Context, again bool) (string, error) {
	if again {
		return "a risk", a.tell("init again")
	}
	return "", a.tell("init")
}
func (a agent) InitIfSafe(context.Context) error { return a.tell("init if safe") }
func (a agent) Restart(_ context.Context, again bool) (string, error) {
	if again {
		return "", a.tell("restart again")
	}
	return "", a.tell("restart")
}
func (a agent) Stop(context.Context) error              { return a.tell("stop") }
func (a agent) ResendCode(context.Context) error        { return a.tell("resend") }
func (a agent) NewCaptcha(context.Context) error        { return a.tell("new captcha") }
func (a agent) Captcha(context.Context) ([]byte, error) { return []byte("PNG"), a.tell("picture") }
func (a agent) SubmitCode(_ context.Context, s string, _ fsm.By) error {
	a.typed()
	return a.tell("code " + s)
}
func (a agent) SubmitCaptcha(_ context.Context, s string, _ fsm.By) error {
	a.typed()
	return a.tell("captcha " + s)
}
func (a agent) Lines(context.Context) ([]string, error)      { return []string{"a line"}, nil }
func (a agent) Unknown() []fsm.Unknown                       { return nil }
func (a agent) Proven() time.Time                            { return time.Now() }
func (a agent) SubmitPassword(context.Context, string) error { return a.tell("password") }

// within runs a test in a bubble of virtual time.
func within(t *testing.T, f func(*house)) {
	synctest.Test(t, func(t *testing.T) { f(newHouse(t)) })
}
