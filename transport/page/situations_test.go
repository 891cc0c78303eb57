package page_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
)

// situation is one that a person can find the page in.
type situation struct {
	name   string
	events []fsm.Event        // before anybody looks
	hours  float64            // between two of them
	state  string             // that the page shows then, empty for none
	set    func(*stage)       // what else is so, before anybody looks
	then   func(*stage, *tab) // what happens while somebody looks
}

var (
	login  = []fsm.Event{{Kind: fsm.Boot}, {Kind: fsm.Start, Detail: "start of the gateway"}, {Kind: fsm.Version, Detail: "10.9.6918(20260721161500)"}, {Kind: fsm.LoggingIn}}
	asking = and(login, fsm.Event{Kind: fsm.CodeWanted}, fsm.Event{Kind: fsm.CodeSent})
	facts  = and(login, fsm.Event{Kind: fsm.RSA, Detail: "否"}, fsm.Event{Kind: fsm.Connection, Detail: "主连接:香港接入点1 次连接:香港接入点2"}, fsm.Event{Kind: fsm.LoggedIn},
		fsm.Event{Kind: fsm.Quota, Detail: "订阅额度: 2000, 历史K线额度: 2000"}, fsm.Event{Kind: fsm.QuoteRight, Detail: "港股: BMP"}, fsm.Event{Kind: fsm.QuoteRight, Detail: "港股期权: LV1"},
		fsm.Event{Kind: fsm.QuoteRight, Detail: "美股: 无权限"}, fsm.Event{Kind: fsm.QuoteRight, Detail: "美股期权: LV1"}, fsm.Event{Kind: fsm.TradeReady})
	proven = and(facts, fsm.Event{Kind: fsm.APIReady, Detail: "10.9.6918"})
)

// ups are those of some days, and their downs.
var ups = []fsm.Event{{Kind: fsm.APIReady}, {Kind: fsm.APIReady}, {Kind: fsm.SessionLost}, {Kind: fsm.SessionBack}, {Kind: fsm.APIReady}, {Kind: fsm.APIReady}, {Kind: fsm.APIReady}}

// and is a list with more at its end.
func and(events []fsm.Event, more ...fsm.Event) []fsm.Event {
	return append(events[:len(events):len(events)], more...)
}

// refused is a login that was refused.
func refused(kind fsm.Kind, detail string) []fsm.Event {
	return and(login, fsm.Event{Kind: kind, Detail: detail}, fsm.Event{Kind: fsm.LoginFailed}, fsm.Event{Kind: fsm.Exited, Detail: "exit code 14"})
}

// heard gives the page what happens while it looks, so that it says it.
func heard(events ...fsm.Event) func(*stage, *tab) {
	return func(s *stage, b *tab) {
		s.happens(b.t, events...)
		b.until(`document.querySelector('#result').textContent !== ''`)
	}
}

