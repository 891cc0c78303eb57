package agent_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// wrong lets the daemon refuse the password and go.
func (h *house) wrong() {
	h.says("正在登录", "登录失败,密码不匹配")
	h.dies(agent.Exit{Code: 14})
}

func TestAPersonOverrulesOnceAMinute(t *testing.T) { synctest.Test(t, testOnceAMinute) }
func testOnceAMinute(t *testing.T) {
	h := open(t, nil)
	defer func() { h.close() }()
	h.wrong()
	if _, err := h.agent.Init(t.Context(), false); refusal(err) != "not_safe" {
		t.Errorf("without again: %v", err)
	}
	if risk, err := h.agent.Init(t.Context(), true); err != nil || !strings.Contains(risk, "password_wrong") {
		t.Fatalf("with again: risk %q, error %v", risk, err)
	}
	h.wrong()
	after(time.Minute - 1)
	for range 100 {
		if _, err := h.agent.Restart(t.Context(), true); refusal(err) != "too_soon" {
			t.Fatalf("within the minute: %v", err)
		}
	}
	// A new container does not get around it.
	h = h.cut(nil)
	if _, err := h.agent.Init(t.Context(), true); refusal(err) != "too_soon" {
		t.Errorf("in a new container: %v", err)
	}
	after(1)
	if _, err := h.agent.Init(t.Context(), true); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

func TestOneLoginIsWrongSevenTimesADayAtMostWhoeverAsks(t *testing.T) {
	synctest.Test(t, testSevenGuesses)
}
func testSevenGuesses(t *testing.T) {
	for name, fails := range map[string]func(*house){
		"a wrong password": (*house).wrong,
		"an unknown failure": func(h *house) {
			h.says("正在登录", "登录失败,不知道为什么")
			h.dies(agent.Exit{Code: 14})
		},
		"stopped before the end": func(h *house) {
			h.says("正在登录")
			h.agent.Stop(t.Context())
			synctest.Wait()
		},
	} {
		h := open(t, func(c *agent.Config) { c.Supervise = false })
		first := time.Now()
		fails(h)
		for range 20 {
			after(time.Minute)
			if _, err := h.agent.Init(t.Context(), true); err != nil {
				break
			}
			synctest.Wait()
			fails(h)
		}
		if h.started() != 7 {
			t.Errorf("%s: %d tries, want 7", name, h.started())
		}
		var r *fsm.Refusal
		_, err := h.agent.Init(t.Context(), true)
		if !errors.As(err, &r) || r.Code != "too_soon" || r.Wait < 20*time.Hour || !strings.Contains(r.Message, "refused 7 times") {
			t.Errorf("%s: the eighth: %v", name, err)
		}
		after(time.Until(first.Add(24*time.Hour + time.Second)))
		if _, err := h.agent.Init(t.Context(), true); err != nil {
			t.Errorf("%s: a day later: %v", name, err)
		}
		h.close()
	}
}

func TestPasswordsThatAreHandedOverAreSevenADay(t *testing.T) { synctest.Test(t, testSevenHanded) }
func testSevenHanded(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	for n := range 20 {
		h.says("请输入密码")
		if err := h.agent.SubmitPassword(t.Context(), "horse"); err != nil {
			if n != 7 || refusal(err) != "too_soon" {
				t.Errorf("password %d: %v", n+1, err)
			}
			return
		}
		after(2 * time.Second)
	}
	t.Error("twenty passwords were typed")
}

// A client that says INIT each time it connects spends nothing that the gateway itself would not.
func TestInitOfVersion1NeverOverrules(t *testing.T) { synctest.Test(t, testIfSafe) }
func testIfSafe(t *testing.T) {
	refused := func(h *house) { h.wrong() }
	for name, c := range map[string]struct {
		mend   func(*agent.Config)
		before func(*house)
		want   string        // what the refusal says, empty for a start
		wait   time.Duration // what it says of when, 0 for never
	}{
		"idle":                        {waiting, func(*house) {}, "", 0},
		"a wrong password":            {nil, refused, "the last login was refused", 0},
		"a failure that is not known": {nil, func(h *house) { h.says("登录失败,不知道为什么"); h.dies(agent.Exit{Code: 14}) }, "the next start is due", 5 * time.Minute},
		"a network failure":           {nil, func(h *house) { h.says("登录失败,网络异常，请稍后再试"); h.dies(agent.Exit{Code: 14}) }, "the next start is due", time.Minute},
		"it is leaving":               {nil, func(h *house) { h.says("登录失败,不知道为什么") }, "the next start is due", 5 * time.Minute},
		"a time that was named":       {nil, func(h *house) { h.says("登录失败,请等待 36 分钟"); h.dies(agent.Exit{Code: 14}) }, "the broker wants no login before", 37 * time.Minute},
		"a person stopped it":         {nil, func(h *house) { h.agent.Stop(t.Context()); synctest.Wait() }, "a person stopped the daemon", 0},
		"kicked out":                  {func(c *agent.Config) { c.Reclaim = time.Hour }, func(h *house) { h.says("登录成功", "牛牛账号在别处登录"); h.dies(agent.Exit{}) }, "in use elsewhere", time.Hour},
		"kicked out for good":         {nil, func(h *house) { h.says("登录成功", "牛牛账号在别处登录"); h.dies(agent.Exit{}) }, "in use elsewhere", 0},
		"unheard ends spent the budget": {nil, func(h *house) {
			for range 3 {
				h.says("正在登录")
				h.agent.Restart(t.Context(), false)
				synctest.Wait()
			}
			h.dies(agent.Exit{Code: 1})
		}, "3 failed logins", 24 * time.Hour},
		"nobody supervises": {func(c *agent.Config) { c.Supervise = false }, func(h *house) { h.dies(agent.Exit{Code: 1}) }, "the next start is due", 5 * time.Minute},
	} {
		h := open(t, c.mend)
		c.before(h)
		n := h.started()
		for range 20 {
			err := h.agent.InitIfSafe(t.Context())
			var r *fsm.Refusal
			switch {
			case c.want == "" && err != nil:
				t.Errorf("%s: %v", name, err)
			case c.want == "":
			case !errors.As(err, &r) || r.Code != "not_safe" || !strings.Contains(r.Message, c.want):
				t.Errorf("%s: %v, want %q", name, err, c.want)
			case r.Wait.Round(time.Minute) != c.wait:
				t.Errorf("%s: safe in %v, want %v", name, r.Wait, c.wait)
			}
		}
		synctest.Wait()
		if spent := h.started() - n; spent > 0 != (c.want == "") || spent > 1 {
			t.Errorf("%s: %d starts", name, spent)
		}
		h.close()
	}
}

func TestInitOfVersion1StartsALoginThatWasCorrected(t *testing.T) {
	synctest.Test(t, testIfSafeCorrected)
}
func testIfSafeCorrected(t *testing.T) {
	h, files := openSafe(t, agent.Credentials{Login: "1111"})
	defer h.close()
	h.wrong()
	if err := h.agent.InitIfSafe(t.Context()); refusal(err) != "not_safe" {
		t.Errorf("with the same login: %v", err)
	}
	files.is(func(s *safe) { s.now.Login = "2222" })
	if err := h.agent.InitIfSafe(t.Context()); err != nil {
		t.Errorf("with another one: %v", err)
	}
	h.want("with another one", fsm.Initializing)
	if err := h.agent.InitIfSafe(t.Context()); err != nil {
		t.Errorf("while it runs: %v", err)
	}
	// What nobody supervises waits as long as what the gateway supervises.
	h2 := open(t, func(c *agent.Config) { c.Supervise = false })
	defer h2.close()
	h2.says("登录成功")
	h2.dies(agent.Exit{Code: 1})
	after(time.Second)
	if err := h2.agent.InitIfSafe(t.Context()); err != nil {
		t.Errorf("a second after a daemon that worked: %v", err)
	}
	h2.want("unsupervised", fsm.Initializing)
}
