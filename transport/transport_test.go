package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport"
)

// fakeAgent records what it is told.
type fakeAgent struct {
	typed func() // what happens before SubmitCode returns
	mu    sync.Mutex
	told  []string
	wrong error // what the commands return

	proven  time.Time
	unknown []fsm.Unknown
	picture []byte // what Captcha returns; nil: a text
}

func (a *fakeAgent) Init(_ context.Context, again bool) (string, error) {
	return "", a.tell("init" + also(again))
}
func (a *fakeAgent) InitIfSafe(context.Context) error { return a.tell("init if safe") }
func (a *fakeAgent) Restart(_ context.Context, again bool) (string, error) {
	return "a risk", a.tell("restart" + also(again))
}

// also is how a start is told that a person wants it although it is not safe.
func also(again bool) string {
	if again {
		return " again"
	}
	return ""
}

func (a *fakeAgent) Stop(context.Context) error       { return a.tell("stop") }
func (a *fakeAgent) ResendCode(context.Context) error { return a.tell("resend") }
func (a *fakeAgent) NewCaptcha(context.Context) error { return a.tell("new captcha") }
func (a *fakeAgent) Captcha(context.Context) ([]byte, error) {
	if a.picture != nil {
		return a.picture, nil
	}
	return []byte("PNG"), a.tell("picture")
}
func (a *fakeAgent) SubmitCode(_ context.Context, s string, _ fsm.By) error {
	if a.typed != nil {
		a.typed()
	}
	return a.tell("code " + s)
}
func (a *fakeAgent) SubmitCaptcha(_ context.Context, s string, _ fsm.By) error {
	return a.tell("captcha " + s)
}
func (a *fakeAgent) SubmitPassword(_ context.Context, s string) error {
	return a.tell("password " + s)
}

func (a *fakeAgent) Lines(context.Context) ([]string, error) { return []string{"a line"}, nil }
func (a *fakeAgent) Unknown() []fsm.Unknown                  { return a.unknown }
func (a *fakeAgent) Proven() time.Time                       { a.mu.Lock(); defer a.mu.Unlock(); return a.proven }

func (a *fakeAgent) tell(s string) error { a.note(s); return a.wrong }

// prove says that the API proved now that quotes work.
func (a *fakeAgent) prove() { a.mu.Lock(); defer a.mu.Unlock(); a.proven = time.Now() }

func (a *fakeAgent) note(s string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.told = append(a.told, s)
}

func (a *fakeAgent) all() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Join(a.told, ", ")
}

// nowhere is a disk that keeps nothing.
type nowhere struct{}

func (nowhere) Append([]byte) error { return nil }
func (nowhere) Sync() error         { return nil }

// house is a server that runs in a bubble on a journal that the test writes.
type house struct {
	t       *testing.T
	pipes   *testbed.Pipes
	journal *fsm.Journal
	machine *fsm.Machine
	agent   *fakeAgent
	server  *transport.Server
	tickets *transport.Tickets
	stop    context.CancelFunc
	done    chan error
}

func open(t *testing.T, origins ...string) *house {
	return openWith(t, func(c *transport.Config) { c.Origins = origins })
}

// openWith opens a house whose server's config was mended.
func openWith(t *testing.T, mend func(*transport.Config)) *house {
	h := &house{t: t, pipes: testbed.NewPipes(), journal: fsm.NewJournal(nowhere{}), machine: fsm.NewMachine(fsm.Idle), agent: &fakeAgent{}, done: make(chan error, 1)}
	cfg := transport.Config{Journal: h.journal, Agent: h.agent, Log: zap.NewNop()}
	h.pipes.Seen = func(answer *http.Response, body []byte) { isDescribed(t, answer, body) }
	mend(&cfg)
	if cfg.Token != "" {
		h.tickets = transport.NewTickets(h.journal)
		cfg.Tickets = h.tickets
	}
	s := transport.New(cfg)
	h.server = s
	ctx, cancel := context.WithCancel(context.Background())
	h.stop = cancel
	go func() { h.done <- s.Serve(ctx, h.pipes) }() // close waits for it
	return h
}

