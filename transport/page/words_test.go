package page_test

import (
	"strings"
	"testing"
)

// play looks at a gateway whose simulated daemon plays a scenario, with flags of the simulator's.
func play(t *testing.T, say words, w window, scenario string, flags ...string) *tab {
	t.Helper()
	args := append([]string{"serve", "-simulate", scenario, "--", "-generation=" + map[string]string{"chs": "9", "en": "10"}[say.daemon], "-auto_sms=1"}, flags...)
	return serve(t, args, "FUTU_LANG="+say.daemon).look(t, w, say.language)
}

// each runs a test in both languages.
func each(t *testing.T, test func(t *testing.T, say words, w window)) {
	t.Parallel()
	for _, c := range []struct {
		words
		window
	}{{zh, phone}, {en, desktop}} {
		t.Run(c.daemon, func(t *testing.T) { t.Parallel(); test(t, c.words, c.window) })
	}
}

// in picks a text by language.
func (w words) in(chinese, english string) string {
	if w.daemon == "chs" {
		return chinese
	}
	return english
}

func TestACodeThatIsWrongAndOneThatIsVoidAreToldApart(t *testing.T) {
	each(t, func(t *testing.T, say words, w window) {
		b := play(t, say, w, "sms-tries")
		b.state("awaiting_code")
		b.until(`document.querySelector('#timeline [data-kind=code_sent]')`)
		for range 2 {
			b.typeIn("#code", "000000")
			b.click("#code-form button")
			b.shows("#result", say.wrong)
			b.state("awaiting_code")
		}
		b.typeIn("#code", "000000")
		b.click("#code-form button")
		b.shows("#result", say.in("请重新获取短信", "Ask for a new SMS"))
		b.shows("#resend", say.resend) // and when that is possible
		b.shoot("void")
		b.contrast()
	})
}

func TestAnSMSThatIsNotSentIsToldWithTheTimeToAskAgain(t *testing.T) {
	each(t, func(t *testing.T, say words, w window) {
		b := play(t, say, w, "sms-refused", "-wait=300")
		b.state("awaiting_code")
		b.shows("#timeline", say.in("短信未发送", "The SMS was not sent"))
		b.shows("#resend", say.resend)
		b.until(`/(29\d|300|301)/.test(document.querySelector('#resend').textContent)`)
		b.shoot("not-sent")
	})
}

func TestAQuestionnaireCanBeFollowedFromThePage(t *testing.T) {
	each(t, func(t *testing.T, say words, w window) {
		b := play(t, say, w, "agreement")
		b.state("halted")
		b.shows("#state-word", say.in("问卷", "questionnaire"))
		b.shows("#steps", say.in("问卷", "questionnaire"))
		if href := b.value(`document.querySelector('#said a[target=_blank]').href`); !strings.HasPrefix(href, "https://") {
			t.Errorf("the link is %q", href)
		}
		b.shoot("agreement")
		b.contrast()
	})
}

func TestWhyALoginEndedIsToldInThePersonsLanguage(t *testing.T) {
	for scenario, want := range map[string]struct{ state, kind, zh, en string }{
		"password-changed": {"halted", "password_changed", "登录密码已被修改", "password was changed"},
		"kicked-out":       {"closed", "kicked_out", "别处登录", "logged in elsewhere"},
		"too-many":         {"closed", "throttled", "请求过于频繁", "Too many"},
	} {
		t.Run(scenario, func(t *testing.T) {
			each(t, func(t *testing.T, say words, w window) {
				b := play(t, say, w, scenario, "-wait=36", "-pace=20ms")
				b.state(want.state)
				b.shows("#timeline [data-kind="+want.kind+"]", say.in(want.zh, want.en))
				if want.state == "closed" {
					b.shows("#next", say.again)
				}
				b.shoot(scenario)
			})
		})
	}
}

func TestAConnectionThatIsLostAndBackIsShown(t *testing.T) {
	for scenario, want := range map[string]struct{ lost, zh, en string }{
		"quotes-lost":     {"session_lost", "会话断开", "session with the broker is lost"},
		"trade-lost":      {"trade_lost", "交易未登录", "Trading is not logged in"},
		"connection-lost": {"link_lost", "未说明", "does not say which"},
	} {
		t.Run(scenario, func(t *testing.T) {
			each(t, func(t *testing.T, say words, w window) {
				b := play(t, say, w, scenario, "-pace=20ms")
				b.shows("#timeline [data-kind="+want.lost+"]", say.in(want.zh, want.en))
				b.state("connected")
				b.shows("#ready", say.proven)
			})
		})
	}
}