var situations = []situation{
	{name: "idle", events: []fsm.Event{{Kind: fsm.Boot}}, state: "idle"},
	{name: "logging in", events: login, state: "initializing"},
	{name: "code wanted", events: asking, state: "awaiting_code"},
	{name: "code wrong", events: asking, state: "awaiting_code", then: heard(fsm.Event{Kind: fsm.CodeTyped, Challenge: 5, By: fsm.ByPage}, fsm.Event{Kind: fsm.CodeRejected})},
	{name: "code not sent", events: asking, state: "awaiting_code", then: func(s *stage, b *tab) {
		heard(fsm.Event{Kind: fsm.CodeNotSent, Until: time.Now().Add(5 * time.Minute)})(s, b)
		b.shows("#instead", "")
	}},
	{name: "verifying", events: and(asking, fsm.Event{Kind: fsm.CodeTyped}), state: "verifying"},
	{name: "captcha wanted", events: and(login, fsm.Event{Kind: fsm.CaptchaWanted}, fsm.Event{Kind: fsm.CaptchaSaved}), state: "awaiting_captcha", set: func(s *stage) { s.agent.picture = letters() },
		then: func(_ *stage, b *tab) { b.until(`document.querySelector('#picture').naturalWidth > 0`) }},
	{name: "password wanted", events: and(login, fsm.Event{Kind: fsm.PasswordPrompt}), state: "awaiting_password"},
	{name: "connected", events: and(proven, ups...), state: "connected", set: prove, hours: 7, then: func(_ *stage, b *tab) {
		b.shows("#week-share", "")
		b.click("#week-summary")
		b.do(chromedp.Evaluate[chromedp.Void](`(() => {
			const box = document.querySelector('#week-strip').getBoundingClientRect();
			document.querySelector('#week-strip').dispatchEvent(new PointerEvent('pointerdown', {clientX: box.right - 2, pointerType: 'touch', bubbles: true}));
			scrollTo(0, 0);
		})()`))
		b.shows("#week-at", "")
		if got := b.value(`document.querySelectorAll('#week-words li').length`); got == "0" {
			b.t.Error("the week is not told in words")
		}
	}},
	{name: "not proven", events: and(facts, fsm.Event{Kind: fsm.APILost, Part: fsm.PartQuotes, Detail: "qot_logined is false"}), state: "connected"},
	{name: "session lost", events: and(proven, fsm.Event{Kind: fsm.SessionLost, Detail: "the daemon is not logged in to the quote server"}), state: "reconnecting", set: prove},
	{name: "network failed", events: and(refused(fsm.NetworkFailed, ""), fsm.Event{Kind: fsm.RestartScheduled, Detail: "8m0s", Until: time.Now().Add(8 * time.Minute)}), state: "closed"},
	{name: "stopped", events: and(proven, fsm.Event{Kind: fsm.Stop, Detail: fsm.StopByClient}, fsm.Event{Kind: fsm.Exited, Detail: "exit code 0"}), state: "closed"},
	{name: "password wrong", events: refused(fsm.PasswordWrong, "密码不匹配"), state: "halted", then: func(_ *stage, b *tab) {
		if href := b.value(`document.querySelector('#help-link').href`); !strings.HasSuffix(href, "#password_wrong") {
			b.t.Errorf("the link leads to %s", href)
		}
	}},
	{name: "region refused", events: refused(fsm.RegionRefused, ""), state: "halted"},
	{name: "account locked", events: and(login, fsm.Event{Kind: fsm.AccountLocked, Until: time.Now().Add(2 * time.Hour)}), state: "halted"},
	{name: "too many starts", events: []fsm.Event{{Kind: fsm.Boot}, {Kind: fsm.BudgetSpent, Detail: "6 starts in 3h0m0s", Until: time.Now().Add(time.Hour)}}, state: "halted"},
	{name: "files are missing", events: refused(fsm.ConfigFailed, ""), state: "halted"},
	{name: "not fetched", events: []fsm.Event{{Kind: fsm.Boot}, {Kind: fsm.Fetching}, {Kind: fsm.FetchFailed, Detail: "fetch FutuOpenD: /d has 100 MB free, and 974 MB are needed: make room"}}, state: "halted"},
	{name: "question", events: and(login, fsm.Event{Kind: fsm.Question, Detail: "请选择 (1/2):"}), state: "initializing"},
	{name: "silence", events: and(login, fsm.Event{Kind: fsm.Silence, Detail: "登录中\n正在连接"}), state: "initializing"},
	{name: "unknown lines", events: proven, state: "connected", set: func(s *stage) {
		prove(s)
		s.agent.unknown = []fsm.Unknown{{Text: "<b>新的一行</b>", Count: 3, Last: time.Now()}, {Text: "something new", Count: 1, Last: time.Now()}}
	}, then: func(_ *stage, b *tab) { b.shows("#unknown-lines", "something new") }},
	{name: "all entries", events: and(proven, fsm.Event{Kind: fsm.Exited, Detail: "signal 11 (segmentation fault)"}), state: "closed", then: func(_ *stage, b *tab) {
		b.shows("#timeline-all", "")
		b.click("#timeline-all")
		b.shows("#timeline [data-kind=rsa]", "")
	}},
	{name: "managed", events: proven, state: "connected", set: func(s *stage) { prove(s); s.agent.says("登录成功", "Login successful") }, then: func(_ *stage, b *tab) {
		b.manage()
		b.shows("#lines", "Login successful")
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#manage-card').scrollIntoView()`))
	}},
	{name: "asked whether", events: proven, state: "connected", set: prove, then: func(_ *stage, b *tab) {
		b.manage()
		b.click("#restart")
		b.until(`document.querySelector('#confirm').open`)
	}},
	{name: "token wanted", events: proven, set: func(s *stage) {}, then: func(_ *stage, b *tab) {
		b.expect("401 (Unauthorized)")
		b.shows("#token-title", "")
		b.typeIn("#token", "not-the-right-token"+kb.Enter)
		b.until(`document.querySelector('#result').textContent !== ''`)
	}},
	{name: "gateway gone", events: asking, state: "awaiting_code", then: func(s *stage, b *tab) {
		b.expect("ERR_CONNECTION_REFUSED")
		b.expect("WebSocket connection")
		s.end()
		b.until(`document.querySelector('#link').textContent !== ''`)
	}},
}

