package opendsim_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
)

const (
	rightCode    = "input_phone_verify_code -code=" + opendsim.Code
	wrongCode    = "input_phone_verify_code -code=000000"
	rightPicture = "input_pic_verify_code -code=" + opendsim.Captcha
	wrongPicture = "input_pic_verify_code -code=AAAA"
)

func TestANewDaemonRequestsTheSMSByItself(t *testing.T) {
	t.Parallel()
	r := start(t, "sms")
	r.await(t, "需要手机验证码", "命令提示: input_phone_verify_code -code=123456", "正在请求手机验证码", "请求手机验证码成功")
	r.enter(t, wrongCode)
	r.await(t, "正在验证手机验证码", "手机验证码错误", "需要手机验证码")
	r.enter(t, rightCode)
	r.await(t, "正在验证手机验证码", "登录成功")
	r.stop(t)
}

func TestANewDaemonRequestsTheSMSByItselfInEnglish(t *testing.T) {
	t.Parallel()
	r := start(t, "sms", "-lang=en")
	r.await(t, "SMS verification code required", "Command Tips: input_phone_verify_code -code=123456",
		"Requesting a phone verification code", "SMS verification code requested successfully")
	r.enter(t, wrongCode)
	r.await(t, "SMS verification code required")
	r.enter(t, rightCode)
	r.await(t, "Login successful")
	r.stop(t)
}

func TestAnOlderDaemonWaitsForTheRequest(t *testing.T) {
	t.Parallel()
	r := start(t, "sms", "-generation=9", "-lang=en")
	r.await(t, "Need a phone verification code", "Command tips: req_phone_verify_code")
	r.enter(t, rightCode) // of an SMS that was not sent
	r.await(t, "Need a phone verification code")
	r.enter(t, "req_phone_verify_code")
	r.await(t, "Requesting a phone verification code", "Request a phone verification code successfully",
		"Command tips: input_phone_verify_code -code=123456")
	r.enter(t, rightCode)
	r.await(t, "Login successful")
	r.stop(t)
}

func TestWhoRequestsTheSMSCanBeChosen(t *testing.T) {
	t.Parallel()
	r := start(t, "sms", "-auto_sms=0")
	r.await(t, "需要手机验证码", "命令提示: req_phone_verify_code")
	r = start(t, "sms", "-generation", "9", "--auto_sms", "1")
	r.await(t, "需要手机验证码", "请求手机验证码成功")
}

func TestACodeMayBeTypedAsSoonAsItIsWanted(t *testing.T) {
	t.Parallel()
	r := start(t, "sms", "-pace=20ms")
	r.await(t, "需要手机验证码")
	r.enter(t, rightCode)
	r.await(t, "请求手机验证码成功", "正在验证手机验证码", "登录成功")
	r.stop(t)
}

func TestASecondSMSWithinAMinuteIsRefused(t *testing.T) {
	t.Parallel()
	r := start(t, "sms")
	r.await(t, "请求手机验证码成功")
	r.enter(t, "req_phone_verify_code")
	r.until(t, "how long it takes", func(out []byte) bool {
		return regexp.MustCompile(`请求手机验证码失败,请求过于频繁，请(60|59)秒后再尝试。`).Match(out)
	})
	r.stop(t)
}

func TestTheFirstCodeCanBeWrongWhateverItIs(t *testing.T) {
	t.Parallel()
	r := start(t, "sms-wrong")
	r.await(t, "请求手机验证码成功")
	r.enter(t, rightCode)
	r.await(t, "手机验证码错误", "需要手机验证码")
	r.enter(t, rightCode)
	r.await(t, "登录成功")
	r.stop(t)
}

func TestAWrongCaptchaBringsAnotherPicture(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	path := picturePath(state, ".com.moomoo.OpenD")
	r := start(t, "captcha", "-lang=en", "-brand=moomoo", "-state="+state)
	r.await(t, "Graphic verification code required", "Graphic verification code downloaded")
	first := readPicture(t, path)
	r.enter(t, wrongPicture)
	r.await(t, "Graphic verification code downloaded")
	if bytes.Equal(first, readPicture(t, path)) {
		t.Error("got the same picture again")
	}
	r.enter(t, rightPicture)
	r.await(t, "Login successful")
	r.stop(t)
}

func TestACaptchaMayBeFollowedByAnSMS(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	r := start(t, "captcha-sms", "-generation=9", "-state="+state)
	r.await(t, "需要图形验证码")
	r.enter(t, wrongPicture)
	r.await(t, "图形验证码错误")
	r.enter(t, rightPicture)
	r.await(t, "需要手机验证码")
	readPicture(t, picturePath(state, ".com.futunn.FutuOpenD"))
	r.enter(t, "req_phone_verify_code")
	r.await(t, "请求手机验证码成功")
	r.enter(t, rightCode)
	r.await(t, "登录成功")
	r.stop(t)
}

func TestCommandsAnswerAsFarAsTheirAnswersAreKnown(t *testing.T) {
	t.Parallel()
	r := start(t, "ok", "-lang=en")
	r.await(t, "Required data is ready")
	for _, quiet := range []string{"", "ping", "relogin", "show_sub_info -conn_id=1", "req_phone_verify_code", rightCode} {
		r.enter(t, quiet)
	}
	r.enter(t, "365758")
	r.await(t, "Unknown command")
	r.enter(t, "input_phone_verify_code")
	r.enter(t, "help")
	r.await(t, "Command List:", "\thelp", "\treq_phone_verify_code", "\tupdate")
	r.enter(t, "exit")
	r.wantExit(t, 0)
	if got := r.lines(); slices.Contains(got, "SMS verification code requested successfully") {
		t.Errorf("got %q, want no SMS that nobody needs", got)
	}
}

// picturePath is where the captcha is, below a state folder.
func picturePath(state, folder string) string {
	return filepath.Join(state, folder, "F3CNN", "PicVerifyCode.png")
}

func readPicture(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(text)); err != nil {
		t.Fatalf("%s is no picture: %v", path, err)
	}
	return text
}
