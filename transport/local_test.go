package transport

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAPasswordIsTakenOnlyFromThisMachineAndThroughNoProxy(t *testing.T) {
	for _, c := range []struct {
		peer, here, host, header string
		want                     bool
	}{
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "", true},
		{"[::1]:5", "::1", "localhost:8000", "", true},
		{"10.0.0.5:5", "10.0.0.5", "10.0.0.5:8000", "", true},
		{"10.0.0.6:5", "10.0.0.5", "10.0.0.5:8000", "", false},
		{"pipe", "127.0.0.1", "127.0.0.1:8000", "", false},
		{"127.0.0.1:5", "127.0.0.1", "futu.example.com", "", false},
		{"127.0.0.1:5", "127.0.0.1", "203.0.113.9", "", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "X-Forwarded-For", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "x-forwarded-proto", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "Forwarded", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "Via", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "X-Real-IP", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "CF-Connecting-IP", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "True-Client-IP", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "X-Client-IP", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "X-Envoy-External-Address", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "X-ProxyUser-Ip", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "X-Original-Host", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "CDN-Loop", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "Tailscale-User-Login", false},
		{"127.0.0.1:5", "127.0.0.1", "127.0.0.1:8000", "X-Requested-With", true},
	} {
		r := httptest.NewRequest(http.MethodPost, "/password", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP(c.here), Port: 8000}))
		if r.RemoteAddr, r.Host = c.peer, c.host; c.header != "" {
			r.Header.Set(c.header, "203.0.113.9")
		}
		if got := local(r); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// FuzzHost: whatever a browser can send for a name of a stranger's domain is not taken for a name of the gateway.
func FuzzHost(f *testing.F) {
	for _, seed := range []string{"evil", "x.local", "[::1]:1", "a%25b", "nas.example.", "*.tail.example", "\x00", "127.0.0.1:"} {
		f.Add(seed)
	}
	h := newHosts(Config{Hosts: []string{"nas.example", "*.tail.example"}, Origins: []string{"*", "app.example:*"}, Public: "https://futu.example.com"})
	f.Fuzz(func(t *testing.T, s string) {
		if name := hostname(s); hostname(name) != name && !strings.ContainsAny(s, "[]%:.") {
			t.Errorf("%q is the name of %q, whose name is %q", name, s, hostname(name))
		}
		// A domain name consists of these; a browser sends no other.
		label := strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
				return r
			}
			return -1
		}, s)
		for _, port := range []string{"", ":8000"} {
			if host := label + ".evil.com" + port; h.has(host) {
				t.Errorf("%q is taken for a name of the gateway", host)
			}
		}
		if label != "" && strings.Trim(label, ".") == label && !h.has(label+".tail.example") {
			t.Errorf("%q is not known", label+".tail.example")
		}
		h.has(s) // and nothing panics
	})
}
