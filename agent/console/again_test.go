package console

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestAFurtherLineOfOneRequestIsNoNewRequest(t *testing.T) {
	const rejected, wanted, verifying = "验证码错误", "需要手机验证码", "正在验证手机验证码"
	const picture, saved, wrong = "需要图形验证码", "Graphic verification code downloaded", "图形验证码错误"
	const older, void, asksAgain = "只有最后一次请求验证码生效，该请求已被覆盖", "验证码失效或超过最大尝试次数，请重新获取", "请重新请求图形验证码"
	for name, c := range map[string]struct {
		lines []string
		want  []fsm.Kind
	}{
		"a refusal":                   {[]string{rejected, wanted, wanted}, []fsm.Kind{fsm.CodeRejected, fsm.CodeStillWanted, fsm.CodeWanted}},
		"an older code":               {[]string{older, wanted}, []fsm.Kind{fsm.CodeSuperseded, fsm.CodeStillWanted}},
		"a void code":                 {[]string{wanted, void, wanted}, []fsm.Kind{fsm.CodeWanted, fsm.CodeVoid, fsm.CodeStillWanted}},
		"an answer between them":      {[]string{rejected, verifying, wanted}, []fsm.Kind{fsm.CodeRejected, fsm.CodeVerifying, fsm.CodeWanted}},
		"no refusal":                  {[]string{wanted, wanted}, []fsm.Kind{fsm.CodeWanted, fsm.CodeWanted}},
		"a picture":                   {[]string{picture, saved, saved}, []fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaStillWanted, fsm.CaptchaSaved}},
		"pictures without their path": {[]string{picture, picture}, []fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaWanted}},
		"a wrong answer":              {[]string{picture, saved, wrong, picture, saved}, []fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaStillWanted, fsm.CaptchaRejected, fsm.CaptchaStillWanted, fsm.CaptchaStillWanted}},
		"a picture of no use":         {[]string{picture, asksAgain, saved}, []fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaVoid, fsm.CaptchaStillWanted}},
		"a wrong answer without a word for it": {[]string{picture, saved, picture, saved},
			[]fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaStillWanted, fsm.CaptchaWanted, fsm.CaptchaStillWanted}},
		"a verdict on a picture": {[]string{picture, "正在验证图形验证码", saved}, []fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaVerifying, fsm.CaptchaSaved}},
		"another login":          {[]string{rejected, "正在登录", wanted}, []fsm.Kind{fsm.CodeRejected, fsm.LoggingIn, fsm.CodeWanted}},
	} {
		for _, apart := range []time.Duration{0, time.Second, time.Hour} { // a busy machine takes its time between two lines
			p, now := NewParser(nil), time.Date(2026, 8, 2, 9, 0, 0, 0, time.UTC)
			var got []fsm.Kind
			for _, line := range c.lines {
				for _, l := range p.Write([]byte(line+"\n"), now) {
					got = append(got, l.Event.Kind)
				}
				now = now.Add(apart)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s, %v apart: got %v, want %v", name, apart, got, c.want)
			}
		}
	}
}

func TestAtAnUnknownTimeTheOrderOfTheLinesDecides(t *testing.T) {
	got := ""
	for _, l := range parse("验证码错误\n需要手机验证码\n正在验证手机验证码\n需要手机验证码\n") {
		got += fmt.Sprintln(l.Event.Kind)
	}
	if want := "code_rejected\ncode_still_wanted\ncode_verifying\ncode_wanted\n"; got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}
