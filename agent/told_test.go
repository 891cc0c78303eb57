package agent_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// refuses makes the API refuse InitConnect with words.
func (a *api) refuses(words string) {
	synctest.Wait()
	a.tell(fsm.Event{Kind: fsm.APILost, Part: fsm.PartInit, Detail: words})
	synctest.Wait()
}

func TestAnInitConnectThatIsRefusedWithWordsEndsConnected(t *testing.T) {
	for words, want := range map[string]struct {
		kind fsm.Kind
		to   fsm.State
	}{
		"登录密码被修改,已退出登录":                     {fsm.PasswordNewer, fsm.Halted},
		"Login password has been modified":  {fsm.PasswordNewer, fsm.Halted},
		"您已被禁止登录此账号":                        {fsm.Banned, fsm.Halted},
		"登录失败,密码不匹配":                        {fsm.PasswordWrong, fsm.Halted},
		"客户端版本过低":                           {fsm.VersionRefused, fsm.Halted},
		"需要绑定手机号":                           {fsm.PhoneUnbound, fsm.Halted},
		"已退出登录":                             {fsm.ForcedLogout, fsm.Closed},
		"Force to logout":                   {fsm.ForcedLogout, fsm.Closed},
		"登录设备数超出上限，当前OpenD已退出":              {fsm.KickedOut, fsm.Closed},
		"The account has logined elsewhere": {fsm.KickedOut, fsm.Closed},
		"需要重输入密码登录":                         {fsm.RememberedVoid, fsm.Closed},
		"需要手机验证码,请求手机验证码失败,短信请求过于频繁，请稍后再试": {fsm.CodeWanted, fsm.AwaitingCode},
		"Need a phone verification code":   {fsm.CodeWanted, fsm.AwaitingCode},
		"Need a graphic verification code": {fsm.CaptchaWanted, fsm.AwaitingCaptcha},
		"正在登录":                             {fsm.SessionLost, fsm.Reconnecting},
		"网络异常，请稍后再试":                       {fsm.SessionLost, fsm.Reconnecting},
		"登录失败":                             {fsm.APILost, fsm.Connected},
		"登录次数过多,请等待 36 分钟":                 {fsm.APILost, fsm.Connected},
		"连接个数超过128，请关闭无用连接":                {fsm.APILost, fsm.Connected},
		"words that nobody knows":          {fsm.APILost, fsm.Connected},
		"服务器启动失败，请检查是否有Futu OpenD或者其他程序正在监听该端口": {fsm.APILost, fsm.Connected},
	} {
		t.Run(words, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, api := openAPI(t)
				defer h.close()
				h.says("登录成功")
				api.tells(fsm.APIReady, fsm.TradeReady)
				api.refuses(words)
				h.want("after the refusal", want.to)
				e := h.journal.Last()
				for e.Kind == fsm.TroubleTold || e.Kind == fsm.RestartScheduled {
					e = h.before(e)
				}
				if e.Kind != want.kind {
					t.Errorf("the journal ends with %s, want %s", e.Kind, want.kind)
				}
				if got := h.journal.Snapshot().API; got.Ready || got.Trade {
					t.Errorf("the API counts as %+v", got)
				}
				if h.started() != 1 {
					t.Errorf("started %d times", h.started())
				}
			})
		})
	}
}

// before is the entry before one.
func (h *house) before(e fsm.Entry) fsm.Entry {
	before, ok, _ := h.journal.Look(e.Seq - 2)
	if !ok {
		h.t.Fatalf("nothing is before %s", e.Kind)
	}
	return before
}

func TestARefusalThatLeadsToANewLoginKeepsItsWait(t *testing.T) { synctest.Test(t, testRefusalWaits) }
func testRefusalWaits(t *testing.T) {
	for words, wait := range map[string]time.Duration{"已退出登录": 5 * time.Minute, "牛牛账号在别处登录": 30 * time.Minute} {
		h, api := openAPI(t)
		h.says("登录成功")
		after(time.Hour)
		api.refuses(words)
		h.dies(agent.Exit{})
		after(wait - time.Second)
		h.want(words+": before the wait is over", fsm.Closed)
		after(time.Second)
		h.want(words+": after it", fsm.Initializing)
		h.close()
	}
}

// The API of a weak machine lags behind the console: what it said before the login is no word against it.
func TestWordsFromBeforeTheLoginAreBelievedAfterAMinute(t *testing.T) {
	synctest.Test(t, testWordsFromBefore)
}
func testWordsFromBefore(t *testing.T) {
	for words, then := range map[string]fsm.State{"需要手机验证码": fsm.AwaitingCode, "正在登录": fsm.Reconnecting} {
		h, api := openAPI(t)
		h.says("登录成功")
		api.refuses(words)
		after(time.Minute - time.Second)
		h.want(words+": within the minute", fsm.Connected)
		after(time.Second)
		h.want(words+": after it", then)
		h.close()
	}
	h, api := openAPI(t)
	defer h.close()
	h.says("登录成功")
	api.refuses("需要手机验证码")
	after(30 * time.Second)
	api.tells(fsm.APIReady)
	after(time.Hour)
	h.want("when it answered after all", fsm.Connected)
}

func TestAnSMSThatTheAPIWantsIsAskedForAndAnswered(t *testing.T) { synctest.Test(t, testAPIWantsSMS) }
func testAPIWantsSMS(t *testing.T) {
	h, api := openAPI(t)
	defer h.close()
	h.says("需要手机验证码", "请求手机验证码成功", "登录成功")
	api.tells(fsm.APIReady)
	after(time.Hour)
	api.refuses("需要手机验证码")
	api.want(t, "while an SMS is wanted", 1, false)
	after(5 * time.Second)
	if got, want := h.daemon().wasTyped(), "req_phone_verify_code\r"; got != want {
		t.Errorf("typed %q, want %q", got, want)
	}
	if err := h.agent.SubmitCode(t.Context(), "123456", fsm.ByHTTP); err != nil {
		t.Fatal(err)
	}
	h.says("登录成功")
	h.want("after the code", fsm.Connected)
	api.want(t, "after the code", 2, true)
}

func TestALoginThatFailedByTheAPIHasTheClassOfItsWords(t *testing.T) {
	synctest.Test(t, testFailedByTheAPI)
}
func testFailedByTheAPI(t *testing.T) {
	for words, want := range map[string]fsm.Kind{"密码不匹配": fsm.PasswordWrong, "登录失败,密码不匹配": fsm.PasswordWrong, "网络中断": fsm.SessionLost, "": fsm.LoginFailed} {
		h, api := openAPI(t)
		h.says("登录成功")
		api.tells(fsm.APIReady)
		api.tell(fsm.Event{Kind: fsm.LoginFailed, Detail: words})
		synctest.Wait()
		e := h.journal.Last()
		for e.Kind == fsm.TroubleTold {
			e = h.before(e)
		}
		if e.Kind != want {
			t.Errorf("%q: the journal ends with %s, want %s", words, e.Kind, want)
		}
		h.close()
	}
}
