package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/ostai/futuopend-gateway/transport/words"
)

// logIn writes lines with a log in a language, and returns what a person reads.
func logIn(lang string, write func(*zap.Logger)) string {
	var b bytes.Buffer
	encoder := zapcore.NewConsoleEncoder(zapcore.EncoderConfig{MessageKey: "m", ConsoleSeparator: " "})
	write(zap.New(told{zapcore.NewCore(encoder, zapcore.AddSync(&b), zapcore.InfoLevel), lang}))
	return b.String()
}

func TestTheLogIsSaidInTheLanguageOfThePerson(t *testing.T) {
	advice := func(lang string) string { return words.Text(lang, "advice.password_wrong") }
	for _, c := range []struct {
		write  func(*zap.Logger)
		en, zh string
	}{
		{func(l *zap.Logger) { l.Warn("the journal cannot be written", zap.Error(errors.New("no space left"))) },
			"The journal cannot be written. Entries are kept in memory, and no login is tried until it can: no space left\n",
			"journal 无法写入。条目暂存在内存里，恢复之前不会登录：no space left\n"},
		{func(l *zap.Logger) { l.Info("the daemon is started again", zap.Duration("in", 90*time.Second)) },
			"FutuOpenD is started again in 1 min 30 s\n", "FutuOpenD 将在 1 分钟 30 秒后再次启动\n"},
		{func(l *zap.Logger) { l.With(zap.String("service", "ntfy")).Info("message sent", zap.Int("tries", 1)) },
			"A message was sent {\"service\": \"ntfy\", \"tries\": 1}\n", "已发出一条消息 {\"service\": \"ntfy\", \"tries\": 1}\n"},
		{func(l *zap.Logger) {
			l.Warn("state", zap.Uint64("seq", 3), zap.String("kind", "still_halted"), zap.String("to", "halted"), zap.String("of", "password_wrong"), zap.String("advice", "the same in English"))
		},
			"What halted it before still holds. " + advice(words.English) + " {\"seq\": 3, \"kind\": \"still_halted\", \"to\": \"halted\", \"of\": \"password_wrong\"}\n",
			"之前暂停的原因仍然存在。" + advice(words.Chinese) + " {\"seq\": 3, \"kind\": \"still_halted\", \"to\": \"halted\", \"of\": \"password_wrong\"}\n"},
		{func(l *zap.Logger) { l.Info("state", zap.String("kind", "logged_in")) }, "Logged in {\"kind\": \"logged_in\"}\n", "登录成功 {\"kind\": \"logged_in\"}\n"},
		{func(l *zap.Logger) { l.Debug("message sent") }, "", ""},
		{func(l *zap.Logger) { l.Info("what no store knows", zap.Int("n", 1)) }, "what no store knows {\"n\": 1}\n", "what no store knows {\"n\": 1}\n"},
	} {
		for lang, want := range map[string]string{words.English: c.en, words.Chinese: c.zh} {
			if got := logIn(lang, c.write); got != want {
				t.Errorf("%s: got  %q\nwant %q", lang, got, want)
			}
		}
	}
}

// Programs look for a name that stays.
func TestTheLogInJSONKeepsTheNamesOfItsLines(t *testing.T) {
	var b bytes.Buffer
	out := newOutput(&b)
	newLog(out, zapcore.InfoLevel, true).Warn("no Device.dat")
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
	p.until(p.Stderr, "密码不正确。"+words.Text(words.Chinese, "advice.password_wrong"))
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
