package agent_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// safe is a folder with secrets as the test has it at present.
type safe struct {
	mu  sync.Mutex // the agent reads it while the test changes it
	now agent.Credentials
	bad error
}

func (s *safe) read() (agent.Credentials, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now, s.bad
}

// is puts something else there.
func (s *safe) is(change func(s *safe)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func openSafe(t *testing.T, first agent.Credentials) (*house, *safe) {
	s := &safe{now: first}
	return open(t, func(c *agent.Config) { c.Credentials, c.Reread = first, s.read }), s
}

func TestACorrectedPasswordIsUsedAndBothAreHidden(t *testing.T) { synctest.Test(t, testCorrected) }
func testCorrected(t *testing.T) {
	h, files := openSafe(t, agent.Credentials{Password: "oldhorse", Login: "1111", Secrets: []string{"oldhorse"}})
	defer h.close()
	h.says("请输入密码", "正在登录", "登录失败,密码不匹配")
	h.dies(agent.Exit{Code: 14})
	h.want("with the old password", fsm.Halted)
	after(time.Minute)
	if _, err := h.agent.Init(t.Context(), false); refusal(err) != "not_safe" || !strings.Contains(err.Error(), "nothing has changed since") {
		t.Errorf("with nothing changed: %v", err)
	}
	files.is(func(s *safe) {
		s.now = agent.Credentials{Password: "newhorse", Login: "2222", Secrets: []string{"newhorse"}}
	})
	if risk, err := h.agent.Init(t.Context(), false); err != nil || risk != "" {
		t.Fatalf("with a corrected password: risk %q, error %v", risk, err)
	}
	h.want("with a corrected password", fsm.Initializing)
	h.says("请输入密码", "it was oldhorse and is newhorse")
	if got := h.daemon().wasTyped(); got != "newhorse\r" {
		t.Errorf("typed %q", got)
	}
	if text := h.console.String() + h.disk.String(); strings.Contains(text, "oldhorse") || strings.Contains(text, "newhorse") {
		t.Errorf("a password is shown:\n%s", text)
	}
	if e := h.lastOf(fsm.Start); e.Login != "2222" {
		t.Errorf("the start is of login %s", e.Login)
	}
}

func TestNothingIsStartedWhileASecretCannotBeRead(t *testing.T) { synctest.Test(t, testUnreadable) }
func testUnreadable(t *testing.T) {
	h, files := openSafe(t, agent.Credentials{Login: "1111"})
	defer h.close()
	h.says("正在登录", "登录成功")
	files.is(func(s *safe) { s.bad = errors.New("FUTU_LOGIN_PWD_FILE cannot be read: permission denied") })
	if _, err := h.agent.Restart(t.Context(), true); refusal(err) != "secrets_unusable" || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("RESTART: %v", err)
	}
	h.want("when a restart was refused", fsm.Connected)
	h.dies(agent.Exit{Code: 1})
	after(time.Second)
	h.want("when a restart was due", fsm.Halted)
	if e := h.journal.Snapshot().Halted; e.Kind != fsm.SecretsUnusable || e.Detail != files.bad.Error() {
		t.Errorf("it is halted by %+v", e)
	}
	after(48 * time.Hour)
	for range 3 {
		if _, err := h.agent.Init(t.Context(), true); refusal(err) != "secrets_unusable" {
			t.Errorf("INIT: %v", err)
		}
	}
	if h.started() != 1 || h.wrote(fsm.SecretsUnusable) != 1 {
		t.Errorf("started %d times, told %d times", h.started(), h.wrote(fsm.SecretsUnusable))
	}
	files.is(func(s *safe) { s.bad = nil })
	after(30 * time.Second)
	h.want("when it can be read again", fsm.Initializing)
}

func TestAFileThatIsMendedStartsNothingThatWasRefused(t *testing.T) {
	synctest.Test(t, testMendedAndRefused)
}
func testMendedAndRefused(t *testing.T) {
	h, files := openSafe(t, agent.Credentials{Login: "1111"})
	h.says("正在登录", "登录失败,密码不匹配")
	h.dies(agent.Exit{Code: 14})
	h.close()
	files.is(func(s *safe) { s.bad = errors.New("FUTU_LOGIN_PWD_FILE is empty") })
	h = h.again(func(c *agent.Config) { c.Reread, c.StartAtOnce = files.read, false })
	defer h.close()
	h.agent.Init(t.Context(), true)
	files.is(func(s *safe) { s.bad = nil })
	after(24 * time.Hour)
	if h.started() != 0 {
		t.Error("the refused login was tried again")
	}
	files.is(func(s *safe) { s.now.Login = "2222" })
	h.agent.Init(t.Context(), false)
	h.want("with another login", fsm.Initializing)
}

func TestALoginThatTheDaemonForgotIsTypedTheNextTime(t *testing.T) { synctest.Test(t, testForgotten) }
func testForgotten(t *testing.T) {
	remembers := func(c *agent.Config) { c.Remembers, c.Password = func() bool { return true }, "horse" }
	for _, refused := range []string{
		"登录失败，找不到记住密码信息，请使用账号密码登录", "登录失败,需要重输入密码登录", "登录失败,密码不匹配",
		"Login failed,Unable to find password information, please login with your account password",
	} {
		h := open(t, remembers)
		h.says("正在登录", refused)
		h.dies(agent.Exit{Code: 14})
		h.want(refused, fsm.Closed)
		h.wantBudget(refused, 5, 3)
		if h.typed {
			t.Errorf("%s: the first start does not use what the daemon remembers", refused)
		}
		next := h.cut(remembers)
		after(5 * time.Minute)
		next.want("five minutes later", fsm.Initializing)
		if !next.typed {
			t.Errorf("%s: the refused way is tried again", refused)
		}
		next.says("请输入密码", "正在登录", "登录成功")
		next.dies(agent.Exit{Code: 1})
		after(time.Second)
		if next.typed {
			t.Errorf("%s: a login that was typed is not remembered", refused)
		}
		next.close()
	}

	h := open(t, func(c *agent.Config) { c.Remembers = func() bool { return true } })
	defer h.close()
	h.says("登录失败，找不到记住密码信息，请使用账号密码登录")
	h.dies(agent.Exit{Code: 14})
	after(5 * time.Minute)
	h.says("请输入密码")
	h.want("without a password", fsm.AwaitingPassword)
}

// What the daemon asks for in a run that began with what it remembers was typed, and so it was that which is wrong.
func TestAPasswordThatWasTypedAfterAllMayBeWrong(t *testing.T) { synctest.Test(t, testTypedAfterAll) }
func testTypedAfterAll(t *testing.T) {
	h := open(t, func(c *agent.Config) { c.Remembers, c.Password = func() bool { return true }, "horse" })
	defer h.close()
	h.says("请输入密码", "正在登录", "登录失败,密码不匹配")
	h.want("with a wrong password", fsm.Halted)
}