func (h *house) close() {
	h.t.Helper()
	h.stop()
	if err := <-h.done; err != nil {
		h.t.Error(err)
	}
}

// happens applies events as the agent would, with held as it would be set.
func (h *house) happens(held bool, kinds ...fsm.Kind) {
	for _, k := range kinds {
		from, to := h.machine.Apply(fsm.Event{Kind: k})
		h.journal.Append(time.Now(), from, to, held && to == fsm.AwaitingCode && from != to, fsm.Event{Kind: k})
		h.journal.Flush()
	}
	synctest.Wait()
}

// tells applies whole events.
func (h *house) tells(events ...fsm.Event) {
	for _, e := range events {
		from, to := h.machine.Apply(e)
		h.journal.Append(time.Now(), from, to, false, e)
		h.journal.Flush()
	}
	synctest.Wait()
}

func (h *house) dial(header http.Header) (*websocket.Conn, *http.Response, error) {
	return websocket.Dial(h.t.Context(), "ws://127.0.0.1:8000/", &websocket.DialOptions{HTTPClient: h.pipes.Client(), HTTPHeader: header})
}

// client is a connected client whose frames the test reads.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

func (h *house) connect() client {
	h.t.Helper()
	conn, _, err := h.dial(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return client{h.t, conn}
}

func (c client) send(frame string) {
	c.t.Helper()
	if err := c.conn.Write(c.t.Context(), websocket.MessageText, []byte(frame)); err != nil {
		c.t.Fatalf("send %s: %v", frame, err)
	}
}

// want reads one frame and compares it byte for byte, but for the trouble, which a test of its own looks at.
func (c client) want(why, frame string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Second)
	defer cancel()
	_, got, err := c.conn.Read(ctx)
	if err != nil || untroubled(string(got)) != frame {
		c.t.Fatalf("%s: got %s and %v, want %s", why, got, err, frame)
	}
}

// wantError reads an ERROR frame with the given code.
func (c client) wantError(why, code string) {
	c.t.Helper()
	var f struct{ Type, Error, Message string }
	_, got, err := c.conn.Read(c.t.Context())
	if err != nil || json.Unmarshal(got, &f) != nil || f.Type != "ERROR" || f.Error != code || f.Message == "" {
		c.t.Fatalf("%s: got %s and %v, want ERROR %s", why, got, err, code)
	}
	if !strings.HasPrefix(string(got), `{"type":"ERROR","error":"`+code+`","message":"`) {
		c.t.Errorf("%s: members in another order: %s", why, got)
	}
}

// status asks for the status, which also proves that nothing else came before.
func (c client) status(why, frame string) {
	c.t.Helper()
	c.send(`{"type":"STATUS"}`)
	c.want(why, frame)
}

const (
	requestCode = `{"type":"REQUEST_CODE"}`
	connected   = `{"type":"CONNECTED"}`
	closed      = `{"type":"CLOSED"}`
)

func TestALoginOnTheWireByteForByte(t *testing.T) { synctest.Test(t, testALogin) }
func testALogin(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	a := h.connect()
	a.status("idle", `{"type":"STATUS","status":-1}`)
	a.send(`{"type":"INIT"}`)
	h.happens(false, fsm.Start, fsm.LoggingIn)
	a.status("while logging in", `{"type":"STATUS","status":0}`)
	h.happens(false, fsm.CodeWanted)
	a.want("when a code is wanted", requestCode)
	b := h.connect()
	b.want("a client that comes later", requestCode)
	h.happens(false, fsm.CodeWanted, fsm.CodeRequestHint)
	a.status("a request printed twice is told once", `{"type":"STATUS","status":1}`)
	a.send(`{"type":"VERIFY_CODE","code":"123456"}`)
	h.happens(false, fsm.CodeTyped)
	a.status("while verifying", `{"type":"STATUS","status":2}`)
	h.happens(false, fsm.LoggedIn)
	for _, c := range []client{a, b, h.connect()} {
		c.want("when logged in", connected)
	}
	a.status("when logged in", `{"type":"STATUS","status":3}`)
	h.happens(false, fsm.QuoteRightKicked, fsm.QuoteRight, fsm.Exited)
	a.want("when the daemon exited", closed)
	a.status("when the daemon exited", `{"type":"STATUS","status":-2}`)
	if got := h.agent.all(); got != "init if safe, code 123456" {
		t.Errorf("the agent was told %q", got)
	}
}

