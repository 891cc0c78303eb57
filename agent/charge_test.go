package agent_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// cut ends a house as a power cut does, so that nothing of what it would have written on its way out is there, and opens
// the next one on what it left.
func (h *house) cut(mend func(*agent.Config)) *house {
	h.t.Helper()
	left := &house{t: h.t, disk: &disk{}}
	left.disk.text.WriteString(h.disk.String())
	h.close()
	next := left.again(mend)
	next.disk.mu.Lock()
	defer next.disk.mu.Unlock()
	written := next.disk.text.String()
	next.disk.text.Reset()
	next.disk.text.WriteString(left.disk.String() + written)
	return next
}

// waiting is a gateway that starts nothing before INIT.
func waiting(c *agent.Config) { c.StartAtOnce = false }

func TestALoginWhoseEndNobodyHeardCountsAsAFailedOne(t *testing.T) { synctest.Test(t, testUnheard) }
func testUnheard(t *testing.T) {
	for name, c := range map[string]struct {
		said   []string
		failed int // logins left
	}{
		"before it began":        {[]string{"Futu OpenD运行中"}, 3},
		"while it was going on":  {[]string{"正在登录"}, 2},
		"when an SMS was wanted": {[]string{"正在登录", "需要手机验证码", "正在请求手机验证码"}, 3},
		"when it had failed":     {[]string{"正在登录", "登录失败,不知道为什么"}, 2},
		"when it had succeeded":  {[]string{"正在登录", "登录成功"}, 3},
		"a network failure":      {[]string{"正在登录", "登录失败,网络异常，请稍后再试"}, 3},
	} {
		h := open(t, nil)
		h.says(c.said...)
		h = h.cut(waiting)
		h.wantBudget(name, 5, c.failed)
		h = h.cut(waiting)
		h.wantBudget(name+", and one boot more", 5, c.failed)
		h.close()
	}
}

func TestSixKillsBeforeTheRefusalAreAtMostThreeLogins(t *testing.T) { synctest.Test(t, testSixKills) }
func testSixKills(t *testing.T) {
	h, starts := open(t, nil), 0
	for range 6 {
		if h.started() > 0 {
			h.says("正在登录")
		}
		starts += h.started()
		h = h.cut(nil)
	}
	defer h.close()
	h.want("after six kills", fsm.Halted)
	if starts+h.started() != 3 {
		t.Errorf("%d logins, want 3", starts+h.started())
	}
	e := h.lastOf(fsm.BudgetSpent)
	if !strings.Contains(e.Detail, "3 of them with an end that nobody heard: that is no refusal") {
		t.Errorf("the wait is explained as %q", e.Detail)
	}
	// A person knows whether the password is right.
	if risk, err := h.agent.Init(t.Context(), false); err != nil || risk != "" {
		t.Errorf("a person's start: risk %q, error %v", risk, err)
	}
	h.want("after a person's start", fsm.Initializing)
	if h.wrote(fsm.Overruled) != 0 {
		t.Error("it counts as overruling")
	}
}

func TestTwoUnheardEndsADayOfALoginThatIsRightAreStarts(t *testing.T) {
	synctest.Test(t, testUnheardRight)
}
func testUnheardRight(t *testing.T) {
	for name, c := range map[string]struct {
		after string // what the daemon said after the login
		login string // the next one's
		left  []int  // failed logins, after each end
	}{
		"the same login":            {"", "1111", []int{3, 3, 2}},
		"another login":             {"", "2222", []int{2, 1, 0}},
		"a login refused since":     {"登录失败,不知道为什么", "1111", []int{1, 0, 0}},
		"a network failure between": {"登录失败,网络异常，请稍后再试", "1111", []int{3, 3, 2}},
	} {
		h := open(t, nil)
		h.says("正在登录", "登录成功")
		if c.after != "" {
			h.says(c.after)
		}
		for n, left := range c.left {
			h = h.cut(func(a *agent.Config) { a.Login, a.StartAtOnce = c.login, false })
			h.agent.Init(t.Context(), true)
			h.says("正在登录")
			h = h.cut(func(a *agent.Config) { a.Login, a.StartAtOnce = c.login, false })
			if got := h.budget().FailedLogins; got != left {
				t.Errorf("%s, end %d: %d failed logins left, want %d", name, n+1, got, left)
			}
		}
		h.close()
	}
}

func TestALoginThatAPersonStopsCountsToo(t *testing.T) { synctest.Test(t, testStoppedLogin) }
func testStoppedLogin(t *testing.T) {
	h := open(t, nil)
	h.says("正在登录")
	h.agent.Stop(t.Context())
	synctest.Wait()
	h.wantBudget("when it was stopped in the middle", 5, 2)
	h.close()

	h = open(t, nil)
	h.says("正在登录")
	h.close() // the gateway is told to go, which is no power cut
	again := h.again(func(c *agent.Config) { c.StartAtOnce = false })
	again.wantBudget("when the gateway was stopped in the middle", 5, 2)
	again.close()

	h = open(t, nil)
	h.says("正在登录")
	h.dies(agent.Exit{Signal: syscall.SIGKILL})
	h.wantBudget("when the daemon was killed in the middle", 5, 2)
	h.close()

	h = open(t, nil)
	h.says("正在登录")
	h.dies(agent.Exit{Signal: syscall.SIGSEGV})
	h.wantBudget("when the daemon crashed", 5, 3)
	h.close()
}