func prove(s *stage) { s.agent.proven.Store(time.Now().UnixNano()) }

// letters is a picture to read.
func letters() []byte {
	p := image.NewGray(image.Rect(0, 0, 120, 40))
	for x := range 120 {
		for y := range 40 {
			p.Set(x, y, color.Gray{uint8(255 * ((x/8 + y/8) % 2))})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		panic(err) // a picture in memory
	}
	return b.Bytes()
}

// looks are how the situations are looked at: each language, each size, each scheme.
var looks = []struct {
	window
	language string
	foreign  string // what must not be in what the page says
	columns  int
	width    int
}{
	{phone, "en-US", `/\p{Script=Han}/u`, 7, 300},
	{night, "zh-CN", `/[a-z]{3,}/i`, 7, 300},
	{window{"desktop", 1280, 720, false, false}, "zh-HK", `/[a-z]{3,}/i`, 4, 640},
}

func TestEverySituationIsReadableByEverybody(t *testing.T) {
	script, missing := axe()
	t.Run("looked at", func(t *testing.T) {
		for _, look := range looks {
			name := look.window.name + "-" + look.language
			all := &sheet{columns: look.columns, width: look.width}
			t.Run(name, func(t *testing.T) {
				t.Run("as", func(t *testing.T) {
					for place, s := range situations {
						t.Run(s.name, func(t *testing.T) {
							t.Parallel()
							b := s.seen(t, look.window, look.language)
							all.take(b, place)
							b.contrast()
							b.speaks(look.foreign)
							if wide := b.value(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide != "0" {
								t.Errorf("the page is %s pixels wider than its window", wide)
							}
							if missing == nil {
								b.accessible(script)
							}
						})
					}
				})
				all.keep(t, name, len(situations))
			})
		}
	})
	if missing != nil {
		t.Skipf("NOT CHECKED WITH AXE: %v", missing)
	}
}

// seen is the page in a situation.
func (s situation) seen(t *testing.T, w window, language string) *tab {
	t.Helper()
	stage := newStage(t, func(cfg *transport.Config) {
		if s.state == "" {
			cfg.Token = "a-token-for-this-test"
		}
	})
	for i, e := range s.events {
		stage.at = time.Now().Add(-time.Duration(float64(len(s.events)-1-i) * s.hours * float64(time.Hour)))
		stage.happens(t, e)
	}
	stage.at = time.Time{}
	if s.set != nil {
		s.set(stage)
	}
	b := visit(t, stage.address, w, language)
	if s.state != "" {
		b.state(s.state)
		b.until(fmt.Sprintf(`document.querySelectorAll('#timeline [data-kind]').length >= %d`, len(s.events)))
	}
	if s.then != nil {
		s.then(stage, b)
	}
	return b
}

// speaks fails the test for each text in another language than the page's, but for names and for what the daemon said.
func (b *tab) speaks(foreign string) {
	b.t.Helper()
	found := b.value(`(() => {
		const names = /FutuOpenD|OpenD|futuopend-gateway|moomoo|Futu|nas|API|RSA|MD5|BMP|LV\d|App|FUTU_\w+|SERVER_TOKEN|journal|AppData\.dat|check|issue|OTC|CME/gi;
		const out = [];
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (walk.nextNode()) {
			const e = walk.currentNode.parentElement;
			if (!e.checkVisibility() || e.closest('#language, #said, #lines, #unknown-lines, code, textarea, noscript, [data-kind=password_wrong], [data-kind=question], [data-kind=silence], [data-kind=account_locked]')) continue;
			if (` + foreign + `.test(walk.currentNode.data.replace(names, ''))) out.push(e.outerHTML);
		}
		return out.join('\n');
	})()`)
	if found != "" {
		b.t.Errorf("another language than the page's:\n%s", found)
	}
}
