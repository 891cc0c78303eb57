package console

import (
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// table is the daemon's own table of texts.
func table(t testing.TB) []testbed.DaemonText {
	t.Helper()
	return testbed.DaemonTexts(t, "testdata/strings.tsv")
}

// one is the event of a single line.
func one(t *testing.T, line string) fsm.Event {
	t.Helper()
	lines := parse(line + "\r\n")
	if len(lines) != 1 {
		t.Fatalf("%q: %d lines", line, len(lines))
	}
	return lines[0].Event
}

func TestEachTextOfTheDaemonsTableMeansWhatItSays(t *testing.T) {
	for _, s := range table(t) {
		for _, line := range []string{s.Line, brand(s.Line), strings.ReplaceAll(s.Line, "Futu OpenD", "FutuOpenD"), strings.ToUpper(s.Line)} {
			if got := one(t, line).Kind; got != fsm.Kind(s.Kind) {
				t.Errorf("%q: got %q, want %q", line, got, fsm.Kind(s.Kind))
			}
		}
	}
}

// brand is the text in a moomoo build.
func brand(line string) string { return strings.ReplaceAll(line, "Futu OpenD", "moomoo OpenD") }

func TestEachTextOfTheDaemonsTableMayBeTheReasonOfAFailedLogin(t *testing.T) {
	for _, s := range table(t) {
		if fsm.Kind(s.Kind) == fsm.LoginFailed {
			continue
		}
		for _, comma := range []string{",", "，", ", ", ": "} {
			line := s.Failed + comma + s.Line
			if got := one(t, line); got.Kind != fsm.Kind(s.Reason) || !strings.HasPrefix(got.Detail, s.Line[:3]) && got.Kind == fsm.LoginFailed {
				t.Errorf("%q: got %q %q, want %q", line, got.Kind, got.Detail, fsm.Kind(s.Reason))
			}
		}
	}
}

func TestHowATextIsJoinedWithAnotherDoesNotMatter(t *testing.T) {
	for _, s := range table(t) {
		if fsm.Kind(s.Kind) == "" || fsm.Kind(s.Kind) == fsm.LoginFailed || fsm.Kind(s.Kind) == fsm.QuoteRight {
			continue // after a failed login comes a reason
		}
		for _, joint := range []string{": ", ":", ", ", ",", "，", " "} {
			line := s.Line + joint + s.Joined
			if got := one(t, line).Kind; got != fsm.Kind(s.Kind) {
				t.Errorf("%q: got %q, want %q", line, got, fsm.Kind(s.Kind))
			}
		}
	}
}

func TestATextOfTheDaemonsTableWithinOtherTextMeansNothing(t *testing.T) {
	for _, s := range table(t) {
		for _, line := range []string{
			"[2026-08-02] " + s.Line, "note, " + s.Line, "例如：" + s.Line, "\"" + s.Line, "= " + s.Line, // within other text
			"      " + s.Line, "\t" + s.Line, // an explanation of a help text
		} {
			if got := one(t, line); got.Kind != "" {
				t.Errorf("%q: got %q", line, got.Kind)
			}
		}
		for _, name := range []string{"wenn ", "x", "例如"} {
			if got := one(t, name+s.Line); got.Kind != "" && got.Kind != fsm.QuoteRight { // a market may have any name
				t.Errorf("%q: got %q", name+s.Line, got.Kind)
			}
		}
	}
}

func TestAConnectionThatIsLostIsToldFromOneThatIsNotNamed(t *testing.T) {
	for line, want := range map[string]fsm.Kind{
		"行情连接: 已断开":                                fsm.SessionLost,
		"正在重连,行情连接":                                fsm.SessionLost,
		"行情连接 正在重连, 错误码: 5":                        fsm.SessionLost,
		"行情连接：重连成功":                                fsm.SessionBack,
		"Quote Connection: Reconnecting":           fsm.SessionLost,
		"Reconnect successfully, Quote Connection": fsm.SessionBack,
		"交易连接: 正在重连":                               fsm.TradeLost,
		"交易连接1: 重连成功":                              fsm.TradeReady,
		"Trade Connection,Disconnect":              fsm.TradeLost,
		"行情连接, 交易连接: 已断开":                          fsm.SessionLost,
		"正在重连":                                     fsm.LinkLost,
		"正在重连...":                                  fsm.LinkLost,
		"Reconnecting (3)":                         fsm.LinkLost,
		"Reconnect successfully":                   fsm.LinkBack,
		"行情连接: Conn01-HK":                          fsm.Connection,
		"交易连接1: 43.132.107.102-HK":                 fsm.Connection,
		"行情连接: 登录超时":                               fsm.NetworkTrouble,
		"Disconnect all clients":                   "",
		"Reconnecting in 3 seconds, hold on":       "",
	} {
		if got := one(t, line).Kind; got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestOfJoinedPhrasesTheOneThatDecidesIsTold(t *testing.T) {
	for line, want := range map[string]fsm.Kind{
		"登录密码被修改,已退出登录":                                fsm.PasswordNewer,
		"登录次数过多,请等待 36 分钟":                             fsm.Throttled,
		"请等待36分钟：登录次数过多":                               fsm.Throttled,
		"Login too many times, please wait 36 minutes": fsm.Throttled,
		"登录失败，找不到记住密码信息，请使用账号密码登录":                     fsm.RememberedVoid,
		"登录失败,登录次数过多,请等待 36 分钟":                        fsm.Throttled,
		"登录失败 登录超时":                                    fsm.NetworkFailed,
		"Login failed 3 times today":                   "",
		"登录超时，请稍后重试":                                   fsm.NetworkFailed,
	} {
		if got := one(t, line); got.Kind != want {
			t.Errorf("%q: got %q, want %q", line, got.Kind, want)
		}
	}
}

func TestTheTimeThatALineNamesIsItsEnd(t *testing.T) {
	now := time.Date(2026, 8, 2, 9, 0, 0, 0, time.UTC)
	for line, want := range map[string]time.Duration{
		"登录次数过多,请等待 36 分钟":                                       37 * time.Minute,
		"登录失败,请求过于频繁，请42秒后再尝试。":                                  43 * time.Second,
		"Request too frequently. Please try it 1 seconds later.": 2 * time.Second,
		"Login failed,please wait 1 minutes":                     2 * time.Minute,
		"请求手机验证码失败,请求过于频繁，请 99999 秒后再尝试。":                        100000 * time.Second,
		"请求图形验证码失败,请求过于频繁，请 5 分钟后再尝试。":                           6 * time.Minute,
		"登录次数过多": -1,
	} {
		p := NewParser(nil)
		got := p.Write([]byte(line+"\n"), now)[0].Event
		if want < 0 && !got.Until.IsZero() || want >= 0 && !got.Until.Equal(now.Add(want)) {
			t.Errorf("%q: %s until %v", line, got.Kind, got.Until)
		}
		if e := one(t, line); !e.Until.IsZero() {
			t.Errorf("%q at an unknown time: until %v", line, e.Until)
		}
	}
}

func TestWhatIsVoidOrTooFrequentIsWhatWasWantedLast(t *testing.T) {
	const void, often = "验证码失效或超过最大尝试次数，请重新获取", "请求过于频繁，请42秒后再尝试。"
	for before, want := range map[string][2]fsm.Kind{
		"需要手机验证码":               {fsm.CodeVoid, fsm.CodeNotSent},
		"需要图形验证码":               {fsm.CaptchaVoid, fsm.CaptchaNotSent},
		"需要图形验证码\n正在请求手机验证码":    {fsm.CodeVoid, fsm.CodeNotSent},
		"需要手机验证码\n登录成功":         {fsm.CodeVoid, fsm.TooFrequent},
		"Futu OpenD is running": {fsm.CodeVoid, fsm.TooFrequent},
	} {
		for i, line := range []string{void, often} {
			lines := parse(before + "\n" + line + "\n")
			if got := lines[len(lines)-1].Event.Kind; got != want[i] {
				t.Errorf("%q after %q: got %q, want %q", line, before, got, want[i])
			}
		}
	}
}

func TestThePathOfThePictureIsToldAsTheLineNamesIt(t *testing.T) {
	for line, want := range map[string]string{
		"图形验证码已下载到/opt/opend/PicVerifyCode.png":                       "/opt/opend/PicVerifyCode.png",
		"图形验证码已下载到: /opt/opend/PicVerifyCode.png":                     "/opt/opend/PicVerifyCode.png",
		"图形验证码已下载到 /opt/a b/PicVerifyCode.png":                        "/opt/a b/PicVerifyCode.png",
		"Graphic verification code has been downloaded to /opt/p.png": "/opt/p.png",
		"Graphic verification code downloaded to /opt/p.png":          "/opt/p.png",
		"Graphic verification code downloaded: /opt/p.png":            "/opt/p.png",
		"Graphic verification code downloaded":                        "",
	} {
		if got := one(t, line); got.Kind != fsm.CaptchaSaved || got.Detail != want {
			t.Errorf("%q: got %q %q, want %q", line, got.Kind, got.Detail, want)
		}
	}
}

func BenchmarkParser(b *testing.B) {
	for name, line := range map[string]string{
		"unknown":         "2026-08-02 09:00:00 some line that nobody knows, as the daemon prints hundreds of them",
		"unknown Chinese": "登录之后的某一行文字，谁也不认识，但是很多",
		"known":           "登录成功",
	} {
		b.Run(name, func(b *testing.B) {
			p, text := NewParser([]string{"0123456789abcdef0123456789abcdef", "correct-horse"}), []byte(line+"\r\n")
			b.ReportAllocs()
			for b.Loop() {
				p.Write(text, time.Time{})
			}
		})
	}
}

func TestALineThatNoRuleKnowsTakesNoMemoryOfItsOwn(t *testing.T) {
	for _, line := range []string{"2026-08-02 09:00:00 some line that nobody knows", "登录之后的某一行文字，谁也不认识"} {
		p, ring, text := NewParser([]string{"correct-horse"}), new(Ring), []byte(line+"\r\n")
		read := func() {
			for _, l := range p.Write(text, time.Time{}) {
				ring.Add(l.Text)
			}
		}
		for range RingSize {
			read() // the ring's own memory
		}
		if n := testing.AllocsPerRun(1000, read); n > 0 {
			t.Errorf("%q: %v allocations", line, n)
		}
		if kept := ring.Latest(RingSize); kept[0] != line || kept[RingSize-1] != line {
			t.Errorf("%q is kept as %q and %q", line, kept[0], kept[RingSize-1])
		}
	}
}