func TestNobodyIsAskedForACodeThatIsHeld(t *testing.T) { synctest.Test(t, testHeldCode) }
func testHeldCode(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start)
	a := h.connect()
	h.happens(true, fsm.CodeWanted)
	b := h.connect()
	for _, c := range []client{a, b} {
		c.status("while the code is held", `{"type":"STATUS","status":1}`)
	}
	h.happens(true, fsm.CodeTyped, fsm.LoggedIn)
	a.want("when it was right", connected)
}

func TestStatesThatVersion1DidNotKnow(t *testing.T) { synctest.Test(t, testOtherStates) }
func testOtherStates(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start)
	a := h.connect()
	for _, c := range []struct {
		kind          fsm.Kind
		frame, status string
	}{
		{fsm.CaptchaWanted, `{"type":"REQUEST_CAPTCHA"}`, "4"},
		{fsm.PasswordPrompt, `{"type":"REQUEST_PASSWORD"}`, "6"},
		{fsm.LoggedIn, connected, "3"},
		{fsm.PasswordWrong, `{"type":"HALTED"}`, "-3"},
	} {
		h.happens(false, c.kind)
		a.want(string(c.kind), c.frame)
		a.status(string(c.kind), `{"type":"STATUS","status":`+c.status+`}`)
		h.connect().want("a client that comes later", c.frame)
	}
	h.happens(false, fsm.Exited)
	a.want("CLOSED is sent on the exit, whatever the state", closed)
	a.status("halted stays", `{"type":"STATUS","status":-3}`)
}

