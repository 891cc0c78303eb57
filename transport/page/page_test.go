package page_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// words are what the tests look for, in each language.
type words struct {
	language, daemon                                           string
	wanted, wrong, connected, resend, captcha, wrongCaptcha    string
	locked, lockedAdvice, again, cancelled, token, wrongPasswd string
	proven                                                     string
}

var (
	en = words{
		"en-US", "en", "SMS code needed", "The code was wrong", "Quotes work", "New SMS in", "Picture code needed", "The characters were wrong",
		"The account is locked", "Wait until the lock ends", "started again by itself at", "Restart FutuOpenD?", "Token needed", "The password is wrong",
		"confirmed",
	}
	zh = words{
		"zh-CN", "chs", "需要短信验证码", "验证码错误", "行情可用", "重新发送短信（", "需要图形验证码", "字符不正确",
		"账号已锁定", "请等待锁定结束", "自动再次启动", "重启 FutuOpenD？", "需要令牌", "密码不正确",
		"前确认过",
	}
)

// everywhere runs a test in both languages, on a phone and on a desktop, and once in the dark.
func everywhere(t *testing.T, test func(t *testing.T, w window, say words)) {
	for _, w := range []window{phone, night, desktop} {
		for _, say := range []words{en, zh} {
			if w == night && say == en {
				continue
			}
			t.Run(w.name+"-"+say.daemon, func(t *testing.T) {
				t.Parallel()
				test(t, w, say)
			})
		}
	}
}

func TestAPersonLogsInWithACodeAfterAWrongOne(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w window, say words) {
		b := simulate(t, "sms", "FUTU_LANG="+say.daemon).look(t, w, say.language)
		b.state("awaiting_code")
		b.shows("#state-word", say.wanted)
		b.shows("#resend", say.resend)
		b.shoot("1-wanted")
		b.contrast()
		b.typeIn("#code", "000000")
		b.click("#code-form button")
		b.shows("#result", say.wrong)
		b.state("awaiting_code")
		b.shoot("2-wrong")
		b.typeIn("#code", code+kb.Enter)
		b.state("connected")
		b.shows("#state-word", say.connected)
		b.hides("#code-card")
		b.shows("#ready", say.proven)
		b.shoot("3-connected")
		b.contrast()
		b.manage()
		b.click("#restart")
		b.shows("#confirm-title", say.cancelled)
		b.shoot("4-confirm")
		b.contrast()
		b.click("#confirm-no")
		b.hides("#confirm")
		b.state("connected")
		if n := b.value(`document.querySelectorAll('#timeline [data-kind=code_typed]').length`); n != "2" {
			t.Errorf("the timeline has %s codes, want 2", n)
		}
		if strings.Contains(b.value("document.documentElement.outerHTML"), code) {
			t.Error("the code is still in the page")
		}
	})
}

func TestAPersonReadsAPicture(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w window, say words) {
		b := simulate(t, "captcha", "FUTU_LANG="+say.daemon).look(t, w, say.language)
		const drawn = `document.querySelector('#picture').checkVisibility() && document.querySelector('#picture').naturalWidth > 0`
		b.state("awaiting_captcha")
		b.shows("#state-word", say.captcha)
		b.until(drawn)
		b.shoot("1-wanted")
		b.contrast()
		// The page asks for the new picture at once, and again until the daemon has written it; the browser reports
		// each time that it was not there yet.
		b.expect("/captcha.png")
		first := b.value(`document.querySelector('#picture').src`)
		b.click("#another")
		b.until(`document.querySelectorAll('#timeline [data-kind=captcha_asked]').length === 1`)
		// What is typed before the other picture is there answers the first, and the daemon takes neither.
		b.until(drawn + ` && document.querySelector('#picture').src !== '` + first + `'`)
		b.typeIn("#captcha", "AAAA"+kb.Enter)
		b.shows("#result", say.wrongCaptcha)
		b.state("awaiting_captcha")
		b.until(drawn)
		b.typeIn("#captcha", captcha)
		b.click("#captcha-form button")
		b.state("connected")
		b.hides("#captcha-card")
	})
}

func TestAHaltedGatewaySaysWhyAndWhenItGoesOn(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w window, say words) {
		b := simulate(t, "locked", "FUTU_LANG="+say.daemon).look(t, w, say.language)
		b.state("halted")
		b.shows("#state-word", say.locked)
		b.shows("#steps", say.lockedAdvice)
		b.shows("#next", say.again)
		b.shoot("1-halted")
		b.contrast()
		b.hides("#restart")
		b.click("#start")
		b.click("#confirm-yes")
		b.until(`document.querySelector('#confirm').open && document.querySelector('#confirm-risk').textContent !== ''`)
		b.shoot("2-confirm")
		b.contrast()
	})
}

