package transport

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/page"
)

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	pages := page.Handler()
	mux.HandleFunc("GET /{$}", s.root(pages))
	mux.Handle("GET /page/", pages)
	mux.HandleFunc("GET /livez", s.livez)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.HandleFunc("GET /status", s.only(s.status))
	mux.HandleFunc("GET /events", s.only(s.events))
	mux.HandleFunc("GET /captcha.png", s.only(s.captcha))
	mux.HandleFunc("GET /lines", s.only(s.lines))
	if s.cfg.Metrics != nil {
		mux.HandleFunc("GET /metrics", s.only(s.cfg.Metrics.ServeHTTP))
	}
	// A page of another site must not press these buttons.
	own := http.NewCrossOriginProtection()
	for path, do := range s.posts() {
		mux.Handle("POST "+path, own.Handler(s.post(texts[path], do)))
	}
	mux.Handle("POST /ticket", own.Handler(http.HandlerFunc(s.exchange)))
	return bounded(mux)
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

// root is the WebSocket, and for a browser the page.
func (s *Server) root(pages http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !upgrade(r) {
			pages.ServeHTTP(w, r)
			return
		}
		select {
		case s.places <- struct{}{}:
			defer func() { <-s.places }()
		default:
			http.Error(w, fmt.Sprintf("%d clients are connected, and no more are taken", maxClients), http.StatusServiceUnavailable)
			return
		}
		s.only(s.stream)(w, r)
	}
}

// stream counts a WebSocket, so that Serve can wait for it.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	s.streams.Add(1)
	defer s.streams.Done()
	s.serveWebSocket(w, r)
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

// livez tells that the process serves. It says nothing of the daemon: a daemon that waits for
// a person must not make an orchestrator restart the gateway, and so log in again.
func (s *Server) livez(w http.ResponseWriter, _ *http.Request) {
	tell(w, http.StatusOK, healthBody{State: s.cfg.Journal.Last().To})
}

// readyz tells whether quotes would work now. It needs no token, so it tells the state and which part is missing, and no more.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	now := s.now()
	code := http.StatusOK
	if !now.Ready {
		code = http.StatusServiceUnavailable
	}
	tell(w, code, healthBody{now.State, now.Missing})
}

// healthBody is what those may know who have no token.
type healthBody struct {
	State   fsm.State `json:"state"`
	Missing fsm.Part  `json:"missing,omitempty"`
}

func tell(w http.ResponseWriter, code int, body healthBody) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	w.Write(append(marshal(body), '\n'))
}