func TestAFrameThatCannotBeObeyedIsAnsweredAndTheConnectionLivesOn(t *testing.T) {
	synctest.Test(t, testBadFrames)
}
func testBadFrames(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	c := h.connect()
	for frame, code := range map[string]string{
		`hello`:                                "frame_invalid",
		``:                                     "frame_invalid",
		`null`:                                 "frame_invalid",
		`[]`:                                   "frame_invalid",
		`"STATUS"`:                             "frame_invalid",
		`{}`:                                   "frame_invalid",
		`{"type":1}`:                           "frame_invalid",
		`{"type":null}`:                        "frame_invalid",
		`{"type":"STATUS"} {}`:                 "frame_invalid",
		`{"TYPE":"STATUS"}`:                    "frame_invalid",
		`{"type":"status"}`:                    "type_unknown",
		`{"type":"REQUEST_CODE"}`:              "type_unknown",
		`{"type":"VERIFY_CODE"}`:               "code_invalid",
		`{"type":"VERIFY_CODE","code":123456}`: "code_invalid",
		`{"type":"VERIFY_CODE","code":null}`:   "code_invalid",
		`{"type":"STATUS","x":"` + strings.Repeat("x", 4096) + `"}`:    "frame_too_large",
		`{"type":"STATUS","x":"` + strings.Repeat("x", 900<<10) + `"}`: "frame_too_large",
	} {
		c.send(frame)
		c.wantError(frame[:min(len(frame), 60)], code)
	}
	if err := c.conn.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"STATUS"}`)); err != nil {
		t.Fatal(err)
	}
	c.wantError("a binary frame", "frame_not_text")
	c.status("after all that", `{"type":"STATUS","status":-1}`)
	c.send(` {"id":7,"type":"STATUS","more":{}} `)
	c.want("members that nobody knows", `{"type":"STATUS","status":-1}`)
	if got := h.agent.all(); got != "" {
		t.Errorf("the agent was told %q", got)
	}
}

func TestARefusedCommandIsAnswered(t *testing.T) { synctest.Test(t, testRefused) }
func testRefused(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	c := h.connect()
	h.agent.wrong = &fsm.Refusal{Code: "code_pending", Message: "wait"}
	c.send(`{"type":"VERIFY_CODE","code":"123456"}`)
	c.want("a refusal", `{"type":"ERROR","error":"code_pending","message":"wait"}`)
	h.agent.wrong = errors.New("the gateway is stopping")
	c.send(`{"type":"VERIFY_CODE","code":"123456"}`)
	c.wantError("another error", "unavailable")
}

func TestInVersion1NoFrameOverrulesARefusal(t *testing.T) { synctest.Test(t, testNoOverruling) }
func testNoOverruling(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.PasswordWrong)
	c := h.connect()
	c.want("on connecting", `{"type":"HALTED"}`)
	h.agent.wrong = &fsm.Refusal{Code: "not_safe", Message: "correct the password"}
	for _, frame := range []string{`{"type":"INIT"}`, `{"type":"INIT","again":true}`, `{"type":"INIT","again":"x"}`} {
		c.send(frame)
		c.want(frame, `{"type":"ERROR","error":"not_safe","message":"correct the password"}`)
	}
	if got := h.agent.all(); got != "init if safe, init if safe, init if safe" {
		t.Errorf("the agent was told %q", got)
	}
}

func TestAFloodEndsTheConnectionAndNoOther(t *testing.T) { synctest.Test(t, testFlood) }
func testFlood(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	good, bad := h.connect(), h.connect()
	var err error
	for n := 0; err == nil && n < 1000; n++ {
		bad.conn.Write(t.Context(), websocket.MessageText, []byte("x"))
		_, _, err = bad.conn.Read(t.Context())
	}
	if got := websocket.CloseStatus(err); got != websocket.StatusPolicyViolation {
		t.Errorf("got %v, want 1008", err)
	}
	for range 1000 {
		good.status("asking for the status is no flood", `{"type":"STATUS","status":-1}`)
	}
}

func TestAFrameWithoutEndEndsTheConnection(t *testing.T) { synctest.Test(t, testEndlessFrame) }
func testEndlessFrame(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	c := h.connect()
	w, err := c.conn.Writer(t.Context(), websocket.MessageText)
	if err != nil {
		t.Fatal(err)
	}
	go io.CopyN(w, endless{}, 8<<20) // ends with the connection
	if _, _, err := c.conn.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("got %v, want 1009", err)
	}
}

// endless reads as an x after the other.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestPagesOfOtherOriginsAreRefused(t *testing.T) { synctest.Test(t, testOrigins) }
func testOrigins(t *testing.T) {
	h := open(t, "app.example:*")
	defer h.close()
	for origin, want := range map[string]bool{
		"": true, "http://127.0.0.1:8000": true, "https://app.example:8443": true,
		"http://evil.example": false, "http://127.0.0.1:9000": false, "null": false, "https://app.example.evil:1": false,
	} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		conn, resp, err := h.dial(header)
		if (err == nil) != want {
			t.Errorf("origin %q: let in %v, want %v", origin, err == nil, want)
		}
		if err != nil && resp.StatusCode != http.StatusForbidden {
			t.Errorf("origin %q: status %d", origin, resp.StatusCode)
		}
		if conn != nil {
			conn.CloseNow()
		}
	}
}

func TestAClientThatDoesNotReadIsDroppedAndDelaysNobody(t *testing.T) {
	synctest.Test(t, testSlowClient)
}
func testSlowClient(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start)
	slow, quick := h.connect(), h.connect()
	began := time.Now()
	h.happens(false, fsm.CodeWanted)
	quick.want("at once", requestCode)
	if took := time.Since(began); took != 0 {
		t.Errorf("the quick client waited %v", took)
	}
	time.Sleep(5 * time.Second)
	synctest.Wait()
	if _, _, err := slow.conn.Read(t.Context()); err == nil {
		t.Error("the client that did not read is still served")
	}
	quick.status("afterwards", `{"type":"STATUS","status":1}`)
}

func TestADeadPeerIsFoundByPing(t *testing.T) { synctest.Test(t, testDeadPeer) }
func testDeadPeer(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	dead, alive := h.connect(), h.connect()
	ctx := alive.conn.CloseRead(t.Context()) // answers pings
	time.Sleep(time.Minute)
	synctest.Wait()
	if ctx.Err() != nil {
		t.Error("a client that answers pings was dropped")
	}
	if err := dead.conn.Write(t.Context(), websocket.MessageText, []byte(`{"type":"STATUS"}`)); err == nil {
		t.Error("a peer that answers no ping is still connected")
	}
}

func TestClientsAreToldWhenTheServerGoesAway(t *testing.T) { synctest.Test(t, testGoodbye) }
func testGoodbye(t *testing.T) {
	h := open(t)
	h.happens(false, fsm.Boot, fsm.Start, fsm.LoggedIn)
	polite, silent := h.connect(), h.connect()
	polite.want("connected", connected)
	silent.want("connected", connected)
	h.happens(false, fsm.Stop, fsm.Exited) // what happened before the end is still told
	began := time.Now()
	heard := make(chan error, 1)
	go func() {
		polite.want("closed", closed)
		_, _, err := polite.conn.Read(context.Background())
		heard <- err
	}()
	h.close()
	if err := <-heard; websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("got %v, want 1001", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the end took %v, with a silent client", took)
	}
}

func TestWhatProbesAreTold(t *testing.T) { synctest.Test(t, testProbes) }
func testProbes(t *testing.T) {
	h := open(t)
	defer h.close()
	for _, c := range []struct {
		kind  fsm.Kind
		state string
		lacks string
	}{
		{fsm.Boot, "idle", "login"}, {fsm.Start, "initializing", "login"}, {fsm.CodeWanted, "awaiting_code", "login"},
		{fsm.LoggedIn, "connected", "connect"}, {fsm.LoggingIn, "reconnecting", "login"}, {fsm.PasswordWrong, "halted", "login"},
	} {
		h.happens(false, c.kind)
		if code, body := h.fetch("/livez"); code != 200 || body != `{"state":"`+c.state+`"}`+"\n" {
			t.Errorf("/livez in %s: %d %q", c.state, code, body)
		}
		if code, body := h.fetch("/readyz"); code != 503 || body != `{"state":"`+c.state+`","missing":"`+c.lacks+`"}`+"\n" {
			t.Errorf("/readyz in %s: %d %q", c.state, code, body)
		}
	}
	if code, body := h.fetch("/"); code != 200 || !strings.Contains(body, "<!doctype html>") {
		t.Errorf("/ without an upgrade: %d %q", code, body)
	}
	if code, _ := h.fetch("/nothing"); code != 404 {
		t.Errorf("/nothing: %d", code)
	}
}

func (h *house) fetch(path string) (int, string) {
	h.t.Helper()
	resp, err := h.pipes.Client().Get("http://127.0.0.1:8000" + path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestOriginPatternsAreCheckedBeforehand(t *testing.T) {
	good := []string{"app.example", "app.example:*", "*", "https://*.app.example"}
	bad := []string{"", "app.example[", "a\\"}
	for _, p := range slices.Concat(good, bad) {
		if got := transport.ValidOrigin(p); got != slices.Contains(good, p) {
			t.Errorf("%q: %v", p, got)
		}
	}
}
