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
	for name, c := range map[string]struct {
		lines []string
		apart time.Duration
		want  []fsm.Kind
	}{
		"a refusal":                      {[]string{rejected, wanted, wanted}, 0, []fsm.Kind{fsm.CodeRejected, fsm.CodeStillWanted, fsm.CodeWanted}},
		"a refusal within the bound":     {[]string{rejected, wanted}, sameRequest - 1, []fsm.Kind{fsm.CodeRejected, fsm.CodeStillWanted}},
		"a refusal, and a request later": {[]string{rejected, wanted}, sameRequest, []fsm.Kind{fsm.CodeRejected, fsm.CodeWanted}},
		"an answer between them":         {[]string{rejected, verifying, wanted}, 0, []fsm.Kind{fsm.CodeRejected, fsm.CodeVerifying, fsm.CodeWanted}},
		"no refusal":                     {[]string{wanted, wanted}, 0, []fsm.Kind{fsm.CodeWanted, fsm.CodeWanted}},
		"a picture":                      {[]string{picture, saved, saved}, 0, []fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaStillWanted, fsm.CaptchaSaved}},
		"a picture, and another later":   {[]string{picture, saved}, sameRequest, []fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaSaved}},
		"pictures one after another":     {[]string{picture, picture, picture}, sameRequest - 1, []fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaStillWanted, fsm.CaptchaWanted}},
		"a wrong answer":                 {[]string{wrong, picture, saved}, 0, []fsm.Kind{fsm.CaptchaRejected, fsm.CaptchaStillWanted, fsm.CaptchaSaved}},
	} {
		p, now := NewParser(nil), time.Date(2026, 8, 2, 9, 0, 0, 0, time.UTC)
		var got []fsm.Kind
		for _, line := range c.lines {
			for _, l := range p.Write([]byte(line+"\n"), now) {
				got = append(got, l.Event.Kind)
			}
			now = now.Add(c.apart)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
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
