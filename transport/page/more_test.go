package page_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestTheDaemonsLastLinesAreShownWithoutTheCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words
		window
		last string // of what the daemon prints
	}{{en, phone, "Login successful"}, {zh, night, "登录成功"}, {zh, desktop, "登录成功"}} {
		t.Run(c.window.name+"-"+c.daemon, func(t *testing.T) {
			t.Parallel()
			g := simulate(t, "sms", "FUTU_LANG="+c.daemon)
			b := g.look(t, c.window, c.language)
			b.state("awaiting_code")
			b.hides("#lines")
			b.until(`document.querySelector('#timeline [data-kind=code_sent]')`) // the last entry for now
			b.click("#manage-summary")
			b.shows("#lines", "Futu")
			b.typeIn("#code", "271828"+kb.Enter)
			b.shows("#result", c.wrong)
			b.typeIn("#code", code+kb.Enter)
			b.state("connected")
			// The lines are asked for by themselves, since something happened.
			b.shows("#lines", c.last)
			b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#manage-card').scrollIntoView()`))
			b.shoot("lines")
			b.contrast()
			after := b.value(`document.querySelector('#lines').textContent`)
			for _, secret := range []string{code, "271828"} {
				if strings.Contains(after, secret) {
					t.Errorf("the lines have the code %s:\n%s", secret, after)
				}
			}
			if wide := b.value(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide != "0" {
				t.Errorf("the page is %s pixels wider than its window", wide)
			}
		})
	}
}

func TestLinesAreTextAndAskedForOnlyNowAndThen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.happens(t, fsm.Event{Kind: fsm.Boot}, fsm.Event{Kind: fsm.Start})
	s.agent.says("<b>bold</b> & "+strings.Repeat("wide", 200), "a second line")
	b := visit(t, s.address, phone, "en")
	b.state("initializing")
	for range 3 {
		s.happens(t, fsm.Event{Kind: fsm.Connection, Detail: "x"})
	}
	b.until(`document.querySelectorAll('#timeline [data-kind=connection]').length === 3`)
	s.agent.mu.Lock()
	if len(s.agent.asked) != 0 {
		t.Errorf("the lines were asked for %d times before anybody looked", len(s.agent.asked))
	}
	s.agent.mu.Unlock()
	b.click("#manage-summary")
	b.shows("#lines", "<b>bold</b> & wide")
	if n := b.value(`document.querySelectorAll('#lines b').length`); n != "0" {
		t.Error("a line was read as HTML")
	}
	if wide := b.value(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide != "0" {
		t.Errorf("a wide line makes the page %s pixels wider than its window", wide)
	}
	for i := range 20 {
		s.agent.says(fmt.Sprint("line ", i))
		s.happens(t, fsm.Event{Kind: fsm.Connection, Detail: "y"})
	}
	b.shows("#lines", "line 19")
	s.agent.mu.Lock()
	defer s.agent.mu.Unlock()
	for i := 1; i < len(s.agent.asked); i++ {
		if pause := s.agent.asked[i].Sub(s.agent.asked[i-1]); pause < 1900*time.Millisecond {
			t.Errorf("the lines were asked for again after %v", pause)
		}
	}
	if len(s.agent.asked) < 2 {
		t.Errorf("the lines were asked for %d times", len(s.agent.asked))
	}
}

