package transport

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/transport/page"
)

// route is one endpoint.
type route struct {
	method, path string // a path that ends in / has everything below it
	who          right  // the least that the sender must be allowed
	open         bool   // it tells a stranger nothing, so that with a token it may be asked for under any name
	serve        func(*Server) http.HandlerFunc
}

// reads are the endpoints that change nothing. The page and the ticket are for people who have nothing to show yet; a ticket
// is as good as a token: a stranger's page does not have one.
var reads = []route{
	{"GET", "/", nothing, true, (*Server).root}, // the WebSocket, which wants the right to read
	{"GET", "/page/", nothing, true, (*Server).assets},
	{"GET", "/livez", nothing, true, plain((*Server).livez)},
	{"GET", "/readyz", nothing, false, plain((*Server).readyz)},
	{"GET", "/status", reading, false, plain((*Server).status)},
	{"GET", "/events", reading, false, plain((*Server).events)},
	{"GET", "/week", reading, false, plain((*Server).week)},
	{"GET", "/captcha.png", reading, false, plain((*Server).captcha)},
	{"GET", "/lines", reading, false, plain((*Server).lines)},
	{"GET", "/clients", reading, false, plain((*Server).clients)},
	{"POST", "/clients/close", commanding, false, plain((*Server).endClients)},
	{"POST", "/sms", answering, false, plain((*Server).forwarded)},
	{"POST", tokenPath + "{token}", nothing, false, inPath(plain((*Server).forwarded))},
	{"GET", "/report", commanding, false, plain((*Server).report)},
	{"GET", "/openapi.yaml", nothing, true, described(ofHTTP)},
	{"GET", "/asyncapi.yaml", nothing, true, described(ofStreams)},
	{"POST", "/ticket", nothing, true, plain((*Server).exchange)},
}

// endpoints are all of them.
func endpoints() []route {
	out := slices.Clone(reads)
	for _, c := range commands {
		if c.path == "" {
			continue
		}
		serve := func(s *Server) http.HandlerFunc { return s.post(c) }
		if c.frame == "VERIFY_CODE" {
			serve = plain((*Server).submitted) // a frame is from a program; a body may be a whole SMS
		}
		out = append(out, route{"POST", c.path, c.who, false, serve})
	}
	return out
}

// plain is an endpoint that needs nothing made for it.
func plain(serve func(*Server, http.ResponseWriter, *http.Request)) func(*Server) http.HandlerFunc {
	return func(s *Server) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { serve(s, w, r) }
	}
}

// add serves an endpoint. It is called before Serve.
func (s *Server) add(r route) {
	pattern := r.method + " " + r.path
	if r.path == "/" {
		pattern += "{$}"
	}
	s.routes = append(s.routes, r)
	s.open[pattern] = r.open
	s.mux.HandleFunc(pattern, s.own(s.only(r.who, r.serve(s))))
}

// Mount serves GET path with h, to those who may read the state. It is called before Serve.
func (s *Server) Mount(path string, h http.Handler) {
	s.add(route{"GET", path, reading, false, func(*Server) http.HandlerFunc { return h.ServeHTTP }})
}

// publicOrigin is the origin of the page as people reach it, empty if that is not known. It is let in although a proxy may
// name another host here.
func (s *Server) publicOrigin() string {
	u, err := url.Parse(s.cfg.Public)
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// own lets through what no page of another site made: it must not press a button. Reading is the browser's business.
func (s *Server) own(next http.HandlerFunc) http.HandlerFunc {
	var protection http.CrossOriginProtection
	if origin := s.publicOrigin(); origin != "" {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			panic("transport: " + err.Error()) // it was put together from a URL
		}
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if protection.Check(r) != nil {
			turnAway(w, r)
			s.problem(w, refuse("origin_foreign", "a page of another site sent this; use the gateway's own page"))
			return
		}
		next(w, r)
	}
}

const (
	// bodyWithin bounds how long a body may take. Nobody needs a token to send one, with any request.
	bodyWithin = 5 * time.Second
	// answerWithin bounds how long a client may take to read an answer: the longest, the whole journal that memory
	// has, is some hundred KiB. Followed events and WebSockets have bounds of their own.
	answerWithin = time.Minute
)

// bounded gives a request its time. That for the body lasts until somebody has read it, or else until after the
// answer: the server reads what is left of a body before it answers.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn := http.NewResponseController(w) // every connection of a server has deadlines; a WebSocket begins without
		if r.Body != http.NoBody {
			_ = conn.SetReadDeadline(time.Now().Add(bodyWithin))
		}
		_ = conn.SetWriteDeadline(time.Now().Add(answerWithin))
		next.ServeHTTP(w, r)
	})
}

// assets are the files of the page. It asks for no token: it is the same for everybody.
func (s *Server) assets() http.HandlerFunc {
	pages := page.Handler()
	return func(w http.ResponseWriter, r *http.Request) { pages.ServeHTTP(w, r) }
}

// root is the WebSocket, and for a browser the page.
func (s *Server) root() http.HandlerFunc {
	pages, stream := s.assets(), s.only(reading, s.stream)
	return func(w http.ResponseWriter, r *http.Request) {
		if !upgrade(r) {
			pages(w, r)
			return
		}
		stream(w, r)
	}
}

func upgrade(r *http.Request) bool {
	for _, v := range r.Header.Values("Connection") {
		for _, token := range strings.Split(v, ",") {
			if strings.EqualFold(strings.TrimSpace(token), "upgrade") {
				return true
			}
		}
	}
	return false
}
