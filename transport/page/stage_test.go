package page_test

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
)

// stage is a server whose journal the test writes: for what the simulated daemon does not do.
type stage struct {
	address string
	journal *fsm.Journal
	machine *fsm.Machine
	agent   *puppet
	end     func()    // of the server
	at      time.Time // of what happens next, zero for now
}

// puppet is an agent that obeys everything, or refuses everything.
type puppet struct {
	proven atomic.Int64 // Unix nanoseconds

	mu      sync.Mutex // guards all but the picture, which is set before anybody asks
	lines   []string
	asked   []time.Time // when the lines were asked for
	wrong   error
	unknown []fsm.Unknown
	picture []byte
}

func (p *puppet) Init(context.Context, bool) (string, error)          { return "", p.answer() }
func (p *puppet) InitIfSafe(context.Context) error                    { return p.answer() }
func (p *puppet) Restart(context.Context, bool) (string, error)       { return "", p.answer() }
func (p *puppet) Stop(context.Context) error                          { return p.answer() }
func (p *puppet) SubmitCode(context.Context, string, fsm.By) error    { return p.answer() }
func (p *puppet) ResendCode(context.Context) error                    { return p.answer() }
func (p *puppet) SubmitCaptcha(context.Context, string, fsm.By) error { return p.answer() }
func (p *puppet) Captcha(context.Context) ([]byte, error)             { return p.picture, p.answer() }
func (p *puppet) NewCaptcha(context.Context) error                    { return p.answer() }
func (p *puppet) SubmitPassword(context.Context, string) error        { return p.answer() }

func (p *puppet) Proven() time.Time {
	if at := p.proven.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

// Unknown are two lines that no rule knows, once a test says so.
func (p *puppet) Unknown() []fsm.Unknown {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.unknown
}

func (p *puppet) answer() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wrong
}

func (p *puppet) Lines(context.Context) ([]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, time.Now())
	return p.lines, nil
}

func (p *puppet) says(lines ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = lines
}

// noDisk keeps nothing.
type noDisk struct{}

func (noDisk) Append([]byte) error { return nil }
func (noDisk) Sync() error         { return nil }

// report is the text that a stage gives as one.
const report = "a report\n"

// newStage serves until the test ends.
func newStage(t *testing.T, with ...func(*transport.Config)) *stage {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{address: "http://" + l.Addr().String() + "/", journal: fsm.NewJournal(noDisk{}), machine: fsm.NewMachine(fsm.Idle), agent: &puppet{}}
	cfg := transport.Config{
		Journal: s.journal, Agent: s.agent, Log: zap.NewNop(), Report: func(context.Context) []byte { return []byte(report) },
		About: transport.About{Account: "…678", Name: "nas", API: "0.0.0.0:11111", Shell: "docker exec 03f919bd084c"},
	}
	for _, change := range with {
		change(&cfg)
	}
	server := transport.New(cfg)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, l) }()
	s.end = sync.OnceFunc(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(s.end)
	return s
}

// happens applies events as the agent would.
func (s *stage) happens(t *testing.T, events ...fsm.Event) {
	t.Helper()
	for _, e := range events {
		from, to := s.machine.Apply(e)
		at := s.at
		if at.IsZero() {
			at = time.Now()
		}
		s.journal.Append(at, from, to, false, e)
		if err := s.journal.Flush(); err != nil {
			t.Fatal(err)
		}
	}
}
