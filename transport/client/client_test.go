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
		"init": c.Init, "restart": c.Restart, "stop": c.Stop, "resend": c.ResendCode, "new captcha": c.NewCaptcha,
	} {
		ack, err := do(h.t.Context())
		if got := <-h.told; err != nil || got != told || ack.State != "idle" || (ack.Risk == "a risk") != (told == "init") {
			h.t.Errorf("%s: told %q, %+v, %v", told, got, ack, err)
		}
	}
	if png, err := c.Captcha(h.t.Context()); err != nil || string(png) != "PNG" {
		h.t.Errorf("the picture: %q, %v", png, err)
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
		// A daemon that is quicker than the ACK.
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped, fsm.LoggedIn}, nil, false, client.Accepted},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped, fsm.CodeRejected}, nil, false, client.Rejected},
		{fsm.CodeWanted, []fsm.Kind{fsm.CodeTyped, fsm.PasswordWrong}, nil, false, client.Rejected},
		{fsm.Started, []fsm.Kind{fsm.CodeHeld}, nil, true, client.Held},
		{fsm.CaptchaWanted, []fsm.Kind{fsm.CaptchaTyped}, []fsm.Kind{fsm.CodeWanted}, false, client.Accepted},
		{fsm.CaptchaWanted, []fsm.Kind{fsm.CaptchaTyped, fsm.CaptchaRejected}, nil, false, client.Rejected},
	} {
		t.Run(fmt.Sprint(x.wanted, x.typed, x.then), func(t *testing.T) {
			within(t, func(h *house) {
				h.serve()
				defer h.leave()
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
				h.happens(x.then...)
				if got, err := a.Result(h.t.Context()); err != nil || got != x.want {
					h.t.Errorf("got %q and %v, want %q", got, err, x.want)
				}
			})
		})
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

func TestWaitingForAResultEndsWithTheConnectionOrTheContext(t *testing.T) { within(t, testWaiting) }
func testWaiting(h *house) {
	h.serve()
	h.happens(fsm.Boot, fsm.Start, fsm.CodeWanted)
	c := h.connect()
	defer c.Close()
	h.typed = func() { h.happens(fsm.CodeTyped) }
	a, err := c.SubmitCode(h.t.Context(), "123456")
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(h.t.Context(), time.Second)
	defer cancel()
	if _, err := a.Result(ctx); !errors.Is(err, context.DeadlineExceeded) {
		h.t.Errorf("when the context ended: %v", err)
	}
	h.leave()
	_, err = a.Result(h.t.Context())
	if _, ok := errors.AsType[*client.UnreachableError](err); !ok {
		h.t.Errorf("when the gateway left: %v", err)
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
