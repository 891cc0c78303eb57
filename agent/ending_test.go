package agent_test

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

func TestADaemonThatNobodyHearsIsStoppedBeforeItsLogin(t *testing.T) {
	for name, says := range map[string][]string{
		"while it starts": {}, "while it wants a code": {"需要手机验证码"}, "while it logs in": {"正在登录"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, nil)
				defer h.close()
				h.says(says...)
				h.daemon().hangUp()
				h.want("when its terminal is closed", fsm.Closed)
				after(time.Second)
				if got := h.daemon().wasSent(); got != "[terminated]" {
					t.Errorf("it was sent %s", got)
				}
				if begun := name == "while it logs in"; begun != strings.Contains(h.disk.String(), `"outcome_unknown"`) {
					t.Errorf("a login had begun: %v, and the journal says\n%s", begun, h.disk)
				}
				for _, kind := range []string{`"terminal_closed"`, `"unanswerable"`, `"exited"`, `"restart_scheduled"`} {
					if strings.Count(h.disk.String(), kind) != 1 {
						t.Errorf("not one %s in\n%s", kind, h.disk)
					}
				}
			})
		})
	}
}

func TestADaemonThatNobodyHearsGoesOnWhileItsAPIProvesIt(t *testing.T) {
	synctest.Test(t, testADaemonThatNobodyHearsGoesOnWhileItsAPIProvesIt)
}
func testADaemonThatNobodyHearsGoesOnWhileItsAPIProvesIt(t *testing.T) {
	const proofs = 5 * time.Minute
	h := open(t, func(c *agent.Config) {
		c.Prove = func(ctx context.Context, tell func(fsm.Event), proven func(time.Time)) {
			tell(fsm.Event{Kind: fsm.APIReady})
			every := time.NewTicker(20 * time.Second)
			defer every.Stop()
			for began := time.Now(); ; {
				if time.Since(began) < proofs {
					proven(time.Now())
				}
				select {
				case <-every.C:
				case <-ctx.Done():
					return
				}
			}
		}
	})
	defer h.close()
	h.says("登录成功")
	h.daemon().hangUp()
	synctest.Wait()
	if !strings.Contains(h.disk.String(), `"terminal_closed"`) {
		t.Error("the terminal is closed, and that is not told")
	}
	after(proofs)
	h.want("while the API proves that it is logged in", fsm.Connected)
	after(fsm.ProofFor)
	h.want("when it does not any more", fsm.Closed)
	if got := h.daemon().wasSent(); got != "[terminated]" {
		t.Errorf("it was sent %s", got)
	}
}

func TestNoDaemonIsStartedBeforeTheLastOneIsBuried(t *testing.T) {
	synctest.Test(t, testNoDaemonIsStartedBeforeTheLastOneIsBuried)
}
func testNoDaemonIsStartedBeforeTheLastOneIsBuried(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("登录成功")
	left := make(chan struct{})
	h.daemon().orphans = left
	h.dies(agent.Exit{})
	h.want("at once", fsm.Closed)
	if _, err := h.agent.Restart(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	after(3 * time.Second)
	if h.started() != 1 {
		t.Error("another daemon was started beside what the last one left")
	}
	close(left)
	h.want("when that has ended", fsm.Initializing)
	if h.started() != 2 || !strings.Contains(h.disk.String(), `"left_behind"`) {
		t.Errorf("%d starts, and the journal\n%s", h.started(), h.disk)
	}
}

func TestADaemonThatOutlivesKILLHoldsUpNoEnd(t *testing.T) {
	synctest.Test(t, testADaemonThatOutlivesKILLHoldsUpNoEnd)
}
func testADaemonThatOutlivesKILLHoldsUpNoEnd(t *testing.T) {
	h := open(t, nil)
	h.says("登录成功")
	d := h.daemon()
	d.deaf[syscall.SIGTERM], d.deaf[syscall.SIGKILL] = true, true
	if _, err := h.agent.Restart(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	after(time.Minute) // by now it was killed, and outlives that
	began := time.Now()
	if err := h.close(); err == nil || !strings.Contains(err.Error(), "outlives") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	d.die(agent.Exit{Signal: syscall.SIGKILL}) // its reader has to end with the test
}

func TestAGatewayThatIsStoppedWhileItStartsTheDaemonSchedulesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(c *agent.Config) {
			c.Launch = func(bool) (agent.Process, error) { return nil, agent.ErrStopped }
		})
		if err := h.close(); err != nil {
			t.Error(err)
		}
		if got := strings.Count(h.disk.String(), `"stop"`); got != 1 || strings.Contains(h.disk.String(), `"start_failed"`) || strings.Contains(h.disk.String(), `"restart_scheduled"`) {
			t.Errorf("%d stops in\n%s", got, h.disk)
		}
	})
}