func TestAStartThatIsNotSafeIsAskedAboutOnceMoreAndThenItsRiskIsTold(t *testing.T) {
	t.Parallel()
	b := simulate(t, "wrong-password").look(t, phone, "en")
	b.shows("#state-word", en.wrongPasswd)
	for _, sure := range []string{"no", "yes"} {
		b.click("#start")
		b.shows("#confirm-title", "Start FutuOpenD?")
		b.click("#confirm-yes")
		b.shows("#confirm-title", "It is not safe now")
		b.shows("#confirm-risk", "the last login was refused")
		b.click("#confirm-" + sure)
	}
	b.shows("#result", "the last login was refused")
	b.until(`document.querySelectorAll('#timeline [data-kind=password_wrong]').length === 2`)
	b.shoot("risk")
}

func TestAStopIsAskedForOnceAndDone(t *testing.T) {
	t.Parallel()
	b := simulate(t, "ok").look(t, phone, "en")
	b.state("connected")
	b.manage()
	b.click("#stop")
	b.click("#confirm-yes")
	b.state("closed")
	b.shows("#result", "It was stopped")
	b.shows("#next", "It is not started again by itself")
	b.click("#start")
	b.click("#confirm-yes")
	b.state("connected")
}

func TestTheTokenIsAskedForAndStaysOutOfAddresses(t *testing.T) {
	t.Parallel()
	const token = "a-token-for-this-test"
	for _, say := range []words{en, zh} {
		t.Run(say.daemon, func(t *testing.T) {
			t.Parallel()
			b := simulate(t, "captcha-sms", "SERVER_TOKEN="+token).look(t, phone, say.language)
			b.expect("401 (Unauthorized)")
			b.shows("#token-title", say.token)
			b.shoot("1-token")
			b.contrast()
			b.hides("#timeline-card")
			b.typeIn("#token", "not-the-right-token"+kb.Enter)
			b.until(`document.querySelector('#result').textContent !== ''`)
			b.shoot("2-wrong")
			b.typeIn("#token", token+kb.Enter)
			b.state("awaiting_captcha")
			b.until(`document.querySelector('#picture').naturalWidth > 0`)
			b.typeIn("#captcha", captcha+kb.Enter)
			b.state("awaiting_code")
			b.do(chromedp.Reload())
			b.state("awaiting_code") // the token is kept as long as the tab
			b.mu.Lock()
			defer b.mu.Unlock()
			for _, url := range b.asked {
				if strings.Contains(url, token) {
					t.Errorf("the token is in %s", url)
				}
			}
		})
	}
}

// What comes in one piece was pasted or filled in by the phone, so somebody chose it.
func TestAPastedMessageIsSentByItselfAndTypedDigitsAreNot(t *testing.T) {
	t.Parallel()
	b := simulate(t, "sms").look(t, phone, "en")
	b.state("awaiting_code")
	for _, digit := range "000000" {
		b.typeIn("#code", string(digit))
	}
	if got := b.value(`document.querySelector('#code').value`); got != "000000" {
		t.Errorf("after six digits the field has %q", got)
	}
	b.value(`document.querySelector('#code').value = ''`)
	b.value(`(() => {
		document.querySelector('#code').focus();
		document.execCommand('insertText', false, 'FUTU: ` + code + ` is your code, valid for 5 minutes from 2026-11-26 15:04');
	})()`)
	b.state("connected")
	if n := b.value(`document.querySelectorAll('#timeline [data-kind=code_typed]').length`); n != "1" {
		t.Errorf("%s codes were typed, want the pasted one alone", n)
	}
}

func TestTheLanguageIsSwitchedAndRemembered(t *testing.T) {
	t.Parallel()
	b := simulate(t, "ok").look(t, phone, "zh-CN")
	b.shows("#state-word", zh.connected)
	b.speak("en")
	b.shows("#state-word", en.connected)
	b.do(chromedp.Reload())
	b.shows("#state-word", en.connected)
	if lang := b.value("document.documentElement.lang"); lang != "en" {
		t.Errorf("the page says that it is in %q", lang)
	}
}

func TestThePageFindsTheGatewayAgainAndGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	g := simulate(t, "ok")
	b := g.look(t, phone, "en")
	b.expect("ERR_CONNECTION_REFUSED")
	b.expect("WebSocket connection")
	b.state("connected")
	g.end()
	b.shows("#link", "The gateway is not reached")
	b.shoot("lost")
	g.start()
	b.until(`document.querySelectorAll('#timeline [data-kind=boot]').length === 2`)
	b.state("connected")
	b.until(`document.querySelector('#link').textContent === ''`)
}
