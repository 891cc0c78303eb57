package transport

import (
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"go.uber.org/zap"
)

// ownSuffixes end the names that no stranger can register, so that no page of a stranger's domain has one of them.
var ownSuffixes = []string{".localhost", ".local", ".internal", ".lan", ".home.arpa", ".svc", ".cluster.local"}

// hosts are the names that requests to this gateway may be for. Others are refused: a stranger may point the name of his
// page at this gateway, and the browser then takes the gateway for the page's own server.
type hosts struct {
	names    map[string]bool
	patterns []string // with a * in it, as path.Match has them
}

// newHosts takes names and patterns, the hosts of origins, and that of the public address.
func newHosts(cfg Config) hosts {
	h := hosts{names: map[string]bool{}}
	for _, name := range cfg.Hosts {
		h.add(name)
	}
	for _, origin := range cfg.Origins {
		if _, rest, ok := strings.Cut(origin, "://"); ok {
			origin = rest
		}
		h.add(strings.TrimSuffix(origin, ":*"))
	}
	if u, err := url.Parse(cfg.Public); err == nil {
		h.add(u.Host)
	}
	return h
}

// add takes a name or a pattern. A pattern that fits every name names none.
func (h *hosts) add(name string) {
	name = hostname(name)
	switch {
	case !strings.ContainsAny(name, `*?[\`):
		h.names[name] = true
	case strings.ContainsFunc(name, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }):
		h.patterns = append(h.patterns, name)
	}
}

// hostname is the name in a Host header, as names are compared: without port, zone and trailing dot, in lower case.
func hostname(host string) string {
	if name, port, err := net.SplitHostPort(host); err == nil && strings.Trim(port, "0123456789*") == "" {
		host = name
	}
	host, _, _ = strings.Cut(strings.Trim(host, "[]"), "%")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// has reports whether a Host header can mean this gateway.
func (h hosts) has(host string) bool {
	name := hostname(host)
	switch {
	case name == "" && host == "": // HTTP/1.0 has none, and no browser speaks that
		return true
	case net.ParseIP(name) != nil:
		return true
	case name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "":
		return false
	case !strings.Contains(name, ".") || h.names[name]:
		return true
	}
	for _, suffix := range ownSuffixes {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	for _, pattern := range h.patterns {
		if fits, err := path.Match(pattern, name); err == nil && fits {
			return true
		}
	}
	return false
}

// ValidHost reports whether name can stand in [Config.Hosts]: a host without a port, or *. and one.
func ValidHost(name string) bool {
	rest := strings.TrimPrefix(name, "*.")
	return rest != "" && hostname(rest) == strings.ToLower(strings.TrimSuffix(rest, ".")) &&
		(net.ParseIP(rest) != nil || strings.Trim(strings.ToLower(rest), "abcdefghijklmnopqrstuvwxyz0123456789-_.") == "")
}

// addressed lets through what is for this gateway. Where there is a token, a request that has it may have any Host, because
// a stranger's page has not, and so may whatever wants no token and tells nothing.
func (s *Server) addressed(next http.Handler) http.Handler {
	var log seldom
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		_, pattern := s.mux.Handler(r)
		needed := s.authority.needed()
		switch {
		case s.hosts.has(r.Host), needed && s.open[pattern] && !upgrade(r):
			next.ServeHTTP(w, r)
		case needed && offered(r) != "":
			if _, err := s.authority.admit(r); err != nil {
				s.unauthorized(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
		default:
			log.do(time.Minute, func(more int) {
				s.cfg.Log.Warn("a request for another host was refused",
					zap.String("host", clipped(hostname(r.Host))), zap.Int("more", more))
			})
			s.misdirected(w, r)
		}
	})
}

// misdirected says which setting lets a host in: to a browser as a page.
func (s *Server) misdirected(w http.ResponseWriter, r *http.Request) {
	turnAway(w, r)
	name := clipped(hostname(r.Host))
	if upgrade(r) || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		s.problem(w, refuse("host_unknown", fmt.Sprintf("%q is not known as an address of this gateway; if it is one, set SERVER_HOSTS=%s and restart the gateway", name, name)))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusMisdirectedRequest)
	fmt.Fprintf(w, misdirectedPage, html.EscapeString(name))
}

// misdirectedPage is for whoever opened the page at an address that the gateway does not know.
const misdirectedPage = `<!doctype html>
<meta name="viewport" content="width=device-width">
<title>futuopend-gateway</title>
<p>This gateway does not know the address in your browser. If it is yours, set this and restart the gateway:</p>
<p lang="zh">网关不认识浏览器里的这个地址。如果它是你的，请加上这项设置并重启网关：</p>
<pre>SERVER_HOSTS=%s</pre>
`

// clipped is a text of a stranger, as long as a name can be.
func clipped(s string) string {
	if len(s) > 253 {
		return s[:253]
	}
	return s
}
