package page_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// patience bounds each wait; none of them takes that long unless something is broken.
const patience = testbed.Patience

var errNoBrowser = errors.New("no chromium was found; install Debian's package chromium to test the page")

// browser is one Chromium for all tests, each of which gets a profile of its own.
var browser = sync.OnceValues(func() (context.Context, error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		return nil, errNoBrowser
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
	}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage", "ignore-certificate-errors"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, _ := chromedp.NewExecAllocator(context.Background(), options...)
	// Newer browsers send events that the library does not know, and it complains of each.
	ctx, _ = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	return ctx, chromedp.Do(ctx)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if ctx, err := browser(); err == nil {
		chromedp.Cancel(ctx)
	}
	forget()
	os.Exit(code)
}

// window is what a person looks at the page with.
type window struct {
	name          string
	width, height int64
	phone, dark   bool
}

var (
	phone   = window{"phone", 390, 844, true, false}
	night   = window{"phone-dark", 390, 844, true, true}
	desktop = window{"desktop", 1280, 800, false, false}
)

// tab is one page in a browser.
type tab struct {
	t    *testing.T
	ctx  context.Context
	own  []string // what the addresses of all requests begin with
	name string

	mu       sync.Mutex // guards what the browser tells from a goroutine of its own
	wrong    []string   // errors on the console
	strayed  []string   // requests to elsewhere
	asked    []string   // all addresses
	expected []string   // texts of errors that belong to the test
}

// look opens the gateway's page, in a language of the browser.
func (g *gateway) look(t *testing.T, w window, language string) *tab {
	t.Helper()
	return visit(t, "http://"+g.address+"/", w, language)
}

// visit opens an address.
func visit(t *testing.T, address string, w window, language string) *tab {
	t.Helper()
	parent, err := browser()
	if errors.Is(err, errNoBrowser) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	where, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	base := where.Scheme + "://" + where.Host + "/"
	own := []string{base, "ws" + strings.TrimPrefix(base, "http"), "blob:" + base}
	b := &tab{t: t, ctx: ctx, own: own, name: strings.ReplaceAll(t.Name(), "/", "-") + "-" + w.name + "-" + language}
	// This makes the tab, which lives as long as its context; all that follows has a deadline.
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	scheme := "light"
	if w.dark {
		scheme = "dark"
	}
	scale := 1.0
	if w.phone {
		scale = 2
	}
	b.do(
		command(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "Mozilla/5.0 (test)", AcceptLanguage: language}),
		command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: w.width, Height: w.height, DeviceScaleFactor: scale, Mobile: w.phone}),
		command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
		chromedp.Navigate(address),
	)
	t.Cleanup(b.check)
	return b
}

// command is a bare command of the protocol as a step.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, c, params)
		return err
	})
}

// note keeps what must not happen: errors on the console, and requests that leave the gateway.
func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.wrong = append(b.wrong, exception(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			b.wrong = append(b.wrong, fmt.Sprint("console.", e.Type, " in the page"))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.wrong = append(b.wrong, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		b.address(e.Request.URL)
	case *network.EventWebSocketCreated:
		b.address(e.URL)
	}
}

func exception(d *runtime.ExceptionDetails) string {
	if d.Exception != nil {
		return d.Text + " " + d.Exception.Description
	}
	return d.Text
}

func (b *tab) address(to string) {
	b.asked = append(b.asked, to)
	for _, own := range b.own {
		if strings.HasPrefix(to, own) {
			return
		}
	}
	b.strayed = append(b.strayed, to)
}

// expect says that an error on the console belongs to the test: a browser reports every refused request there.
func (b *tab) expect(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, text)
}

func (b *tab) check() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, wrong := range b.wrong {
		fine := false
		for _, text := range b.expected {
			fine = fine || strings.Contains(wrong, text)
		}
		if !fine {
			b.t.Errorf("on the browser's console: %s", wrong)
		}
	}
	if len(b.strayed) > 0 {
		b.t.Errorf("requests left the gateway: %q", b.strayed)
	}
	if len(b.asked) < 5 {
		b.t.Errorf("the test saw only the requests %q", b.asked)
	}
}
