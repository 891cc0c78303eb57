package agent_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// budget is what is left, as the agent tells it.
func (h *house) budget() fsm.Budget {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), time.Second)
	defer cancel()
	b, err := h.agent.Budget(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

func (h *house) wantBudget(why string, starts, failed int) {
	h.t.Helper()
	if got, want := h.budget(), (fsm.Budget{Starts: starts, FailedLogins: failed}); got != want {
		h.t.Errorf("%s: %+v is left, want %+v", why, got, want)
	}
}

func TestTheBudgetThatIsLeftIsThatOfTheRules(t *testing.T) { synctest.Test(t, testBudget) }
func testBudget(t *testing.T) {
	h := open(t, nil)
	h.wantBudget("with the first start", 5, 3)
	h.says("登录失败,不知道为什么", "登录失败")
	h.dies(agent.Exit{Code: 14})
	h.wantBudget("after a failed login", 5, 2)
	after(5 * time.Minute)
	h.says("登录失败,网络异常")
	h.dies(agent.Exit{Code: 14})
	h.wantBudget("after one that says nothing against the login", 4, 2)
	h.close()

	again := h.again(nil)
	defer again.close()
	again.wantBudget("in a new container", 4, 2)
	after(time.Minute) // what was scheduled
	again.wantBudget("with its first start", 3, 2)
	for range 2 {
		again.says("登录失败,不知道为什么")
		again.dies(agent.Exit{Code: 14})
		after(10 * time.Minute)
	}
	again.want("when it is spent", fsm.Halted)
	again.wantBudget("when it is spent", 2, 0)
	after(3 * time.Hour)
	again.wantBudget("three hours later", 6, 0)
	after(time.Until(again.journal.Snapshot().Next))
	again.want("a day later", fsm.Initializing)
	again.wantBudget("a day later", 5, 1)
}

func TestABudgetThatNobodyTellsIsAnError(t *testing.T) { synctest.Test(t, testNoBudget) }
func testNoBudget(t *testing.T) {
	h := open(t, nil)
	h.close()
	if _, err := h.agent.Budget(t.Context()); !errors.Is(err, agent.ErrStopped) {
		t.Errorf("an agent that has stopped answers %v", err)
	}
}

func TestLinesAndWhatCannotBeWrittenAreCounted(t *testing.T) { synctest.Test(t, testCounts) }
func testCounts(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("正在登录", "a line that no rule knows", "", "需要手机验证码")
	if got, want := h.agent.Counts(), (agent.Counts{Lines: 3, Unknown: 1}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	h.disk.fill(errors.New("no space left on device"))
	h.says("登录成功")
	if got := h.agent.Counts(); got.Unwritten == 0 {
		t.Errorf("counted %+v with a full disk", got)
	}
	h.disk.fill(nil)
	after(time.Minute)
	before := h.agent.Counts()
	h.says("another one")
	if got := h.agent.Counts(); got.Unwritten != before.Unwritten || got.Unknown != 2 {
		t.Errorf("counted %+v with room again, and %+v before", got, before)
	}
}
