package words

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestWhatAPersonDoesAboutAFailureIsMoreThanWhatItIs(t *testing.T) {
	bare := func(s string) string { return strings.ToLower(strings.Trim(s, ".。 ")) }
	for _, lang := range Languages() {
		for _, class := range fsm.Failures() {
			reason, advice := bare(Reason(lang, class, "")), bare(Advice(lang, class))
			if reason == "" || advice == "" || strings.HasPrefix(reason, advice) || strings.Contains(strings.ToLower(advice), "init") {
				t.Errorf("%s: %s: the reason is %q, the advice %q", lang, class, reason, advice)
			}
		}
	}
}

// names are what stands in Chinese sentences as it is.
var names = regexp.MustCompile(`FutuOpenD|OpenD|moomoo|API|App\b|MD5|RSA|FUTU_\w+|AppData\.dat|check|journal|futuopend-gateway \w+`)

func TestChineseSentencesOfATroubleAreChinese(t *testing.T) {
	latin := regexp.MustCompile(`[A-Za-z]+`)
	for _, lang := range []string{Chinese, Traditional} {
		for _, class := range fsm.Grounds() {
			for _, state := range fsm.States() {
				text := Reason(lang, class, fsm.PartQuotes) + Advice(lang, class) + Next(lang, state, class, time.Time{})
				if found := latin.FindString(names.ReplaceAllString(text, "")); found != "" {
					t.Errorf("%s: %s in %s says %q in: %s", lang, class, state, found, text)
				}
			}
		}
	}
}

// A refused start is tried again once something has changed, which its advice says: that it is never started again would be no news but a lie.
func TestWhatHappensNextDoesNotContradictTheAdvice(t *testing.T) {
	for _, lang := range Languages() {
		never := Text(lang, "message.never")
		for _, class := range fsm.Failures() {
			f, _ := class.Failure()
			if got := Next(lang, fsm.Halted, class, time.Time{}); (got == never) == f.Setup || got == "" {
				t.Errorf("%s: %s, halted: %q", lang, class, got)
			}
			if got := Next(lang, fsm.Halted, class, time.Unix(0, 0)); got == never {
				t.Errorf("%s: %s, halted until a time: %q", lang, class, got)
			}
		}
		if got := Next(lang, fsm.Idle, fsm.Fetching, time.Time{}); got == Next(lang, fsm.Idle, fsm.Stop, time.Time{}) || got == "" {
			t.Errorf("%s: while it is fetched: %q", lang, got)
		}
		for _, class := range []fsm.Kind{fsm.SecretsUnusable, fsm.FetchFailed} { // the gateway tries these again by itself
			if got := Next(lang, fsm.Halted, class, time.Time{}); got == never || got == "" {
				t.Errorf("%s: %s, halted: %q", lang, class, got)
			}
		}
	}
}
