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

func TestNoLoginIsTriedBeforeTheTimeThatTheBrokerNames(t *testing.T) { synctest.Test(t, testNamed) }
func testNamed(t *testing.T) {
	for refusal, wait := range map[string]time.Duration{
		"登录失败,不知道为什么，":                                             0, // a time of the day, on Beijing's clock
		"登录失败,登录次数过多,请等待 36 分钟":                                    37 * time.Minute,
		"Login failed,Login too many times,please wait 36 minutes": 37 * time.Minute,
		"登录失败,不知道为什么，请等待 36 分钟":                                    37 * time.Minute,
		"登录失败,网络异常，请稍后再试,请求过于频繁，请 2700 秒后再尝试。":                     45*time.Minute + time.Second,
		"登录次数过多\r\n请等待 36 分钟":                                      37 * time.Minute,
	} {
		h := open(t, nil)
		named := time.Now().Add(wait)
		if wait == 0 {
			at := time.Now().In(time.FixedZone("", 8*60*60)).Add(150 * time.Minute).Truncate(time.Minute)
			refusal, named = refusal+at.Format("请于今日 15:04 后重试"), at.Add(time.Minute)
		}
		h.says("正在登录", refusal)
		h.dies(agent.Exit{Code: 14})
		after(10 * time.Minute)
		if n := h.journal.Snapshot().Next; !n.Equal(named) {
			t.Errorf("%s: the next start is at %v, want %v", refusal, n, named)
		}
		// A new container knows it as well.
		next := h.cut(nil)
		next.close()
		next = next.again(nil)
		after(time.Until(named) - 1)
		if n := h.started() + next.started(); n != 1 {
			t.Errorf("%s: %d starts before the time that was named", refusal, n)
		}
		if after(1); next.started() != 1 {
			t.Errorf("%s: %d starts when it is over, want 1", refusal, next.started())
		}
		next.close()
	}
}

func TestATimeThatIsNamedEndsNoRefusal(t *testing.T) { synctest.Test(t, testNamedRefusal) }
func testNamedRefusal(t *testing.T) {
	h := open(t, nil)
	h.says("登录失败,密码不匹配,请等待 36 分钟")
	h.dies(agent.Exit{Code: 14})
	h.want("with a wrong password", fsm.Halted)
	if n := h.journal.Snapshot().Next; !n.IsZero() {
		t.Errorf("a start is announced for %v", n)
	}
	after(24 * time.Hour)
	if h.started() != 1 {
		t.Error("the wrong password was tried again")
	}
	h.close()
}

func TestWhatWasScheduledStaysScheduledWhenTheGatewayIsRestarted(t *testing.T) {
	synctest.Test(t, testScheduled)
}
func testScheduled(t *testing.T) {
	h := open(t, nil)
	h.says("登录失败,不知道为什么")
	h.dies(agent.Exit{Code: 14})
	due := h.journal.Snapshot().Next
	after(time.Minute)
	for range 3 {
		h = h.cut(nil)
		h.want("in a new container", fsm.Closed)
		if n := h.journal.Snapshot().Next; !n.Equal(due) {
			t.Errorf("the next start is at %v, want %v", n, due)
		}
		after(time.Minute)
	}
	h.close() // a TERM changes nothing of it
	h = h.again(nil)
	after(time.Until(due) - 1)
	h.want("before it is due", fsm.Closed)
	after(1)
	h.want("when it is due", fsm.Initializing)

	h.says("登录失败,网络异常，请稍后再试")
	h.dies(agent.Exit{Code: 14})
	h.agent.Stop(t.Context()) // a person calls it off: the next gateway does as its settings say
	synctest.Wait()
	h = h.cut(nil)
	h.want("in a new container after a stop", fsm.Initializing)
	h.close()
}

func TestAnAccountThatIsInUseElsewhereIsLeftThere(t *testing.T) { synctest.Test(t, testReclaim) }
func testReclaim(t *testing.T) {
	never := func(c *agent.Config) { c.Reclaim = 0 }
	half := func(c *agent.Config) { c.Reclaim = 30 * time.Minute }
	for line, from := range map[string]func(*agent.Config){"登录设备数超出上限，当前OpenD已退出": half, "牛牛账号在别处登录": never} {
		h := open(t, from)
		h.says("正在登录", "登录成功", line)
		h.want("kicked out", fsm.Closed)
		h.dies(agent.Exit{})
		h = h.cut(from)
		after(30*time.Minute - 1)
		if h.started() != 0 {
			t.Errorf("%s: taken back within minutes", line)
		}
		after(1)
		if n := h.started(); n != 1 && h.journal.Last().To != fsm.Halted {
			t.Errorf("%s: started %d times after half an hour", line, n)
		}
		h.close()
	}
	h := open(t, never)
	defer h.close()
	h.says("正在登录", "登录成功", "牛牛账号在别处登录")
	h.dies(agent.Exit{})
	h.want("when it is never taken back", fsm.Halted)
	if got := h.journal.Snapshot().Halted; got.Class() != fsm.KickedOut {
		t.Errorf("it is halted by %s", got.Class())
	}
	after(48 * time.Hour)
	if h.started() != 1 {
		t.Error("it was taken back")
	}
	if risk, err := h.agent.Init(t.Context(), false); err != nil || risk != "" {
		t.Errorf("a person takes it back: risk %q, error %v", risk, err)
	}
	h.want("taken back by a person", fsm.Initializing)
}

