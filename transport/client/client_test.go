package client_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
)

func TestStatusIsTheWholeState(t *testing.T) { within(t, testStatus) }
func testStatus(h *house) {
	h.serve()
	defer h.leave()
	h.happens(fsm.Boot, fsm.Start, fsm.CodeWanted)
	c := h.connect()
	defer c.Close()
	now, err := c.Status(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	if now.State != "awaiting_code" || now.Number != 1 || now.Seq != 3 || now.Challenge == nil || now.Challenge.Kind != "code" || *now.Challenge.AttemptsLeft != 10 {
		h.t.Errorf("got %+v", now)
	}
	h.happens(fsm.PasswordWrong)
	if now, err = c.Status(h.t.Context()); err != nil || now.Halted == nil || now.Halted.Class != "password_wrong" || now.Halted.Advice == "" {
		h.t.Errorf("got %+v and %v", now, err)
	}
}

func TestCommandsReachTheAgentAndSayWhatIsRisked(t *testing.T) { within(t, testCommands) }
func testCommands(h *house) {
	h.serve()
	defer h.leave()
	c := h.connect()
	defer c.Close()
	for told, do := range map[string]func(context.Context) (client.Ack, error){
		"init": c.Init, "restart": c.Restart, "init again": c.InitAgain, "restart again": c.RestartAgain, "stop": c.Stop, "resend": c.ResendCode, "new captcha": c.NewCaptcha,
	} {
		ack, err := do(h.t.Context())
		if got := <-h.told; err != nil || got != told || ack.State != "idle" || (ack.Risk == "a risk") != (told == "init again") {
			h.t.Errorf("%s: told %q, %+v, %v", told, got, ack, err)
		}
	}
	if png, err := c.Captcha(h.t.Context()); err != nil || string(png) != "PNG" {
		h.t.Errorf("the picture: %q, %v", png, err)
	}
	if lines, err := c.Lines(h.t.Context()); err != nil || len(lines) != 1 || lines[0] != "a line" {
		h.t.Errorf("the lines: %q, %v", lines, err)
	}
}

func TestARefusalHasCodeMessageAndWait(t *testing.T) { within(t, testRefusal) }
func testRefusal(h *house) {
	h.serve()
	defer h.leave()
	h.wrong = &fsm.Refusal{Code: "too_soon", Message: "wait", Wait: 42 * time.Second}
	c := h.connect()
	defer c.Close()
	_, resend := c.ResendCode(h.t.Context())
	_, picture := c.Captcha(h.t.Context())
	_, code := c.SubmitCode(h.t.Context(), "123456")
	for what, err := range map[string]error{"resend": resend, "picture": picture, "code": code} {
		if r, ok := errors.AsType[*client.RefusedError](err); !ok || *r != (client.RefusedError{Code: "too_soon", Message: "wait", Wait: 42 * time.Second}) {
			h.t.Errorf("%s: got %v", what, err)
		}
	}
}

func TestWhatBecomesOfACode(t *testing.T) {
	for _, x := range []struct {
		wanted fsm.Kind
		typed  []fsm.Kind // while it is submitted
		then   []fsm.Kind // later
		held   bool
		want   client.Result
	}{
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped}, []fsm.Kind{fsm.LoggedIn}, false, client.Accepted},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped}, []fsm.Kind{fsm.CodeRejected}, false, client.Rejected},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped}, []fsm.Kind{fsm.CodeTimeout}, false, client.Timeout},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped}, []fsm.Kind{fsm.CodeNotTyped}, false, client.Refused},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped}, []fsm.Kind{fsm.Stop, fsm.Exited}, false, client.Timeout},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped}, []fsm.Kind{fsm.Exited}, false, client.Timeout},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped}, []fsm.Kind{fsm.Throttled, fsm.Exited}, false, client.Rejected},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped}, []fsm.Kind{fsm.CaptchaWanted}, false, client.Rejected},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped}, []fsm.Kind{fsm.CodeVerifying, fsm.CodeRejected, fsm.CodeTyped, fsm.LoggedIn}, false, client.Rejected},
		// A daemon that is quicker than the ACK.
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped, fsm.LoggedIn}, nil, false, client.Accepted},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped, fsm.CodeRejected}, nil, false, client.Rejected},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped, fsm.PasswordWrong}, nil, false, client.Rejected},
		{fsm.Started, []fsm.Kind{fsm.CodeHeld}, nil, true, client.Held},
		{fsm.CaptchaWanted, []fsm.Kind{fsm.CaptchaTyped}, []fsm.Kind{fsm.CodeWanted}, false, client.Accepted},
		{fsm.CaptchaWanted, []fsm.Kind{fsm.CaptchaTyped}, []fsm.Kind{fsm.LoggedIn}, false, client.Accepted},
		{fsm.CaptchaWanted, []fsm.Kind{fsm.CaptchaTyped}, []fsm.Kind{fsm.CaptchaTimeout}, false, client.Timeout},
		{fsm.CaptchaWanted, []fsm.Kind{fsm.CaptchaTyped}, []fsm.Kind{fsm.CaptchaNotTyped}, false, client.Refused},
		{fsm.CaptchaWanted, []fsm.Kind{fsm.CaptchaTyped, fsm.CaptchaRejected}, nil, false, client.Rejected},
	} {
		// The result is the same whether the gateway tells it, or the journal once the gateway can be reached again.
		for _, cut := range []bool{false, true} {
			t.Run(fmt.Sprint(x.wanted, x.typed, x.then, cut), func(t *testing.T) {
				within(t, func(h *house) {
					h.serve()
					h.happens(fsm.Boot, fsm.Start, x.wanted)
					c := h.connect()
					defer c.Close()
					h.typed = func() { h.happens(x.typed...) }
					submit := c.SubmitCode
					if x.wanted == fsm.CaptchaWanted {
						submit = c.SubmitCaptcha
					}
					a, err := submit(h.t.Context(), "123456")
					if err != nil || a.Held != x.held {
						h.t.Fatalf("submitted: %+v, %v", a, err)
					}
					if cut {
						h.leave()
					}
					h.happens(x.then...)
					back := make(chan struct{})
					if cut {
						time.AfterFunc(time.Hour, func() { defer close(back); h.serve() }) // virtual
					} else {
						close(back)
					}
					got, err := a.Result(h.t.Context())
					if err != nil || got != x.want {
						h.t.Errorf("got %q and %v, want %q", got, err, x.want)
					}
					if n := len(h.told); n != 1 {
						h.t.Errorf("it was sent %d times", n)
					}
					<-back // a result that was known already needs no gateway
					h.leave()
				})
			})
		}
	}
}

