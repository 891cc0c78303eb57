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
	h := open(t, nil)
	defer h.close()
	h.says("正在登录", "登录失败,登录次数过多,请等待 36 分钟")
	h.want("after the refusal", fsm.Closed)
	h.dies(agent.Exit{Code: 14})
	after(37*time.Minute - 1)
	if h.started() != 1 {
		t.Errorf("%d starts before the time that was named", h.started())
	}
	after(1)
	if h.started() != 2 {
		t.Errorf("%d starts when it is over, want 2", h.started())
	}
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
		if err := h.agent.SubmitCode(t.Context(), "271828"); err != nil {
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
