package agent_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// kinds lists what the journal has from a kind on, without what a start prints.
func (h *house) wrote(k fsm.Kind) (n int) {
	return strings.Count(h.disk.String(), `"kind":"`+string(k)+`"`)
}

// lastOf returns the latest entry of a kind.
func (h *house) lastOf(k fsm.Kind) (last fsm.Entry) {
	h.t.Helper()
	_, err := fsm.ReadJournal(strings.NewReader(h.disk.String()), func(e fsm.Entry) error {
		if e.Kind == k {
			last = e
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return last
}

// again opens a house on the journal of an earlier one, as a new container does.
func (h *house) again(mend func(*agent.Config)) *house {
	return open(h.t, func(c *agent.Config) {
		_, err := fsm.ReadJournal(strings.NewReader(h.disk.String()), func(e fsm.Entry) error {
			c.Journal.Recall(e)
			c.Ledger.Note(e)
			return nil
		})
		if err != nil {
			h.t.Fatal(err)
		}
		if mend != nil {
			mend(c)
		}
	})
}

func TestThePromptsOfANewDaemonAreAnswered(t *testing.T) { synctest.Test(t, testPrompts) }
func testPrompts(t *testing.T) {
	h := open(t, func(c *agent.Config) { c.Password = "hunter22" })
	defer h.close()
	h.says("Please enter account")
	h.says("Please enter password")
	h.want("when the password was typed", fsm.Initializing)
	h.says("Remember the password? (Y/n)")
	if got, want := h.daemon().wasTyped(), "100000001\rhunter22\rY\r"; got != want {
		t.Errorf("typed %q, want %q", got, want)
	}
	h.says(">>>hunter22", "hunter2", "Login successful")
	h.want("in the end", fsm.Connected)
	for name, text := range map[string]string{"journal": h.disk.String(), "console": h.console.String()} {
		if strings.Contains(text, "hunter2") {
			t.Errorf("the password is in the %s:\n%s", name, text)
		}
	}
}

func TestADaemonThatAsksAgainDidNotTakeThePassword(t *testing.T) { synctest.Test(t, testAsksAgain) }
func testAsksAgain(t *testing.T) {
	h := open(t, func(c *agent.Config) { c.Password = "hunter22" })
	defer h.close()
	h.says("Please enter account", "Please enter password")
	h.says("Please enter password") // the editor draws it anew
	h.want("a prompt drawn anew is the same prompt", fsm.Initializing)
	after(3 * time.Second)
	h.says("Please enter account")
	h.want("when it asks again", fsm.Closed)
	if got := strings.Count(h.daemon().wasTyped(), "hunter22"); got != 1 {
		t.Errorf("the password was typed %d times: each is an attempt", got)
	}
}

func TestAPasswordThatIsNotKnownIsHandedOver(t *testing.T) { synctest.Test(t, testHandedOver) }
func testHandedOver(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	if err := h.agent.SubmitPassword(t.Context(), "hunter22"); refusal(err) != "password_not_wanted" {
		t.Errorf("before it is wanted: %v", err)
	}
	h.says("Please enter account", "Please enter password")
	h.want("without a password", fsm.AwaitingPassword)
	if e := h.journal.Last(); !strings.Contains(e.Detail, "MD5") || !strings.Contains(e.Detail, "futuopend-gateway password") {
		t.Errorf("the journal does not say why and what to do: %q", e.Detail)
	}
	for _, bad := range []string{"", "a\rexit", "a\nb", "a\x00", strings.Repeat("x", 200), "\xff"} {
		if err := h.agent.SubmitPassword(t.Context(), bad); refusal(err) != "password_invalid" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := h.agent.SubmitPassword(t.Context(), "hunter22"); err != nil {
		t.Fatal(err)
	}
	h.want("when it was typed", fsm.Initializing)
	if got, want := h.daemon().wasTyped(), "100000001\rhunter22\r"; got != want {
		t.Errorf("typed %q, want %q", got, want)
	}
	after(3 * time.Second)
	h.says("Please enter password")
	h.want("when it was wrong", fsm.AwaitingPassword)
}

func TestTheGatewayAsksForOneSMSWhenTheDaemonDoesNot(t *testing.T) { synctest.Test(t, testAsksOnce) }
func testAsksOnce(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码", "命令提示: req_phone_verify_code")
	after(5*time.Second - 1)
	if got := h.daemon().wasTyped(); got != "" {
		t.Fatalf("typed %q at once", got)
	}
	after(1)
	if got, want := h.daemon().wasTyped(), "req_phone_verify_code\r"; got != want {
		t.Fatalf("typed %q, want %q", got, want)
	}
	h.agent.SubmitCode(t.Context(), "111111", fsm.ByHTTP)
	h.says("验证码错误", "需要手机验证码")
	after(10 * time.Minute)
	if got := strings.Count(h.daemon().wasTyped(), "req_phone"); got != 1 {
		t.Errorf("asked %d times by itself, want once a login", got)
	}
}

func TestADaemonThatAsksForTheSMSItselfIsNotHelped(t *testing.T) { synctest.Test(t, testAsksItself) }
func testAsksItself(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码")
	after(time.Second)
	h.says("正在请求手机验证码", "请求手机验证码成功")
	after(time.Hour)
	if got := h.daemon().wasTyped(); got != "" {
		t.Errorf("typed %q", got)
	}
}

func TestASecondSMSIsAskedForAMinuteLaterAtTheEarliest(t *testing.T) { synctest.Test(t, testResend) }
func testResend(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	if err := h.agent.ResendCode(t.Context()); refusal(err) != "code_not_wanted" {
		t.Errorf("before one is wanted: %v", err)
	}
	h.says("需要手机验证码", "请求手机验证码成功")
	after(10*time.Second + time.Millisecond)
	err := h.agent.ResendCode(t.Context())
	if refusal(err) != "too_soon" || !strings.Contains(err.Error(), "in 50 seconds") {
		t.Errorf("ten seconds later: %v", err)
	}
	after(50 * time.Second)
	if err := h.agent.ResendCode(t.Context()); err != nil {
		t.Errorf("a minute later: %v", err)
	}
	asked := h.lastOf(fsm.CodeAsked)
	if asked.Until.Sub(asked.At).Round(time.Second) != time.Minute || asked.Challenge != h.lastOf(fsm.CodeWanted).Seq {
		t.Errorf("the journal has %+v", asked)
	}
	// Neither does a new container get around it.
	again := h.again(nil)
	again.says("需要手机验证码")
	if err := again.agent.ResendCode(t.Context()); refusal(err) != "too_soon" {
		t.Errorf("in a new container: %v", err)
	}
	again.close()
}

// typeTenCodes types what the daemon takes within a minute, to a daemon that says of none that it was wrong.
func (h *house) typeTenCodes() {
	h.t.Helper()
	for range fsm.CodesPerMinute {
		if err := h.agent.SubmitCode(h.t.Context(), "111111", fsm.ByHTTP); err != nil {
			h.t.Fatal(err)
		}
		h.says("需要图形验证码")
		after(time.Second)
		h.says("需要手机验证码")
	}
}

func TestTenCodesAMinuteAreTyped(t *testing.T) { synctest.Test(t, testTenCodes) }
func testTenCodes(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码", "请求手机验证码成功")
	h.typeTenCodes()
	if err := h.agent.SubmitCode(t.Context(), "111111", fsm.ByHTTP); refusal(err) != "too_soon" {
		t.Errorf("the eleventh: %v", err)
	}
	after(time.Minute)
	if err := h.agent.SubmitCode(t.Context(), "111111", fsm.ByHTTP); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

func TestTheJournalShowsWhichCodeAnsweredWhichRequest(t *testing.T) { synctest.Test(t, testChallenge) }
func testChallenge(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码")
	h.agent.SubmitCode(t.Context(), "111111", fsm.ByHTTP)
	first := h.lastOf(fsm.CodeTyped).Challenge
	if first != h.lastOf(fsm.CodeWanted).Seq || first == 0 {
		t.Errorf("the first code answers %d", first)
	}
	h.says("验证码错误")
	h.agent.SubmitCode(t.Context(), "222222", fsm.ByHTTP)
	if second := h.lastOf(fsm.CodeTyped).Challenge; second != h.lastOf(fsm.CodeRejected).Seq {
		t.Errorf("the second code answers %d, want the request after the first was wrong", second)
	}
}

func TestACaptchaIsReadAndAnswered(t *testing.T) { synctest.Test(t, testCaptcha) }
func testCaptcha(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	if _, err := h.agent.Captcha(t.Context()); refusal(err) != "captcha_not_wanted" {
		t.Errorf("before it is wanted: %v", err)
	}
	after(time.Minute)
	asked := time.Now()
	h.says("需要图形验证码")
	h.want("when it is wanted", fsm.AwaitingCaptcha)
	if png, err := h.agent.Captcha(t.Context()); err != nil || string(png) != "PNG" || h.pictureAfter.Before(asked.Add(-2*time.Second)) {
		t.Errorf("got %q and %v, newer than %v", png, err, h.pictureAfter)
	}
	for _, bad := range []string{"", "123456789", "AB C", "A\r", "é", "-x"} {
		if err := h.agent.SubmitCaptcha(t.Context(), bad, fsm.ByHTTP); refusal(err) != "captcha_invalid" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := h.agent.SubmitCaptcha(t.Context(), "K7QX", fsm.ByHTTP); err != nil {
		t.Fatal(err)
	}
	h.want("when it was typed", fsm.Verifying)
	typed := time.Now()
	after(time.Second)
	h.says("图形验证码错误")
	h.want("when it was wrong", fsm.AwaitingCaptcha)
	if h.agent.Captcha(t.Context()); h.pictureAfter.Before(typed.Add(-100 * time.Millisecond)) {
		t.Errorf("the old picture would be shown: newer than %v, typed at %v", h.pictureAfter, typed)
	}
	h.agent.SubmitCaptcha(t.Context(), "K7QX", fsm.ByHTTP)
	after(time.Minute)
	h.want("when nothing came", fsm.AwaitingCaptcha)
	for range 10 {
		if err := h.agent.NewCaptcha(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.agent.NewCaptcha(t.Context()); refusal(err) != "too_soon" {
		t.Errorf("the eleventh picture: %v", err)
	}
	h.says("需要手机验证码")
	h.want("when an SMS is wanted after it", fsm.AwaitingCode)
}

func TestAnAnswerWaitsForThePictureThatWasAskedFor(t *testing.T) {
	synctest.Test(t, testPictureAskedFor)
}
func testPictureAskedFor(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	after(time.Minute)
	h.says("需要图形验证码")
	h.want("when it is wanted", fsm.AwaitingCaptcha)
	for said, wait := range map[string]time.Duration{"图形验证码已下载到/opt/PicVerifyCode.png": 0, "": 2 * time.Second} {
		if err := h.agent.NewCaptcha(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := h.agent.SubmitCaptcha(t.Context(), "K7QX", fsm.ByHTTP); refusal(err) != "too_soon" {
			t.Errorf("before the picture is there: %v", err)
		}
		after(wait)
		h.says(said)
		if err := h.agent.SubmitCaptcha(t.Context(), "K7QX", fsm.ByHTTP); err != nil {
			t.Errorf("after %q and %v: %v", said, wait, err)
		}
		h.says("图形验证码错误")
		h.want("when it was wrong", fsm.AwaitingCaptcha)
	}
}

func TestThreeFailedLoginsADayAreTheMost(t *testing.T) { synctest.Test(t, testThreeFailures) }
func testThreeFailures(t *testing.T) {
	h := open(t, nil)
	fails := func(h *house) {
		h.says("登录失败,不知道为什么", "登录失败", "Futu OpenD已退出")
		h.dies(agent.Exit{Code: 14})
	}
	fails(h)
	first := h.lastOf(fsm.LoginFailed)
	after(5 * time.Minute)
	fails(h)
	after(10 * time.Minute)
	fails(h)
	h.want("after three failures", fsm.Halted)
	if e := h.journal.Last(); e.Kind != fsm.BudgetSpent || e.Until.Sub(first.At) > 24*time.Hour || e.Until.Sub(first.At) < 23*time.Hour {
		t.Errorf("got %s until %v, the first failure was at %v", e.Kind, e.Until, first.At)
	}
	// A new container on the same volume does not begin anew.
	h.close()
	again := h.again(nil)
	defer again.close()
	again.want("in a new container", fsm.Halted)
	if again.started() != 0 {
		t.Error("it was started")
	}
	if _, err := again.agent.Init(t.Context(), false); refusal(err) != "not_safe" || again.started() != 0 {
		t.Errorf("an INIT that does not overrule: %v, started %d times", err, again.started())
	}
	risk, err := again.agent.Init(t.Context(), true)
	if err != nil || !strings.Contains(risk, "3 failed logins") {
		t.Errorf("INIT is answered with %q and %v", risk, err)
	}
	again.want("a person overrules", fsm.Initializing)
	if again.wrote(fsm.Overruled) != 1 {
		t.Error("the journal does not say that a person overruled")
	}
}

func TestNetworkFailuresAreRetriedAllDay(t *testing.T) { synctest.Test(t, testNetworkAllDay) }
func testNetworkAllDay(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
	defer cancel()
	for ctx.Err() == nil {
		before := h.started()
		h.says("登录失败,网络异常，请稍后再试", "登录失败")
		h.dies(agent.Exit{Code: 14})
		for h.started() == before && ctx.Err() == nil {
			after(time.Second)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.starts {
		if i >= 6 && h.starts[i].Sub(h.starts[i-6]) < 3*time.Hour {
			t.Errorf("starts %d to %d are within %v", i-6, i, h.starts[i].Sub(h.starts[i-6]))
		}
	}
	if n := len(h.starts); n < 40 || n > 49 {
		t.Errorf("%d starts in a day, want about two an hour", n)
	}
}

func TestAWrongPasswordHoldsUntilItIsCorrected(t *testing.T) { synctest.Test(t, testWrongPassword) }
func testWrongPassword(t *testing.T) {
	h := open(t, nil)
	h.says("登录失败,密码不匹配")
	h.dies(agent.Exit{Code: 14})
	h.close()
	for range 3 {
		again := h.again(nil)
		again.want("in a new container with the same password", fsm.Halted)
		after(48 * time.Hour)
		if again.started() != 0 {
			t.Fatal("it was tried again")
		}
		if e := again.lastOf(fsm.StillHalted); e.Of != fsm.PasswordWrong || e.Detail != "密码不匹配" || again.journal.Snapshot().Halted.Class() != fsm.PasswordWrong {
			t.Errorf("the journal does not say what holds: %+v", e)
		}
		again.close()
	}
	corrected := h.again(func(c *agent.Config) { c.Login = "2222" })
	corrected.want("with another password", fsm.Initializing)
	corrected.close()
}

func TestALockEndsAtTheTimeThatTheBrokerNamed(t *testing.T) { synctest.Test(t, testLock) }
func testLock(t *testing.T) {
	h := open(t, nil) // the bubble begins at midnight UTC, 8:00 in Beijing
	h.says("登录失败,登录出错已达上限，请于今日 10:30 后重试")
	h.dies(agent.Exit{Code: 14})
	h.want("when it is locked", fsm.Halted)
	until := time.Date(2000, 1, 1, 2, 31, 0, 0, time.UTC)
	if e := h.lastOf(fsm.AccountLocked); !e.Until.Equal(until) {
		t.Errorf("until %v, want %v", e.Until, until)
	}
	h.close()
	again := h.again(nil)
	defer again.close()
	again.want("in a new container", fsm.Halted)
	after(time.Until(until) - 1)
	again.want("before the lock ends", fsm.Halted)
	after(1)
	again.want("when it has ended", fsm.Initializing)
}

func TestALockThatEndsDoesNotMakeTheBudgetForgotten(t *testing.T) {
	synctest.Test(t, testLockAndBudget)
}
func testLockAndBudget(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	for _, line := range []string{"登录失败", "登录失败", "登录失败,登录出错已达上限，请于今日 10:30 后重试"} {
		h.says(line)
		h.dies(agent.Exit{Code: 14})
		after(11 * time.Minute)
	}
	h.want("when it is locked", fsm.Halted)
	after(3 * time.Hour)
	h.want("when the lock has ended", fsm.Halted)
	if h.started() != 3 {
		t.Errorf("started %d times: three logins failed today", h.started())
	}
	after(time.Until(h.journal.Snapshot().Next))
	h.want("a day after the first failure", fsm.Initializing)
}

func TestWhatASilentDaemonIsDoingIsTold(t *testing.T) { synctest.Test(t, testSilences) }
func testSilences(t *testing.T) {
	for name, c := range map[string]struct {
		says  string
		kind  fsm.Kind
		after time.Duration
		gives time.Duration // after which the login is given up, 0 for never
	}{
		"in the middle": {"API监听地址: 127.0.0.1:11111\r\n正在登录\r\n", fsm.Silence, 3 * time.Minute, 10 * time.Minute},
		"nothing":       {"", fsm.Silence, 3 * time.Minute, 10 * time.Minute},
		"throttled":     {"API监听地址: 127.0.0.1:11111\r\n", fsm.Throttle, time.Minute, 3 * time.Hour},
		"a question":    {"正在登录\r\n>>>Really? ", fsm.Question, 30 * time.Second, 0},
	} {
		h := open(t, nil)
		if c.says != "" {
			h.daemon().output <- []byte(c.says)
		}
		after(c.after - 1)
		if h.wrote(c.kind) != 0 {
			t.Errorf("%s: told too early", name)
		}
		after(1)
		if h.wrote(c.kind) != 1 {
			t.Errorf("%s: not told after %v", name, c.after)
		}
		if c.gives == 0 {
			c.gives = 24 * time.Hour
			after(c.gives)
			h.want(name, fsm.Initializing)
		} else {
			after(c.gives - 1)
			h.want(name, fsm.Initializing)
			after(1)
			h.want(name, fsm.Closed)
		}
		h.close()
	}
}

func TestWhatTheDaemonsOwnLogSaysOfASilenceIsToldAndNothingIsDone(t *testing.T) {
	synctest.Test(t, testProgramStatus)
}
func testProgramStatus(t *testing.T) {
	status, since := newSay(""), newSay("")
	h := open(t, func(c *agent.Config) {
		c.Status = func(at time.Time) string { since.set(at.String()); return status.now() }
	})
	defer h.close()
	began := time.Now()
	h.says("API监听地址: 127.0.0.1:11111")
	h.says("正在登录")
	status.set("NeedPhoneVerifyCode")
	after(3 * time.Minute)
	if e := h.lastOf(fsm.ProgramStatus); e.Detail != status.now() || h.wrote(fsm.Silence) != 1 || since.now() != began.String() {
		t.Errorf("told %+v of a log since %v, want since %v", e, since.now(), began)
	}
	h.want("whatever the log says", fsm.Initializing)
	if h.daemon().wasTyped() != "" {
		t.Errorf("%q was typed because of it", h.daemon().wasTyped())
	}
	h.says("a line that nobody knows")
	after(3 * time.Minute) // the next silence: the same once is enough
	if h.wrote(fsm.ProgramStatus) != 1 || h.wrote(fsm.Silence) != 2 {
		t.Errorf("told %d times in %d silences", h.wrote(fsm.ProgramStatus), h.wrote(fsm.Silence))
	}
}

func TestADeviceThatIsNewOrAnotherIsToldBeforeTheLogin(t *testing.T) { synctest.Test(t, testDevice) }
func testDevice(t *testing.T) {
	h := open(t, nil)
	if h.wrote(fsm.DeviceAbsent) != 1 || strings.Index(h.disk.String(), "device_absent") > strings.Index(h.disk.String(), `"start"`) {
		t.Error("a missing Device.dat is not told before the start")
	}
	h.device = "aaaa" // the daemon makes one
	h.says("登录成功")
	if got := h.lastOf(fsm.DeviceKept).Detail; got != "aaaa" {
		t.Errorf("the journal keeps %q", got)
	}
	h.close()
	for device, want := range map[string]fsm.Kind{"aaaa": fsm.DeviceKnown, "bbbb": fsm.DeviceChanged, "": fsm.DeviceAbsent} {
		again := h.again(func(c *agent.Config) { c.StartAtOnce = false })
		again.device = device
		again.agent.Init(t.Context(), true)
		synctest.Wait()
		if again.wrote(want) != 1 {
			t.Errorf("%q: no %s in\n%s", device, want, again.disk)
		}
		again.close()
	}
}

func TestADeviceThatCannotBeReadIsNotTakenForNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(c *agent.Config) { c.StartAtOnce = false })
		defer h.close()
		h.deviceErr = errors.New("Device.dat belongs to uid 7")
		h.agent.Init(t.Context(), false)
		synctest.Wait()
		if h.wrote(fsm.DeviceAbsent) != 0 || !strings.Contains(h.lastOf(fsm.DeviceUnreadable).Detail, "uid 7") {
			t.Errorf("the journal says\n%s", h.disk)
		}
	})
}

func TestAPersonRestartsAndStops(t *testing.T) { synctest.Test(t, testRestartAndStop) }
func testRestartAndStop(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("登录成功")
	if risk, err := h.agent.Restart(t.Context(), true); err != nil || risk != "" {
		t.Errorf("got %q and %v", risk, err)
	}
	h.want("after RESTART", fsm.Initializing)
	if h.started() != 2 {
		t.Errorf("started %d times", h.started())
	}
	h.says("登录成功")
	if err := h.agent.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	after(48 * time.Hour)
	h.want("after STOP", fsm.Closed)
	h.agent.Init(t.Context(), true)
	h.want("after INIT", fsm.Initializing)
	h.dies(agent.Exit{Signal: syscall.SIGKILL})
	h.agent.Stop(t.Context())
	after(48 * time.Hour)
	h.want("a restart that was scheduled is called off", fsm.Closed)
}

// A start that could not be made was no attempt.
func TestAStartThatFailedCostsNothing(t *testing.T) { synctest.Test(t, testFailedStart) }
func testFailedStart(t *testing.T) {
	h := open(t, func(c *agent.Config) { c.StartAtOnce = false })
	defer h.close()
	h.refuseWith(fmt.Errorf("no such file or directory"))
	h.agent.Init(t.Context(), true)
	after(12 * time.Hour)
	h.want("half a day later", fsm.Closed)
	h.refuseWith(nil)
	after(time.Until(h.journal.Snapshot().Next)) // within half an hour
	h.want("when it is there", fsm.Initializing)
}

func TestAStartThatWasPutOffIsMadeUnlessNobodyWantsOne(t *testing.T) {
	synctest.Test(t, testUnsupervisedLock)
}
func testUnsupervisedLock(t *testing.T) {
	h := open(t, func(c *agent.Config) { c.Supervise = false })
	h.says("登录失败,登录出错已达上限，请于今日 10:30 后重试")
	h.dies(agent.Exit{Code: 14})
	after(24 * time.Hour)
	h.want("unsupervised, after the lock has ended", fsm.Halted)
	h.close()
	if h.started() != 1 {
		t.Errorf("started %d times", h.started())
	}
}

func TestTenAnswersToPicturesAMinuteAreTyped(t *testing.T) { synctest.Test(t, testTenAnswers) }
func testTenAnswers(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要图形验证码")
	for range 10 {
		if err := h.agent.SubmitCaptcha(t.Context(), "XXXX", fsm.ByHTTP); err != nil {
			t.Fatal(err)
		}
		h.says("图形验证码错误")
	}
	if err := h.agent.SubmitCaptcha(t.Context(), "XXXX", fsm.ByHTTP); refusal(err) != "too_soon" {
		t.Errorf("the eleventh: %v", err)
	}
}

func TestADaemonThatHangsThreeTimesADayIsLeftAlone(t *testing.T) { synctest.Test(t, testHangs) }
func testHangs(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("正在登录")
	for n := 1; n <= 3; n++ {
		after(13 * time.Minute)
		h.want("after so much silence", fsm.Closed)
		after(10 * time.Second) // TERM ends it
		if n < 3 {
			for before := h.started(); h.started() == before; {
				after(time.Second)
			}
			h.says("正在登录")
		}
	}
	h.want("after three silent logins", fsm.Halted)
}

func TestALineThatRepeatsARequestDoesNotVoidTheAnswer(t *testing.T) { synctest.Test(t, testRepeated) }
func testRepeated(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码")
	h.agent.SubmitCode(t.Context(), "111111", fsm.ByHTTP)
	h.says("验证码错误")
	h.agent.SubmitCode(t.Context(), "222222", fsm.ByHTTP) // a quick client answers the first line of the refusal
	h.says("需要手机验证码")                                     // the second line of the same refusal
	h.want("when the refusal of the first code is complete", fsm.Verifying)
	after(time.Second)
	h.says("需要手机验证码")
	h.want("when the second code was wrong, too", fsm.AwaitingCode)

	h.says("Graphic verification code required")
	h.agent.SubmitCaptcha(t.Context(), "XXXX", fsm.ByHTTP)
	h.says("Graphic verification code downloaded")
	h.want("when the picture is told after the answer", fsm.Verifying)
	after(time.Second)
	h.says("Graphic verification code downloaded")
	h.want("when another picture follows", fsm.AwaitingCaptcha)
}
