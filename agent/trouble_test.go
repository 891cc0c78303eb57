package agent_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// told lists what the journal tells a person, with the time since begun.
func (h *house) told(begun time.Time) (out []string) {
	h.t.Helper()
	synctest.Wait()
	_, err := fsm.ReadJournal(strings.NewReader(h.disk.String()), func(e fsm.Entry) error {
		if e.Kind.Tells() {
			out = append(out, fmt.Sprintf("%s of %s after %v", e.Kind, e.Of, e.At.Sub(begun)))
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func (h *house) wantTold(why string, begun time.Time, want ...string) {
	h.t.Helper()
	if got := h.told(begun); strings.Join(got, "\n") != strings.Join(want, "\n") {
		h.t.Errorf("%s: told\n%s\nwant\n%s", why, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestANetworkThatIsGoneIsToldOnceAndItsEnd(t *testing.T) { synctest.Test(t, testNetworkTold) }
func testNetworkTold(t *testing.T) {
	api := &api{}
	h := open(t, func(c *agent.Config) { c.Prove, c.Supervise = api.prove, false })
	defer h.close()
	begun := time.Now()
	h.says("登录失败,网络异常")
	h.dies(agent.Exit{Code: 14})
	after(5*time.Minute - 1)
	h.wantTold("before five minutes are over", begun)
	after(1)
	h.wantTold("after five minutes", begun, "trouble_told of network_failed after 5m0s")
	after(time.Hour)
	h.wantTold("after one more hour", begun, "trouble_told of network_failed after 5m0s", "trouble_again of network_failed after 1h5m0s")
	h.agent.Init(t.Context(), false)
	after(0)
	h.says("登录成功")
	api.tells(fsm.APIReady)
	h.wantTold("at its end", begun, "trouble_told of network_failed after 5m0s", "trouble_again of network_failed after 1h5m0s", "trouble_over of  after 1h5m0s")
	after(48 * time.Hour)
	if got := h.told(begun); len(got) != 3 {
		t.Errorf("told %q", got)
	}
}

func TestAQuestionIsToldWhenItIsOne(t *testing.T) { synctest.Test(t, testQuestionTold) }
func testQuestionTold(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	begun := time.Now()
	h.daemon().output <- []byte("Do you agree to what nobody knows? ")
	after(30*time.Second - 1)
	h.wantTold("while it may go on", begun)
	after(1)
	h.wantTold("when it does not", begun, "trouble_told of question after 30s")
}

func TestAKickIsToldAtOnceAndAStopIsNot(t *testing.T) { synctest.Test(t, testKickTold) }
func testKickTold(t *testing.T) {
	h, api := openAPI(t)
	defer h.close()
	begun := time.Now()
	h.says("登录成功")
	api.tells(fsm.APIReady)
	h.agent.Stop(t.Context())
	after(72 * time.Hour)
	h.wantTold("stopped by a person", begun)
	h.agent.Init(t.Context(), false)
	after(0)
	h.says("登录成功")
	api.tells(fsm.APIReady, fsm.KickedOut)
	h.wantTold("logged in elsewhere, and it is not known yet when it is tried again", begun)
	h.dies(agent.Exit{})
	h.wantTold("when that is known", begun, "trouble_told of kicked_out after 72h0m0s")
	if at := h.journal.Snapshot().Next; at.IsZero() {
		t.Error("a person is told before the next start is known")
	}
}

func TestAKickIsToldOfADaemonThatDoesNotEnd(t *testing.T) { synctest.Test(t, testKickedUndying) }
func testKickedUndying(t *testing.T) {
	h, api := openAPI(t)
	h.daemon().deaf[syscall.SIGTERM], h.daemon().deaf[syscall.SIGKILL] = true, true
	begun := time.Now()
	h.says("登录成功")
	api.tells(fsm.APIReady, fsm.KickedOut)
	after(time.Minute)
	h.wantTold("which KILL does not end", begun, "trouble_told of kicked_out after 8s")
	h.dies(agent.Exit{})
	h.close()
}

func TestWhatWasToldIsNotToldAgainAfterARestart(t *testing.T) { synctest.Test(t, testToldAgain) }
func testToldAgain(t *testing.T) {
	h := open(t, nil)
	begun := time.Now()
	h.says("登录失败,密码不匹配")
	after(30 * time.Minute)
	h.wantTold("at once", begun, "trouble_told of password_wrong after 0s")
	h.close()
	again := h.again(nil)
	defer again.close()
	again.want("in a new container", fsm.Halted)
	after(30*time.Minute - 1)
	again.wantTold("nothing", begun)
	after(1)
	again.wantTold("the reminder", begun, "trouble_again of password_wrong after 1h0m0s")
}

func TestAMarketThatOpensIsAReminder(t *testing.T) { synctest.Test(t, testMarketTold) }
func testMarketTold(t *testing.T) {
	// The bubble begins on a Saturday at midnight; Monday's opening is the first.
	h := open(t, func(c *agent.Config) { c.Market = fsm.Market{Hour: 1, Minute: 15, Zone: time.UTC} })
	defer h.close()
	begun := time.Now()
	h.says("登录失败,密码不匹配")
	after(49 * time.Hour)
	h.wantTold("until Monday at one", begun, "trouble_told of password_wrong after 0s", "trouble_again of password_wrong after 1h0m0s",
		"trouble_again of password_wrong after 25h0m0s", "trouble_again of password_wrong after 48h45m0s")
}
