package page_test

import (
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// front is a proxy with TLS, as PUBLIC_URL names one. It logs what it could log: addresses and headers.
type front struct {
	*httptest.Server
	gateway *gateway // set before anybody opens a page

	mu   sync.Mutex // guards seen
	seen strings.Builder
}

func newFront(t *testing.T) *front {
	f := &front{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: f.gateway.address})
			r.Out.Host = r.In.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		fmt.Fprintln(&f.seen, r.Method, r.URL, r.Referer(), r.UserAgent())
		f.mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	f.Config.ErrorLog = log.New(io.Discard, "", 0) // browsers end handshakes as they like
	f.StartTLS()
	t.Cleanup(f.Close)
	return f
}

// logged is what the proxy's log has.
func (f *front) logged() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen.String()
}

// mailbox is an ntfy server, with what came.
func mailbox(t *testing.T) (target string, messages <-chan string) {
	t.Helper()
	came := make(chan string, 16)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read a message: %v", err)
		}
		came <- string(body)
		io.WriteString(w, "{}")
	}))
	t.Cleanup(s.Close)
	return "ntfy://" + s.Listener.Addr().String() + "/topic?scheme=http", came
}

// link is the link in the next message, and the ticket in it, empty for none.
func link(t *testing.T, messages <-chan string) (address, ticket string) {
	t.Helper()
	select {
	case text := <-messages:
		m := regexp.MustCompile(`https://\S+?(?:#ticket=([a-z0-9]+))?$`).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("there is no link in\n%s", text)
		}
		return m[0], m[1]
	case <-time.After(patience):
		t.Fatal("no message came")
	}
	return "", ""
}

// told is what the gateway printed and wrote to its folders.
func (g *gateway) told() string {
	g.t.Helper()
	all := g.Stdout.String() + g.Stderr.String()
	err := filepath.WalkDir(g.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		all += string(b)
		return err
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return all
}

func TestAPersonAnswersByTheLinkOfAMessageWithoutTheToken(t *testing.T) {
	t.Parallel()
	const token = "a-token-for-this-test"
	for _, c := range []struct {
		words
		window
		used, over, limited string
	}{
		{en, phone, "This link was used already", "is older than 15 minutes", "The link of a message lets you answer"},
		{zh, phone, "这个链接已经用过", "已经结束，或已超过 15 分钟", "消息中的链接只用于回答"},
		{zh, desktop, "这个链接已经用过", "已经结束，或已超过 15 分钟", "消息中的链接只用于回答"},
	} {
		t.Run(c.window.name+"-"+c.daemon, func(t *testing.T) {
			t.Parallel()
			f := newFront(t)
			target, messages := mailbox(t)
			other, others := mailbox(t)
			g := simulate(t, "sms", "FUTU_LANG="+c.daemon, "SERVER_TOKEN="+token, "NOTIFY_URLS="+target+" "+other, "PUBLIC_URL="+f.URL+"/")
			f.gateway = g
			first, ticket := link(t, messages)
			second, another := link(t, others)
			if another == ticket || another == "" {
				t.Errorf("the second message has the ticket %q", another)
			}

			b := visit(t, first, c.window, c.language)
			b.state("awaiting_code")
			if at := b.value("location.href"); at != f.URL+"/" {
				t.Errorf("the address is still %s", at)
			}
			b.hides("#token-card")
			b.shows("#limited", c.limited)
			b.hides("#restart")
			b.hides("#start")
			b.shoot("1-wanted")
			b.contrast()
			b.typeIn("#code", "000000"+kb.Enter)
			b.shows("#result", c.wrong)
			b.state("awaiting_code")

			late := visit(t, first, c.window, c.language)
			late.expect("403 (Forbidden)")
			late.expect("401 (Unauthorized)")
			late.shows("#result", c.used)
			late.shows("#token-title", c.token)
			late.shoot("2-used")
			late.contrast()

			b.do(chromedp.Reload()) // the session is kept as long as the tab
			b.typeIn("#code", code+kb.Enter)
			b.state("connected")
			b.shoot("3-connected")
			if bare, none := link(t, messages); none != "" || bare != f.URL+"/" {
				t.Errorf("the message of the login has the link %s", bare)
			}

			over := visit(t, second, c.window, c.language)
			over.expect("403 (Forbidden)")
			over.expect("401 (Unauthorized)")
			over.shows("#result", c.over)
			over.typeIn("#token", token+kb.Enter)
			over.state("connected")
			over.manage()
			over.shows("#actions", "")
			over.hides("#limited")

			b.click("#limited-token") // and so can who came by the link
			b.typeIn("#token", token+kb.Enter)
			b.hides("#limited")
			b.manage()
			b.shows("#actions", "")
			b.click("#stop")
			b.click("#confirm-yes")
			b.state("closed")

			for _, tab := range []*tab{b, late, over} { // they try again until they are closed
				tab.expect("502 (Bad Gateway)")
				tab.expect("WebSocket connection")
			}
			g.end()
			told := g.told() + f.logged()
			for _, tab := range []*tab{b, late, over} {
				tab.mu.Lock()
				told += strings.Join(tab.asked, "\n")
				tab.mu.Unlock()
			}
			for _, secret := range []string{ticket, another, token} {
				if strings.Contains(told, secret) {
					t.Errorf("%q is in a log, in a file, or in an address", secret)
				}
			}
			if !strings.Contains(told, "POST /ticket") || !strings.Contains(told, "let in by the link of a message") && !strings.Contains(told, "通过消息里的链接进入") {
				t.Error("the logs have nothing of the tickets: they prove nothing")
			}
		})
	}
}

func TestALinkThatIsOpenedInAPageThatIsOpenLetsIn(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	target, messages := mailbox(t)
	f.gateway = simulate(t, "sms", "SERVER_TOKEN=a-token-for-this-test", "NOTIFY_URLS="+target, "PUBLIC_URL="+f.URL+"/")
	address, ticket := link(t, messages)
	b := visit(t, f.URL+"/#ticket="+ticket[1:], phone, "en")
	b.expect("401 (Unauthorized)")
	b.expect("403 (Forbidden)")
	b.shows("#result", "This link was not made by this gateway")
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("location.href = %q", address)))
	b.state("awaiting_code")
	b.hides("#token-card")
	if at := b.value("location.href"); at != f.URL+"/" {
		t.Errorf("the address is still %s", at)
	}

	b.expect("502 (Bad Gateway)")
	b.expect("WebSocket connection")
	f.gateway.end()
	b.shows("#link", "The gateway is not reached")
	f.gateway.start() // which knows no session any more
	b.shows("#result", "The login that this link was for is over")
	b.shows("#token-title", en.token)
	b.hides("#limited")
}