// submitted is a code that was typed and whose connection is lost.
func (h *house) submitted() (*client.Client, *client.Answer) {
	h.t.Helper()
	h.serve()
	h.happens(fsm.Boot, fsm.Start, fsm.CodeWanted)
	c := h.connect()
	h.typed = func() { h.happens(fsm.CodeTyped) }
	a, err := c.SubmitCode(h.t.Context(), "123456")
	if err != nil {
		h.t.Fatal(err)
	}
	h.leave()
	return c, a
}

func TestWhatBecameOfACodeIsFoundAcrossARestartOfTheGateway(t *testing.T) { within(t, testRestarted) }
func testRestarted(h *house) {
	c, a := h.submitted()
	defer c.Close()
	h.happens(fsm.Boot, fsm.Start, fsm.CodeWanted, fsm.CodeTyped, fsm.LoggedIn)
	h.serve()
	defer h.leave()
	for range 2 {
		if got, err := a.Result(h.t.Context()); err != nil || got != client.Timeout {
			h.t.Errorf("a gateway that was killed: %q and %v", got, err)
		}
	}
}

func TestAnEarlierCodesResultIsNotTakenForTheLaterOnes(t *testing.T) { within(t, testEarlier) }
func testEarlier(h *house) {
	h.serve()
	h.happens(fsm.Boot, fsm.Start, fsm.CodeWanted, fsm.CodeTyped)
	c := h.connect()
	defer c.Close()
	h.typed = func() { h.happens(fsm.CodeRejected, fsm.CodeTyped) }
	a, err := c.SubmitCode(h.t.Context(), "123456")
	if err != nil {
		h.t.Fatal(err)
	}
	h.leave()
	h.happens(fsm.LoggedIn)
	h.serve()
	defer h.leave()
	if got, err := a.Result(h.t.Context()); err != nil || got != client.Accepted {
		h.t.Errorf("got %q and %v", got, err)
	}
}

func TestAResultThatComesAfterTheReconnectIsFound(t *testing.T) { within(t, testAfterwards) }
func testAfterwards(h *house) {
	c, a := h.submitted()
	defer c.Close()
	h.serve()
	defer h.leave()
	time.AfterFunc(30*time.Second, func() { h.happens(fsm.CodeVerifying, fsm.LoggedIn) })
	if got, err := a.Result(h.t.Context()); err != nil || got != client.Accepted {
		h.t.Errorf("got %q and %v", got, err)
	}
}

func TestAResultThatTheJournalHasForgottenIsNotMadeUp(t *testing.T) { within(t, testForgotten) }
func testForgotten(h *house) {
	c, a := h.submitted()
	defer c.Close()
	h.happens(fsm.LoggedIn)
	for range 2 * fsm.Window {
		h.happens(fsm.Quota)
	}
	h.serve()
	defer h.leave()
	got, err := a.Result(h.t.Context())
	if _, ok := errors.AsType[*client.UnreachableError](err); !ok || !strings.Contains(err.Error(), "does not go back so far") {
		h.t.Errorf("got %q and %v", got, err)
	}
	h.happens(fsm.CodeWanted)
	a, err = c.SubmitCode(h.t.Context(), "123456")
	if err != nil {
		h.t.Fatal(err)
	}
	h.leave()
	h.journal, h.machine = fsm.NewJournal(nowhere{}), fsm.NewMachine(fsm.Idle)
	h.happens(fsm.Boot)
	h.serve()
	got, err = a.Result(h.t.Context())
	if _, ok := errors.AsType[*client.UnreachableError](err); !ok || !strings.Contains(err.Error(), "does not go back so far") {
		h.t.Errorf("a journal begun anew: got %q and %v", got, err)
	}
}

