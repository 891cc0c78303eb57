package console

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/ostai/futuopend-gateway/fsm"
)

// cases are wordings that no recording has, or that must not be mistaken. An empty kind
// is a line that means nothing.
var cases = []struct {
	line   string
	kind   fsm.Kind
	detail string
}{
	// The start, in the words that the recordings lack.
	{"moomoo OpenD version: 8.1.4108(20240229115000)", fsm.Version, "8.1.4108(20240229115000)"},
	{"moomoo OpenD is running", fsm.Running, ""},
	{"API启用RSA: 是", fsm.RSA, "是"},
	{"WebSocket监听地址: 127.0.0.1:33333", fsm.WebSocketListening, "127.0.0.1:33333"},
	{"Login Method: Log in with remembered password", fsm.LoginMethod, "Log in with remembered password"},
	{"Required data is ready", fsm.DataReady, ""},
	{"OpenAPI用户等级:二级用户", fsm.Quota, "二级用户"},

	// The questions since 10.10.
	{"请输入账号", fsm.AccountPrompt, ""},
	{"请输入帐号:", fsm.AccountPrompt, ""},
	{"Please enter account", fsm.AccountPrompt, ""},
	{"请输入密码", fsm.PasswordPrompt, ""},
	{"Remember the password? (Y/n)", fsm.RememberPrompt, ""},
	{"账号错误", fsm.AccountUnfit, "账号错误"},

	// The SMS code and the captcha.
	{"SMS verification code required", fsm.CodeWanted, ""},
	{"Need a phone verification code", fsm.CodeWanted, ""},
	{"需要手机验证码", fsm.CodeWanted, ""},
	{"需要手机验证码,请求手机验证码失败,短信请求过于频繁，请稍后再试", fsm.CodeWanted, ""},
	{"SMS verification code requested successfully", fsm.CodeSent, ""},
	{"请求手机验证码失败,短信请求过于频繁，请稍后再试", fsm.CodeNotSent, "短信请求过于频繁，请稍后再试"},
	{"命令提示: req_phone_verify_code", fsm.CodeRequestHint, ""},
	{"Command tips: req_phone_verify_code", fsm.CodeRequestHint, ""},
	{"Command Tips: input_phone_verify_code -code=123456", fsm.CodeInputHint, ""},
	{"验证码错误", fsm.CodeRejected, ""},
	{"需要图形验证码", fsm.CaptchaWanted, ""},
	{"Need a graphic verification code", fsm.CaptchaWanted, ""},
	{"Graphic verification code required", fsm.CaptchaWanted, ""},
	{"Graphic verification code downloaded", fsm.CaptchaSaved, ""},
	{"Command Tips: input_pic_verify_code -code=XXXX", fsm.CaptchaHint, ""},
	{"命令提示: input_pic_verify_code -code=XXXX", fsm.CaptchaHint, ""},
	{"图形验证码错误", fsm.CaptchaRejected, ""},

	// Failures and their reasons.
	{"登录失败", fsm.LoginFailed, ""},
	{"登录失败，网络异常，请稍后再试", fsm.NetworkFailed, "网络异常，请稍后再试"},
	{"登录失败,密码不匹配", fsm.PasswordWrong, "密码不匹配"},
	{"Login failed,The login password you entered and the account don't match", fsm.PasswordWrong, "The login password you entered and the account don't match"},
	{"Login failed,wrong password, 9 chances remained", fsm.PasswordWrong, "wrong password, 9 chances remained"},
	{"登录失败,登录出错已达上限", fsm.AccountLocked, "登录出错已达上限"},
	{"登录失败,密码不匹配，请于今日 18:30 后重试", fsm.AccountLocked, "密码不匹配，请于今日 18:30 后重试"},
	{"登录失败,您的版本过低，请您升级版本", fsm.VersionRefused, "您的版本过低，请您升级版本"},
	{"Login failed,OpenAPI is available for users with accounts at FUTU HK, Moomoo US, Moomoo SG, and Moomoo AU.", fsm.RegionRefused, "OpenAPI is available for users with accounts at FUTU HK, Moomoo US, Moomoo SG, and Moomoo AU."},
	{"登录失败,短信请求过于频繁，请稍后再试", fsm.Throttled, "短信请求过于频繁，请稍后再试"},
	{"Login failed,something nobody has seen", fsm.LoginFailed, "something nobody has seen"},
	{"登录失败,未同意免責聲明", fsm.AgreementMissing, "未同意免責聲明"},
	{"登录失败,账号错误", fsm.AccountUnfit, "账号错误"},
	{"Login failed,please finish the questionnaire evaluation and agreement confirmation", fsm.AgreementMissing, "please finish the questionnaire evaluation and agreement confirmation"},
	{"未同意免責聲明", fsm.AgreementMissing, "未同意免責聲明"},
	{"In order to meet regulatory requirements, API users need to conduct relevant questionnaire evaluation and agreement confirmation...", fsm.AgreementMissing,
		"In order to meet regulatory requirements, API users need to conduct relevant questionnaire evaluation and agreement confirmation..."},
	{"Futu OpenD已退出", fsm.Exiting, ""},
	{"FutuOpenD已退出", fsm.Exiting, ""},
	{"moomoo OpenD已退出", fsm.Exiting, ""},
	{"moomoo OpenD exited", fsm.Exiting, ""},
	{"Futu OpenD has exited", fsm.Exiting, ""},
	{"指定参数version错误", fsm.BadParameter, "version"},
	{"未知命令", fsm.UnknownCommand, ""},
	{"Fail to create app dir: Read-only file system", fsm.AppDirFailed, "Read-only file system"},

	{"ProgramStatusType_NeedPhoneVerifyCode", fsm.ProgramStatus, "NeedPhoneVerifyCode"},

	// What only looks like it.
	{"Login successful rate: 99%", "", ""},
	{"last login successful", "", ""},
	{"服务器启动失败", fsm.ServerFailed, "服务器启动失败"},
	{"Login failures today: 3", "", ""},
	{"\treq_phone_verify_code    request a phone verification code successfully, or not", "", ""},
	{"req_phone_verify_code", "", ""},
	{"input_phone_verify_code -code=654321", "", ""},
	{"the account may be a moomoo ID", "", ""},
	{"网络异常，请稍后再试", fsm.NetworkTrouble, ""},
	{"需要手机验证码登录的帐号", "", ""},
}