func TestAnSMSIsNotAskedForBeforeTheTimeThatTheDaemonNames(t *testing.T) {
	synctest.Test(t, testNamedSMS)
}
func testNamedSMS(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码", "正在请求手机验证码", "请求手机验证码失败,请求过于频繁，请 300 秒后再尝试。")
	h.want("without an SMS", fsm.AwaitingCode)
	after(301*time.Second - 1)
	refusal, ok := errors.AsType[*fsm.Refusal](h.agent.ResendCode(t.Context()))
	if !ok || refusal.Code != "too_soon" {
		t.Errorf("got %v before the time that was named", refusal)
	}
	after(1)
	if err := h.agent.ResendCode(t.Context()); err != nil {
		t.Errorf("when it is over: %v", err)
	}
}

func TestAPictureMayBeAskedForWhileACodeIsWanted(t *testing.T) { synctest.Test(t, testPictureInstead) }
func testPictureInstead(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码", "请求手机验证码成功")
	if err := h.agent.NewCaptcha(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.says("正在请求图形验证码", "图形验证码已下载到/data/F3CNN/PicVerifyCode.png")
	h.want("with the picture", fsm.AwaitingCaptcha)
}

func TestAConnectionThatIsNotNamedMovesNothingAndTheAPIIsAskedAtOnce(t *testing.T) {
	synctest.Test(t, testLinked)
}
func testLinked(t *testing.T) {
	h, api := openAPI(t)
	defer h.close()
	h.says("登录成功")
	api.want(t, "after the login", 1, true)
	h.says("正在重连")
	h.want("when it is not said which connection is lost", fsm.Connected)
	api.want(t, "when it is not said which connection is lost", 2, true)
	h.says("交易连接: 正在重连")
	h.want("with the connection for trading lost", fsm.Connected)
	h.says("行情连接: 正在重连")
	h.want("with the connection for quotes lost", fsm.Reconnecting)
	api.want(t, "with the connection for quotes lost", 3, true)
	h.says("行情连接: 重连成功")
	h.want("with the connection for quotes back", fsm.Connected)
	h.says("行情连接: 已断开")
	api.tells(fsm.APIReady)
	h.want("when the API tells that quotes work", fsm.Connected)
}

func TestAVoidCodeAndAWrongCaptchaAreToldAtOnce(t *testing.T) { synctest.Test(t, testVoid) }
func testVoid(t *testing.T) {
	for line, want := range map[string]string{
		"手机验证码错误":                       "code_rejected",
		"Phone verification code error": "code_rejected",
		"验证码失效或超过最大尝试次数，请重新获取":          "code_void",
		"只有最后一次请求验证码生效，该请求已被覆盖":         "code_superseded",
	} {
		h := open(t, nil)
		h.says("需要手机验证码", "请求手机验证码成功")
		if err := h.agent.SubmitCode(t.Context(), "271828", fsm.ByHTTP); err != nil {
			t.Fatal(err)
		}
		h.says("正在验证手机验证码", line)
		h.want("after "+line, fsm.AwaitingCode)
		if !strings.Contains(h.disk.String(), `"kind":"`+want+`"`) {
			t.Errorf("%s: no %s in the journal", line, want)
		}
		h.close()
	}
}

func TestThePictureIsLookedForWhereTheDaemonSaysThatItIs(t *testing.T) {
	synctest.Test(t, testPicturePath)
}
func testPicturePath(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	want := func(path string) {
		t.Helper()
		synctest.Wait()
		if _, err := h.agent.Captcha(t.Context()); err != nil || h.pictureAt != path {
			t.Errorf("looked for %q, %v, want %q", h.pictureAt, err, path)
		}
	}
	h.says("需要图形验证码")
	want("")
	h.says("图形验证码已下载到/opt/opend/PicVerifyCode.png")
	want("/opt/opend/PicVerifyCode.png")
	h.says("图形验证码错误")
	h.says("需要图形验证码")
	want("/opt/opend/PicVerifyCode.png") // until another one is named
	h.says("Graphic verification code has been downloaded to: /opt/opend/2.jpg")
	want("/opt/opend/2.jpg")
}
