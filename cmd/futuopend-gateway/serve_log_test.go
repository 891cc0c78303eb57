package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/ostai/futuopend-gateway/transport/words"
)

// saidAtOnce is an output that is not waited for.
type saidAtOnce struct{ io.Writer }

func (o saidAtOnce) say(piece func() []byte) { o.Write(piece()) }

// logIn writes lines with a log in a language, and returns what a person reads, without the time.
func logIn(lang string, write func(*zap.Logger)) string {
	var b bytes.Buffer
	at := place{page: "http://127.0.0.1:8000/", program: "gw", asking: "gw", code: "123456", secret: "12345678"}
	write(zap.New(told{LevelEnabler: zapcore.InfoLevel, out: saidAtOnce{&b}, lang: lang, at: at}))
	return regexp.MustCompile(`(?m)^.{19}  `).ReplaceAllString(b.String(), "")
}

func TestTheLogIsSaidInTheLanguageOfThePerson(t *testing.T) {
	advice := func(lang string) string { return words.Text(lang, "advice.password_wrong") }
	for _, c := range []struct {
		write  func(*zap.Logger)
		en, zh string
	}{
		{func(l *zap.Logger) { l.Warn("the journal cannot be written", zap.Error(errors.New("no space left"))) },
			"warning: The journal cannot be written. Entries are kept in memory, and no login is tried until it can: no space left\n",
			"提醒：journal 无法写入。条目暂存在内存里，恢复之前不会登录：no space left\n"},
		{func(l *zap.Logger) { l.Info("the daemon is started again", zap.Duration("in", 90*time.Second)) },
			"FutuOpenD is started again in 1 min 30 s\n", "FutuOpenD 将在 1 分钟 30 秒后再次启动\n"},
		{func(l *zap.Logger) { l.With(zap.String("target", "ntfy")).Info("message sent", zap.Int("tries", 1)) },
			"A message was sent: ntfy\n", "已发出一条消息：ntfy\n"},
		{func(l *zap.Logger) {
			l.Warn("state", zap.Uint64("seq", 3), zap.String("kind", "still_halted"), zap.String("to", "halted"), zap.String("of", "password_wrong"), zap.String("detail", "12345678"))
		},
			">>> What halted it before still holds: The password is wrong (…678)\n>>> " + advice(words.English) + "\n>>> It is not started again automatically.\n>>> help     https://github.com/ostai/futuopend-gateway/blob/main/agent/README.md#password_wrong\n>>> page     http://127.0.0.1:8000/\n>>> then     gw init\n",
			">>> 之前暂停的原因仍然存在：密码不正确（…678）\n>>> " + advice(words.Chinese) + "\n>>> 不会自动再次启动。\n>>> 帮助     https://github.com/ostai/futuopend-gateway/blob/main/agent/README.zh-CN.md#password_wrong\n>>> 网页     http://127.0.0.1:8000/\n>>> 然后     gw init\n"},
		{func(l *zap.Logger) { l.Info("state", zap.String("kind", "logged_in")) }, "Logged in\n", "登录成功\n"},
		{func(l *zap.Logger) {
			l.Info("state", zap.String("kind", "start"), zap.String("detail", "6 starts in 3h0m0s"))
		},
			"FutuOpenD is started (6 starts in 3 h)\n", "启动 FutuOpenD（3 小时内启动了 6 次）\n"},
		{func(l *zap.Logger) { l.Debug("message sent") }, "", ""},
		{func(l *zap.Logger) { l.Info("what no store knows", zap.Int("n", 1)) }, "what no store knows n=1\n", "what no store knows n=1\n"},
	} {
		for lang, want := range map[string]string{words.English: c.en, words.Chinese: c.zh} {
			if got := logIn(lang, c.write); got != want {
				t.Errorf("%s: got  %q\nwant %q", lang, got, want)
			}
		}
	}
}

func TestTheLogIsColouredOnATerminalAlone(t *testing.T) {
	for _, on := range []paint{true, false} {
		var b bytes.Buffer
		zap.New(told{LevelEnabler: zapcore.InfoLevel, out: saidAtOnce{&b}, lang: words.English, paint: on}).Warn("no Device.dat")
		if got := strings.Contains(b.String(), string(doubtful)) && strings.Contains(b.String(), unpainted); got != bool(on) {
			t.Errorf("colours %t: %q", on, b.String())
		}
	}
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_INIT_ON_START=no")
	p.Cmd.Env = append(p.Cmd.Env, "TERM=xterm")
	for _, c := range []struct {
		env     string
		painted bool
	}{{"NO_COLOR=", true}, {"NO_COLOR=1", false}} {
		p.Cmd.Env = append(p.Cmd.Env, c.env)
		_, shown, wait := p.at("status")
		if wait(); strings.Contains(shown.String(), "\x1b[") != c.painted {
			t.Errorf("%s: %q", c.env, shown)
		}
	}
}