// parse reads text and returns its lines.
func parse(text string) []Line {
	p := NewParser(nil)
	lines := slices.Clone(p.Write([]byte(text), time.Time{}))
	return append(lines, p.Close(time.Time{})...)
}

func TestEachWordingMeansWhatItSays(t *testing.T) {
	for _, c := range cases {
		for _, form := range []string{c.line, ">>>" + c.line, upper(c.line) + strings.Repeat(" ", 40), "\x1b[1m" + c.line + "\x1b[0m"} {
			lines := parse(form + "\r\n")
			if len(lines) != 1 {
				t.Fatalf("%q: %d lines", form, len(lines))
			}
			if e := lines[0].Event; e.Kind != c.kind || !strings.EqualFold(e.Detail, c.detail) {
				t.Errorf("%q: got %q %q, want %q %q", form, e.Kind, e.Detail, c.kind, c.detail)
			}
		}
	}
}

// upper writes the first letter large, as some versions do.
func upper(s string) string {
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

// everyLine is every line of the recordings and the cases.
func everyLine(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../../testdata/recordings/*.[lr][oa][gw]")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d recordings, %v", len(paths), err)
	}
	var out []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range parse(string(text)) {
			out = append(out, l.Text)
		}
	}
	for _, c := range cases {
		out = append(out, strings.TrimSpace(c.line))
	}
	for _, s := range table(t) {
		out = append(out, s.Line)
	}
	return out
}

// phrases are all phrases of all tables.
func phrases() (out []*phrase) {
	for _, table := range tables {
		for i := range table {
			out = append(out, &table[i])
		}
	}
	return out
}

// hears returns the phrases of a line.
func hears(line string) (out []*phrase) {
	if reason, ok := failure(line); ok {
		line = reason
	}
	var h hits
	h.read(line, 0)
	for i := range h.n {
		out = append(out, h.all[i].phrase)
	}
	return out
}

func TestEveryPhraseAndEveryReasonIsHit(t *testing.T) {
	hit := map[*phrase]bool{}
	reasonHit := make([]bool, len(reasons))
	for _, line := range everyLine(t) {
		for _, p := range hears(line) {
			hit[p] = true
		}
		if reason, ok := failure(line); ok {
			for i, re := range compiledReasons() {
				reasonHit[i] = reasonHit[i] || re.MatchString(lower(reason))
			}
		}
	}
	for _, p := range phrases() {
		if !hit[p] {
			t.Errorf("no recording and no case has the phrase %s %q", p.kind, p.texts)
		}
	}
	for i, ok := range reasonHit {
		if !ok {
			t.Errorf("no case has the reason %s %q", reasons[i].kind, reasons[i].text)
		}
	}
}

func TestAReasonMayFollowABareFailure(t *testing.T) {
	lines := parse("登录失败\n密码不匹配\nFutu OpenD已退出\n")
	if got := lines[1].Event; got.Kind != fsm.PasswordWrong || got.Detail != "密码不匹配" {
		t.Errorf("got %+v", got)
	}
	// Without a failure before it, such a line is nobody's business.
	if got := parse("密码不匹配\n")[0]; !got.Unknown() {
		t.Errorf("got %+v", got)
	}
}
