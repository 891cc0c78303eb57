package page_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// do takes steps in the browser, with a deadline.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.fail(err)
	}
}

// fail ends the test, with what the page shows.
func (b *tab) fail(err error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	seen, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText + '\nfocus: ' + document.activeElement.id + ', code: ' + document.querySelector('#code')?.value`))
	b.shoot("failed")
	b.mu.Lock()
	defer b.mu.Unlock()
	b.t.Fatalf("%v; the page shows:\n%s\nconsole: %q", err, seen, b.wrong)
}

// until waits for a condition, a JavaScript expression. It is looked at again whenever the page changes.
func (b *tab) until(condition string) {
	b.t.Helper()
	js := `new Promise((done) => {
		const look = () => { if (` + condition + `) { watch.disconnect(); done(true); } };
		const watch = new MutationObserver(look);
		watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
		document.addEventListener('load', look, true);
		look();
	})`
	defer func() {
		if b.t.Failed() {
			b.t.Logf("waited for %s", condition)
		}
	}()
	b.do(chromedp.Evaluate[chromedp.Void](js, chromedp.EvalAwaitPromise))
}

func (b *tab) state(s string) {
	b.t.Helper()
	b.until(`document.querySelector('#state-card').dataset.state === '` + s + `'`)
}

// shows waits until an element is on the page with a text in it.
func (b *tab) shows(selector, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`document.querySelector(%q)?.checkVisibility() && document.querySelector(%[1]q).textContent.includes(%q)`, selector, text))
}

func (b *tab) hides(selector string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`!document.querySelector(%q).checkVisibility()`, selector))
}

// click waits until what is clicked stands still for 400 ms: each new entry of the timeline moves what is below, and so does the snapshot
// that the page asks for 200 ms later.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`new Promise((done) => {
		let at = '', still = 0;
		const look = () => {
			const now = JSON.stringify(document.querySelector('`+selector+`')?.getBoundingClientRect());
			still = now === at ? still + 1 : 0;
			at = now;
			if (still === 20) done(true);
			else setTimeout(look, 20);
		};
		look();
	})`, chromedp.EvalAwaitPromise))
	b.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// manage opens the section of what is seldom needed, if it is closed.
func (b *tab) manage() {
	b.t.Helper()
	b.shows("#manage-summary", "")
	if b.value(`document.querySelector('#manage').open`) == "false" {
		b.click("#manage-summary")
	}
}

// speak chooses a language.
func (b *tab) speak(language string) {
	b.t.Helper()
	b.value(`(() => {
		const list = document.querySelector('#language');
		list.value = '` + language + `';
		list.dispatchEvent(new Event('change'));
	})()`)
}

// typeIn types into a field as a person does: once it can be used.
func (b *tab) typeIn(selector, text string) {
	b.t.Helper()
	b.usable(selector)
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text, chromedp.NodeVisible))
}

// usable waits until a field is there and its form takes an answer: the state is on the page a moment earlier.
func (b *tab) usable(selector string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`((field) => field?.checkVisibility() && !field.form?.querySelector('button')?.disabled)(document.querySelector(%q))`, selector))
}

// press types keys to whatever has the focus.
func (b *tab) press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// tabTo presses Tab until an element has the focus.
func (b *tab) tabTo(id string) {
	b.t.Helper()
	for range 40 {
		if b.value(`document.activeElement.id`) == id {
			return
		}
		b.press(kb.Tab)
	}
	b.fail(fmt.Errorf("Tab does not lead to %s", id))
}

// value is what a JavaScript expression amounts to, as text.
func (b *tab) value(js string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string]("String("+js+")"))
	if err != nil {
		b.fail(err)
	}
	return out
}

// shoot keeps a picture of the window, for a person to look at.
func (b *tab) shoot(what string) {
	b.t.Helper()
	folder := os.Getenv("PAGE_SCREENSHOTS")
	if folder == "" {
		folder = b.t.ArtifactDir()
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(folder, b.name+"-"+what+".png"), png, 0o644))
	}
	if err != nil {
		b.t.Errorf("keep a picture: %v", err)
	}
}