func TestADaemonsHintIsFollowedByWhatWorksHere(t *testing.T) {
	at := place{page: "http://127.0.0.1:8000/", program: "gw", asking: "gw -it", code: "123456"}
	for line, want := range map[string]string{
		"opend | Command Tips: input_phone_verify_code -code=******\n": "gw code 123456",
		"opend | 命令提示: input_pic_verify_code -code=****\n":             "gw -it captcha",
		"opend | 命令提示: req_phone_verify_code\n":                        "gw resend",
		"opend | Telnet监听地址: 127.0.0.1:22222\n":                        "gw code 123456",
		"opend | Telnet Listening Address: 127.0.0.1:22222\n":          "gw code 123456",
		"opend | Logging in\n":                                         "",
	} {
		var b bytes.Buffer
		h := hinting{out: &b, lang: words.English, at: at}
		if n, err := h.Write([]byte("opend | before\n" + line + "opend | after\n")); err != nil || n == 0 {
			t.Fatal(n, err)
		}
		lines := strings.SplitAfter(b.String(), "\n")
		if want == "" && len(lines) != 4 || want != "" && (len(lines) != 5 || !strings.HasPrefix(lines[2], "      -> ") || !strings.Contains(lines[2], want)) {
			t.Errorf("%q is followed by:\n%s", line, b.String())
		}
	}
	h := hinting{lang: words.English, at: at, api: "0.0.0.0:11111", gate: &gateConfig{socket: "127.0.0.1:33333"}}
	for line, want := range map[string]string{
		"opend | API监听地址: 127.0.0.1:10514\n": "clients connect to 0.0.0.0:11111", "opend | API Listening Address: 127.0.0.1:10514\n": "clients connect to 0.0.0.0:11111",
		"opend | WebSocket监听地址: 127.0.0.1:10515\n": "clients connect to 127.0.0.1:33333", "opend | WebSocketListening Address: 127.0.0.1:10515\n": "clients connect to 127.0.0.1:33333",
		"opend | API监听地址: 127.0.0.1:11111\r\n": "set FUTU_GATE=no", "opend | WebSocket Listening Address: 0.0.0.0:33333\n": "set FUTU_GATE=no", "opend | API监听地址: 127.0.0.1:1111\n": "clients connect to",
	} {
		if got := h.after([]byte(line)); !strings.Contains(got, want) {
			t.Errorf("behind the gate %q is followed by %q", line, got)
		}
		if got := (hinting{lang: words.English, at: at}).after([]byte(line)); got != "" {
			t.Errorf("without one %q is followed by %q", line, got)
		}
	}
	h = hinting{typed: true, lang: words.English, at: at}
	if got := h.after([]byte("input_phone_verify_code")); !strings.Contains(got, "here it is enough") {
		t.Errorf("at a terminal that is read: %q", got)
	}
}

// Programs look for a name that stays.
func TestTheLogInJSONKeepsTheNamesOfItsLines(t *testing.T) {
	var b bytes.Buffer
	out := newOutput(&b)
	newLog(out, zapcore.InfoLevel, true, place{}, false).Warn("no Device.dat")
	out.Close()
	var line struct{ Msg string }
	if err := json.Unmarshal(b.Bytes(), &line); err != nil || line.Msg != "no Device.dat" {
		t.Errorf("%s: %v", b.String(), err)
	}
}

func TestAChineseReaderIsToldInChineseByTheLogAndByCheck(t *testing.T) {
	p := prepare(t, nil, "FUTU_CMD="+script(t, "-scenario=wrong-password"), "FUTU_LANG=chs")
	if out, code := p.command("", "check"); code != 0 || !strings.Contains(out, "下次登录") || english(out) {
		t.Errorf("check ends with %d:\n%s", code, out)
	}
	p.Start()
	p.until(p.Stderr, words.Text(words.Chinese, "advice.password_wrong"))
	if out, code := p.command("", "check"); code != 0 || !strings.Contains(out, "上次被拒绝") || !strings.Contains(out, "网关在运行") || english(out) {
		t.Errorf("beside the gateway, check ends with %d:\n%s", code, out)
	}
	wrong := prepare(t, nil, "FUTU_LANG=chs", "FUTU_PORT=x", "FUTU_LOGIN_ACCOUNT=", "FUTU_CMD=/nowhere/FutuOpenD")
	out, code := wrong.command("", "check")
	if code != 1 || !strings.Contains(out, "FUTU_LOGIN_ACCOUNT 没有设置") || !strings.Contains(out, "有错误") || english(out) {
		t.Errorf("with wrong settings, check ends with %d:\n%s", code, out)
	}
	if out, code = wrong.command("", "serve"); code != 2 || !strings.Contains(out, "3 个设置不能使用") || english(out) {
		t.Errorf("with wrong settings, the gateway ends with %d:\n%s", code, out)
	}
}

// english reports whether three words of letters follow one another: names and values are shorter.
func english(text string) bool {
	run := 0
	for _, field := range strings.Fields(text) {
		if strings.ContainsFunc(field, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLower(r) }) {
			run = 0
			continue
		}
		if run++; run == 3 {
			return true
		}
	}
	return false
}