func TestThePageSaysWhetherQuotesAreProvenToWork(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words
		window
		unasked, unproven, trade, noTrade, quotes, rights, quota, old string
	}{
		{en, phone, "has not been asked yet", "Quotes are not confirmed", "logged in", "not logged in", "not logged in to the quote server", "HK stocks BMP, US options LV1", "2000 subscriptions, 1000 historical", "the last proof is too old"},
		{zh, night, "尚未询问", "尚未确认行情可用", "已登录", "未登录", "没有登录行情服务器", "港股 BMP、美股期权 LV1", "订阅 2000，历史 K 线 1000", "过去太久"},
	} {
		t.Run(c.window.name+"-"+c.daemon, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.happens(t, fsm.Event{Kind: fsm.Boot}, fsm.Event{Kind: fsm.Start}, fsm.Event{Kind: fsm.Version, Detail: "10.9.6918(20260721161500)"}, fsm.Event{Kind: fsm.RSA, Detail: "否"})
			b := visit(t, s.address, c.window, c.language)
			b.state("initializing")
			b.hides("#facts")
			s.happens(t, fsm.Event{Kind: fsm.LoggedIn})
			b.shows("#ready", c.unasked)
			s.agent.proven.Store(time.Now().UnixNano())
			s.happens(t, fsm.Event{Kind: fsm.TradeReady}, fsm.Event{Kind: fsm.APIReady, Detail: "10.11.7108"},
				fsm.Event{Kind: fsm.Quota, Detail: "订阅额度: 2000, 历史K线额度: 1000"}, fsm.Event{Kind: fsm.QuoteRight, Detail: "港股: BMP"},
				fsm.Event{Kind: fsm.QuoteRight, Detail: "美股: 无权限"}, fsm.Event{Kind: fsm.QuoteRight, Detail: "美股期权: LV1"})
			b.shows("#state-word", c.connected)
			b.shows("#ready", c.proven)
			b.shows("#fact-trade", c.trade)
			b.shows("#fact-version", "10.9.6918")
			b.shows("#fact-rights", c.rights)
			b.shows("#fact-quota", c.quota)
			b.until(`document.querySelector('#state-card').className === 'card good'`)
			b.shoot("1-proven")
			b.contrast()
			s.happens(t, fsm.Event{Kind: fsm.TradeLost}, fsm.Event{Kind: fsm.APILost, Part: fsm.PartQuotes, Detail: "qot_logined is false"})
			b.shows("#ready", c.quotes)
			b.shows("#state-word", c.unproven)
			b.shows("#fact-trade", c.noTrade)
			b.until(`document.querySelector('#state-card').className === 'card wait'`)
			b.shoot("2-missing")
			b.contrast()
			s.agent.proven.Store(time.Now().Add(-fsm.ProofFor - time.Second).UnixNano())
			s.happens(t, fsm.Event{Kind: fsm.APIReady, Detail: "10.11.7108"})
			b.shows("#ready", c.old)
			s.agent.proven.Store(time.Now().UnixNano()) // of which no frame tells
			b.do(chromedp.Reload())
			b.shows("#ready", c.proven)
		})
	}
}

// interactive is a daemon that asks for a password which the gateway was not given.
func interactive(t *testing.T) *gateway {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	daemon := filepath.Join(dir, "FutuOpenD")
	text := fmt.Sprintf("#!/bin/sh\nexec %q simulate -scenario=remember -state=%q \"$@\"\n", path, dir)
	if err := os.WriteFile(daemon, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return serve(t, []string{"serve"}, "FUTU_CMD="+daemon, "FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_MODE=interactive", "FUTU_DATA="+dir)
}

func TestAPasswordIsTypedWhereTheGatewayRuns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words
		window
		wanted, how string
	}{{en, phone, "Password needed", "A password is not typed into a page"}, {zh, desktop, "需要密码", "密码不在网页中输入"}} {
		t.Run(c.window.name+"-"+c.daemon, func(t *testing.T) {
			t.Parallel()
			g := interactive(t)
			b := g.look(t, c.window, c.language)
			b.state("awaiting_password")
			b.shows("#state-word", c.wanted)
			b.shows("#password-card", c.how)
			b.shows("#password-card", "futuopend-gateway password")
			if n := b.value(`[...document.querySelectorAll('input')].filter((e) => e.checkVisibility()).length`); n != "0" {
				t.Errorf("%s fields invite to type a password", n)
			}
			b.shoot("password")
			b.contrast()
			path, _ := program()
			hand := exec.CommandContext(t.Context(), path, "password")
			hand.Env, hand.Stdin = g.env, strings.NewReader("correct horse\n")
			if out, err := hand.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			b.state("connected")
			b.hides("#password-card")
		})
	}
}