func TestTheSecondCodeGetsItsOwnResult(t *testing.T) { within(t, testSecond) }
func testSecond(h *house) {
	h.serve()
	defer h.leave()
	h.happens(fsm.Boot, fsm.Start, fsm.CodeWanted)
	c := h.connect()
	defer c.Close()
	for _, x := range []struct {
		then fsm.Kind
		want client.Result
	}{{fsm.CodeRejected, client.Rejected}, {fsm.CodeTimeout, client.Timeout}, {fsm.LoggedIn, client.Accepted}} {
		h.typed = func() { h.happens(fsm.CodeTyped, x.then) }
		a, err := c.SubmitCode(h.t.Context(), "123456")
		if err != nil {
			h.t.Fatal(err)
		}
		if got, err := a.Result(h.t.Context()); err != nil || got != x.want {
			h.t.Errorf("got %q and %v, want %q", got, err, x.want)
		}
	}
}

func TestWaitingForAResultEndsWithTheContextOrTheClient(t *testing.T) { within(t, testWaiting) }
func testWaiting(h *house) {
	h.serve()
	h.happens(fsm.Boot, fsm.Start, fsm.CodeWanted)
	c := h.connect()
	h.typed = func() { h.happens(fsm.CodeTyped) }
	a, err := c.SubmitCode(h.t.Context(), "123456")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, away := range []bool{false, true} {
		if away {
			h.leave()
		}
		began := time.Now()
		ctx, cancel := context.WithTimeout(h.t.Context(), time.Minute)
		_, err = a.Result(ctx)
		cancel()
		if _, ok := errors.AsType[*client.UnreachableError](err); ok != away || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute {
			h.t.Errorf("away %v: %v after %v", away, err, time.Since(began))
		}
	}
	time.AfterFunc(time.Hour, c.Close)
	if _, err = a.Result(h.t.Context()); !errors.Is(err, client.ErrClosed) {
		h.t.Errorf("when the client was closed: %v", err)
	}
}

func TestTheNextCommandConnectsAgain(t *testing.T) { within(t, testAgain) }
func testAgain(h *house) {
	h.serve()
	c := h.connect()
	defer c.Close()
	h.leave()
	synctest.Wait()
	_, err := c.Status(h.t.Context())
	if _, ok := errors.AsType[*client.UnreachableError](err); !ok {
		h.t.Errorf("while it is away: %v", err)
	}
	h.serve()
	defer h.leave()
	if now, err := c.Status(h.t.Context()); err != nil || now.State != "idle" {
		h.t.Errorf("when it is back: %+v, %v", now, err)
	}
}

func TestAfterCloseNothingIsDone(t *testing.T) { within(t, testClosed) }
func testClosed(h *house) {
	h.serve()
	defer h.leave()
	c := h.connect()
	c.Close()
	c.Close()
	if _, err := c.Status(h.t.Context()); !errors.Is(err, client.ErrClosed) {
		h.t.Errorf("got %v", err)
	}
	for _, err := range c.Events(h.t.Context(), 0) {
		if !errors.Is(err, client.ErrClosed) {
			h.t.Errorf("events: %v", err)
		}
	}
}

func TestTheTokenIsSentAndAWrongOneIsRefused(t *testing.T) { within(t, testToken) }
func testToken(h *house) {
	h.token = "correct-horse-battery"
	h.serve()
	defer h.leave()
	c := h.connect()
	defer c.Close()
	if _, err := c.Status(h.t.Context()); err != nil {
		h.t.Error(err)
	}
	if _, err := c.Captcha(h.t.Context()); err != nil {
		h.t.Error(err)
	}
	wrong := h.options()
	wrong.Token = "wrong-horse-battery"
	_, err := client.Dial(h.t.Context(), address, wrong)
	if r, ok := errors.AsType[*client.RefusedError](err); !ok || r.Code != "unauthorized" || strings.Contains(err.Error(), wrong.Token) {
		h.t.Errorf("got %v", err)
	}
}

func TestAGatewayThatIsNoneIsUnreachable(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	dumb, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer dumb.Close()
	for what, address := range map[string]string{
		"nobody": "ws://127.0.0.1:1/", "another program": other.URL, "a silent one": "ws://" + dumb.Addr().String(),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		_, err := client.Dial(ctx, address, client.Options{})
		if _, ok := errors.AsType[*client.UnreachableError](err); !ok {
			t.Errorf("%s: %v", what, err)
		}
		cancel()
	}
	if _, err := client.Dial(t.Context(), "127.0.0.1:8000", client.Options{}); err == nil || !strings.Contains(err.Error(), "address") {
		t.Errorf("an address that is none: %v", err)
	}
}
