package transport_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
)

func TestOnlyWhatCanBeTheGatewaysNameIsAnswered(t *testing.T) { synctest.Test(t, testHosts) }
func testHosts(t *testing.T) {
	h := openWith(t, func(c *transport.Config) {
		c.Origins = []string{"app.example:*", "https://*.shop.example", "*"}
		c.Hosts = []string{"nas.example", "*.tail.example"}
		c.Public = "https://Futu.Example.com/x"
	})
	defer h.close()
	h.happens(false, fsm.Boot)
	for host, want := range map[string]bool{
		"127.0.0.1:8000": true, "127.0.0.1": true, "localhost:9": true, "LOCALHOST": true, "[::1]:8000": true, "[::1]": true, "192.0.2.7:1": true,
		"[fe80::1%25eth0]:8000": true, "futuopend:8000": true, "futuopend-gateway_1": true, "a.localhost": true, "nas.local:8000": true,
		"host.docker.internal": true, "nas.lan": true, "nas.home.arpa": true, "gateway.ns.svc": true, "gateway.ns.svc.cluster.local:8000": true,
		"nas.example": true, "NAS.example.:8000": true, "a.tail.example": true, "a.b.tail.example:8000": true, "futu.example.com": true,
		"app.example:8443": true, "x.shop.example": true,
		"evil.example": false, "evil.example:8000": false, "127.0.0.1.evil.example": false, "nas.example.evil.example": false, "xnas.example": false,
		"tail.example": false, "eviltail.example": false, "shop.example": false, "local": true, "evil.notlocal": false, "localhost.evil.example": false,
		"evil.example%.local": false, "evil.example.": false, "futu.example.com.evil.example": false, "xlocal.example": false,
	} {
		resp, body := h.asked("GET", host, "/status")
		if (resp.StatusCode == 200) != want || !want && (resp.StatusCode != 421 || !strings.Contains(body, `"code":"host_unknown"`) || !strings.Contains(body, "SERVER_HOSTS=")) {
			t.Errorf("%s: %d %s", host, resp.StatusCode, body)
		}
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: %v", host, resp.Header)
		}
		_, resp, err := websocket.Dial(t.Context(), "ws://127.0.0.1:8000/", &websocket.DialOptions{HTTPClient: h.pipes.Client(), Host: host})
		if (err == nil) != want || !want && resp.StatusCode != 421 {
			t.Errorf("WebSocket for %s: %v", host, err)
		}
	}
	for _, path := range []string{"/livez", "/", "/page/page.js", "/nothing"} {
		if resp, _ := h.asked("GET", "evil.example", path); resp.StatusCode != 421 {
			t.Errorf("%s without a token: %d", path, resp.StatusCode)
		}
	}
	if resp, body := h.asked("GET", "evil.example:8000", "/", "Accept", "text/html,*/*"); resp.StatusCode != 421 ||
		!strings.Contains(body, "<pre>SERVER_HOSTS=evil.example</pre>") || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Errorf("a browser: %d %s", resp.StatusCode, body)
	}
	// What the browser itself says of a page of another domain that points here.
	rebound := []string{"Origin", "http://evil.example:8000", "Sec-Fetch-Site", "same-origin"}
	if resp, _ := h.asked("POST", "evil.example:8000", "/restart", rebound...); resp.StatusCode != 421 || h.agent.all() != "" {
		t.Errorf("a page that points here: %d, and the agent was told %q", resp.StatusCode, h.agent.all())
	}
}

func TestARightTokenLetsInUnderAnyNameAndAWrongOneIsCounted(t *testing.T) {
	synctest.Test(t, testHostsWithToken)
}
func testHostsWithToken(t *testing.T) {
	h := guarded(t)
	defer h.close()
	for _, c := range []struct {
		path, authorization string
		status              int
		late                bool
	}{
		{"/livez", "", 200, false}, {"/", "", 200, false}, {"/page/page.js", "", 200, false},
		{"/status", "", 421, false}, {"/readyz", "", 421, false}, {"/metrics", "", 421, false},
		{"/status", "Bearer " + token, 200, false}, {"/status", "Bearer wrong-horse-battery", 401, true},
	} {
		began := time.Now()
		resp, body := h.asked("GET", "evil.example", c.path, "Authorization", c.authorization)
		if late := time.Since(began) >= time.Second; resp.StatusCode != c.status || late != c.late {
			t.Errorf("%s %q: %d, late %v: %s", c.path, c.authorization, resp.StatusCode, late, body)
		}
	}
	for protocol, want := range map[string]int{"": 421, token: 101, "wrong-horse-battery": 401} {
		_, resp, _ := websocket.Dial(t.Context(), "ws://127.0.0.1:8000/", &websocket.DialOptions{
			HTTPClient: h.pipes.Client(), Host: "evil.example", Subprotocols: strings.Fields("futuopend.v2 " + protocol),
		})
		if resp == nil || resp.StatusCode != want {
			t.Errorf("WebSocket with %q: %v, want %d", protocol, resp, want)
		}
	}
	if h.server.Failed() != 2 {
		t.Errorf("%d failures are counted, want 2", h.server.Failed())
	}
}

func TestThePublicPageMayActThroughAProxyThatNamesAnotherHost(t *testing.T) {
	synctest.Test(t, testPublicOrigin)
}
func testPublicOrigin(t *testing.T) {
	h := openWith(t, func(c *transport.Config) { c.Public = "https://futu.example.com/" })
	defer h.close()
	h.happens(false, fsm.Boot)
	for origin, want := range map[string]int{"https://futu.example.com": 202, "http://futu.example.com": 403, "https://evil.example": 403} {
		if resp, body := h.asked("POST", "127.0.0.1:8000", "/stop", "Origin", origin); resp.StatusCode != want {
			t.Errorf("POST from %s: %d %s", origin, resp.StatusCode, body)
		}
		conn, _, err := h.dial(http.Header{"Origin": {origin}})
		if (err == nil) != (want == 202) {
			t.Errorf("WebSocket from %s: %v", origin, err)
		}
		if conn != nil {
			conn.CloseNow()
		}
	}
}

func TestHostsAreCheckedBeforehand(t *testing.T) {
	for name, want := range map[string]bool{
		"nas.example": true, "*.tail.example": true, "NAS.example.": true, "192.0.2.7": true, "::1": true,
		"": false, "*.": false, "*": false, "a.*.b": false, "nas.example:8000": false, "https://nas.example": false, "nas example": false, "näs.example": false,
	} {
		if got := transport.ValidHost(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