func TestAJournalThatWasReplacedIsShownFromItsBeginning(t *testing.T) {
	t.Parallel()
	for _, longer := range []bool{false, true} { // is the new journal, than the one before
		t.Run(fmt.Sprint("longer=", longer), func(t *testing.T) {
			t.Parallel()
			g := simulate(t, "ok")
			const shown = `document.querySelectorAll('#timeline [data-kind=data_ready]').length === %d`
			restart := func(b *tab, starts int) {
				b.manage()
				b.click("#restart")
				b.click("#confirm-yes")
				b.until(fmt.Sprintf(shown, starts))
			}
			b := g.look(t, phone, "en")
			b.expect("ERR_CONNECTION_REFUSED")
			b.expect("WebSocket connection")
			b.until(fmt.Sprintf(shown, 1))
			if !longer {
				restart(b, 2)
			}
			b.do(chromedp.Evaluate[chromedp.Void](`window.fetch = ((real) => (...a) => window.held ? Promise.reject(new Error('held')) : real(...a))(window.fetch); window.held = true;`))
			g.end()
			b.shows("#link", "The gateway is not reached")
			if err := os.RemoveAll(filepath.Join(g.data, "simulated")); err != nil {
				t.Fatal(err)
			}
			g.start()
			other := g.look(t, phone, "en")
			other.until(fmt.Sprintf(shown, 1))
			starts := 1
			if longer {
				starts = 2
				restart(other, starts)
			}
			b.do(chromedp.Evaluate[chromedp.Void](`window.held = false; dispatchEvent(new Event('online'));`))
			const boots = `[...document.querySelectorAll('#timeline [data-kind=boot] time')].map((e) => e.dateTime).join()`
			b.until(fmt.Sprintf(boots+` === %q`, other.value(boots)))
			b.until(fmt.Sprintf(shown, starts))
			b.state("connected")
		})
	}
}

func TestTheWholeLoginIsPossibleWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	b := simulate(t, "sms", "SERVER_TOKEN=a-token-for-this-test").look(t, desktop, "en")
	b.expect("401 (Unauthorized)")
	b.shows("#token-title", en.token)
	b.tabTo("token")
	b.press("a-token-for-this-test" + kb.Enter)
	b.state("awaiting_code")
	b.usable("#code")
	b.tabTo("code")
	b.press("000000" + kb.Tab + kb.Enter)
	b.shows("#result", en.wrong)
	b.state("awaiting_code")
	b.usable("#code")
	b.tabTo("code")
	b.press(code + kb.Enter)
	b.state("connected")
	b.tabTo("manage-summary")
	b.shoot("summary")
	b.press(kb.Enter)
	b.shows("#lines", "Futu")
	b.tabTo("restart")
	b.press(kb.Enter)
	b.shows("#confirm-title", en.cancelled)
	b.tabTo("confirm-no")
	b.press(kb.Enter)
	b.hides("#confirm")
	if at := b.value(`document.activeElement.id`); at != "restart" {
		t.Errorf("after the question the focus is on %q", at)
	}
	b.tabTo("lines") // which scrolls with the arrow keys
	b.tabTo("stop")
	b.press(kb.Enter)
	b.tabTo("confirm-yes")
	b.press(kb.Enter)
	b.state("closed")
}

func TestRisksAndRefusalsAreToldInTheLanguageOfThePage(t *testing.T) {
	t.Parallel()
	b := simulate(t, "wrong-password", "FUTU_LANG=chs").look(t, phone, "zh-CN")
	b.shows("#state-word", zh.wrongPasswd)
	b.click("#start")
	b.click("#confirm-yes")
	b.shows("#confirm-title", "现在启动不安全")
	b.shows("#confirm-risk", "上次登录被拒绝。")
	b.click("#confirm-yes")
	b.shows("#result", "已执行，但有风险：上次登录被拒绝。")
	b.shoot("risk")
	if text := b.value(`document.querySelector('#result').textContent`); strings.Contains(text, "the last login") {
		t.Errorf("the Chinese page says %q", text)
	}

	s := newStage(t)
	s.happens(t, fsm.Event{Kind: fsm.Boot}, fsm.Event{Kind: fsm.Start})
	s.agent.wrong = &fsm.Refusal{Code: "something_new", Message: "this is new"}
	b = visit(t, s.address, phone, "zh-CN")
	b.state("initializing")
	b.manage()
	b.click("#stop")
	b.click("#confirm-yes")
	b.shows("#result", "网关未执行（something_new）：this is new")
}
