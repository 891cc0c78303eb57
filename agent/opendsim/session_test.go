package opendsim_test

import (
	"testing"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

func TestTheSessionIsLostAndComesBack(t *testing.T) {
	t.Parallel()
	r, address := serve(t, "session-lost", "-pace=5ms")
	r.await(t, "Login successful")
	c := dial(t, address)
	c.init()
	for _, want := range []bool{false, true} {
		for {
			n := c.pushed() // of which the first may be the end of the login
			if n.Type == openapi.NotifyConnStatus && n.Conn.QotLogined == want && n.Conn.TrdLogined == want {
				break
			}
		}
		if state := c.state(); state.QotLogined != want || state.TrdLogined != want || state.Program.Type != openapi.ProgramReady {
			t.Errorf("got %+v, want sessions %t", state, want)
		}
	}
	before := r.lines()
	r.stop(t)
	if last := before[len(before)-1]; last != "Required data is ready" {
		t.Errorf("printed %q, of which nothing is known", last)
	}
}

func TestBeingKickedOutIsToldByTheAPI(t *testing.T) {
	t.Parallel()
	r, address := serve(t, "kicked-out", "-pace=5ms")
	r.await(t, "Login successful")
	c := dial(t, address)
	c.init()
	for {
		if n := c.pushed(); n.Event != nil {
			if n.Type != openapi.NotifyEvent || n.Event.Type != 7 {
				t.Errorf("got push %+v, want event 7", n)
			}
			break
		}
	}
	if n := c.pushed(); n.Conn == nil || n.Conn.QotLogined {
		t.Errorf("got push %+v, want the session gone", n)
	}
	if c.state().QotLogined {
		t.Error("the session is still there")
	}
}

func TestAChangedPasswordCutsEveryConnection(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"ready", "ui"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			r, address := serve(t, "password-changed", "-pace=5ms", "-api="+mode)
			r.await(t, "Login successful")
			c := dial(t, address)
			c.init()
			for {
				if n := c.pushed(); n.Event != nil {
					if n.Event.Type != 8 {
						t.Errorf("got push %+v, want event 8", n)
					}
					break
				}
			}
			if n := c.pushed(); n.Program == nil || n.Program.Type != 11 {
				t.Errorf("got push %+v, want status 11", n)
			}
			c.ended()

			c = dial(t, address)
			answer, err := c.tryInit(openapi.Unencrypted)
			if err != nil || (answer.RetType == openapi.RetOK) != (mode == "ui") {
				t.Fatalf("got %+v, %v", answer, err)
			}
			if mode == "ui" {
				if state := c.state(); state.Program.Type != 11 || state.QotLogined {
					t.Errorf("got %+v, want status 11", state)
				}
			}
		})
	}
}
