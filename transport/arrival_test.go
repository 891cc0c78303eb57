package transport_test

import (
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestAVersion1ClientIsToldOfTheStateThatItFinds(t *testing.T) { synctest.Test(t, testArrival) }
func testArrival(t *testing.T) {
	arrivals := map[fsm.State]struct {
		way   []fsm.Kind // to the state, from idle
		frame string     // empty for nothing
	}{
		fsm.Idle:             {nil, ""},
		fsm.Initializing:     {[]fsm.Kind{fsm.Start}, ""},
		fsm.AwaitingCode:     {[]fsm.Kind{fsm.Start, fsm.CodeWanted}, requestCode},
		fsm.Verifying:        {[]fsm.Kind{fsm.Start, fsm.CodeWanted, fsm.CodeTyped}, ""},
		fsm.Connected:        {[]fsm.Kind{fsm.Start, fsm.LoggedIn}, connected},
		fsm.AwaitingCaptcha:  {[]fsm.Kind{fsm.Start, fsm.CaptchaWanted}, `{"type":"REQUEST_CAPTCHA"}`},
		fsm.Reconnecting:     {[]fsm.Kind{fsm.Start, fsm.LoggedIn, fsm.SessionLost}, ""},
		fsm.AwaitingPassword: {[]fsm.Kind{fsm.Start, fsm.PasswordPrompt}, `{"type":"REQUEST_PASSWORD"}`},
		fsm.Closed:           {[]fsm.Kind{fsm.Start, fsm.Exited}, ""},
		fsm.Halted:           {[]fsm.Kind{fsm.Start, fsm.PasswordWrong}, `{"type":"HALTED"}`},
	}
	for _, s := range fsm.States() {
		to, known := arrivals[s]
		if !known {
			t.Errorf("decide in version1.go what a client is told that finds %s, and add a row here", s)
			continue
		}
		if to.frame == "" && s.Wants() != "" {
			t.Errorf("%s wants a %s of somebody, and a client is not told", s, s.Wants())
		}
		h := open(t)
		h.happens(false, append([]fsm.Kind{fsm.Boot}, to.way...)...)
		c := h.connect()
		if to.frame != "" {
			c.want("in "+string(s), to.frame)
		}
		c.status("in "+string(s), `{"type":"STATUS","status":`+strconv.Itoa(s.Status())+`}`)
		c.conn.CloseNow()
		h.close()
	}
}