func TestExitCode14IsAFailedLoginUnlessItsClassIsKnown(t *testing.T) {
	synctest.Test(t, testExit14)
}
func testExit14(t *testing.T) {
	for line, want := range map[string]struct {
		failed int
		state  fsm.State
	}{
		"":     {2, fsm.Closed},
		"登入失敗": {2, fsm.Closed},
		"登录失败": {2, fsm.Closed},
		"登录失败,网络异常，请稍后再试":          {3, fsm.Closed},
		"登录失败,登录次数过多":              {3, fsm.Closed},
		"登录失败,密码不匹配":               {2, fsm.Halted},
		"登录失败,找不到记住密码信息，请使用账号密码登录": {3, fsm.Closed},
	} {
		h := open(t, nil)
		h.says("正在登录", line)
		h.dies(agent.Exit{Code: 14})
		h.want(line, want.state)
		h.wantBudget("after "+line, 5, want.failed)
		h.close()
	}
	h := open(t, nil)
	h.says("正在登录")
	h.dies(agent.Exit{Code: 1})
	h.wantBudget("after another code", 5, 3)
	h.close()
}

func TestALoginThatTheDaemonMakesByItselfIsAStartIfItIsInVain(t *testing.T) {
	synctest.Test(t, testOwnLogins)
}
func testOwnLogins(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("正在登录", "登录成功")
	for range 20 {
		h.says("正在登录", "登录成功")
	}
	h.wantBudget("after twenty that succeeded", 5, 3)
	h.says("正在登录")
	h.wantBudget("while one goes on", 5, 3)
	h.says("正在登录")
	h.wantBudget("when it was in vain", 4, 3)
	h.says("登录成功")
	h.wantBudget("when the next succeeded", 4, 3)
	h.says("正在登录", "登录失败,网络异常，请稍后再试")
	h.dies(agent.Exit{Code: 14})
	h.wantBudget("when one ended the run", 3, 3)
}

func TestADaemonThatLogsInAgainAndAgainIsStoppedWithinTheBudget(t *testing.T) {
	synctest.Test(t, testGuard)
}
func testGuard(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	for n := range 36 {
		if !h.journal.Last().To.Live() {
			break
		}
		if h.says("正在登录"); n > 7 {
			t.Fatal("it goes on and on")
		}
		after(time.Second)
	}
	h.want("when the starts are spent", fsm.Halted)
	h.wantBudget("when the starts are spent", 0, 3-1) // the last of them was stopped in the middle
	if e := h.lastOf(fsm.BudgetSpent); e.Until.Sub(h.starts[0]) < 2*time.Hour {
		t.Errorf("it is started again at %v", e.Until)
	}
	// What survives the machine is what was on disk.
	again := h.again(nil)
	again.want("in a new container", fsm.Halted)
	again.close()
}

func TestAStartThatCouldNotBeMadeGivesBackTheRefusal(t *testing.T) { synctest.Test(t, testGivenBack) }
func testGivenBack(t *testing.T) {
	h := open(t, nil)
	h.says("登录失败,密码不匹配")
	h.dies(agent.Exit{Code: 14})
	h.refuseWith(errors.New("the daemon's API cannot listen: address already in use"))
	after(2 * time.Minute)
	h.agent.Init(t.Context(), true)
	h.want("when the start could not be made", fsm.Halted)
	if e := h.journal.Snapshot().Halted; e.Class() != fsm.PasswordWrong {
		t.Errorf("it is halted by %s", e.Class())
	}
	after(48 * time.Hour)
	h.close()
	if h.started() != 2 {
		t.Errorf("%d starts: the refusal was forgotten", h.started())
	}
	again := h.again(nil)
	defer again.close()
	again.want("in a new container", fsm.Halted)
	if again.started() != 0 {
		t.Error("the wrong password was tried again")
	}
}

func TestAStartThatIsStoppedBeforeItsLoginOverrulesNothing(t *testing.T) {
	synctest.Test(t, testStoppedEarly)
}
func testStoppedEarly(t *testing.T) {
	h := open(t, nil)
	h.wrong()
	if _, err := h.agent.Init(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	h.says("服务器启动")
	if _, err := h.agent.Restart(t.Context(), false); refusal(err) != "not_safe" {
		t.Errorf("another start before it has logged in: %v", err)
	}
	h.agent.Stop(t.Context())
	synctest.Wait()
	if _, err := h.agent.Init(t.Context(), false); refusal(err) != "not_safe" {
		t.Errorf("once it was stopped: %v", err)
	}
	h.close()
	again := h.again(nil)
	defer again.close()
	again.want("in a new container", fsm.Halted)
	if again.started() != 0 {
		t.Error("the wrong password was tried again")
	}
}
