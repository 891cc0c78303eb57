package transport

import (
	"context"
	"net/http"
	"strconv"

	"github.com/ostai/futuopend-gateway/fsm"
)

// healthBody is what those may know who have no token.
type healthBody struct {
	State   fsm.State `json:"state"`
	Missing fsm.Part  `json:"missing,omitempty"`
}

// livez tells that the process serves. It says nothing of the daemon: a daemon that waits for
// a person must not make an orchestrator restart the gateway, and so log in again.
func (s *Server) livez(w http.ResponseWriter, _ *http.Request) {
	tellJSON(w, http.StatusOK, healthBody{State: s.cfg.Journal.Last().To})
}

// readyz tells whether quotes would work now. It needs no token, so it tells the state and which part is missing, and no more.
// With wait it is answered as soon as they do, or when the time is over.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	body := s.present()
	wait, err := waitOf(r)
	if err == nil {
		err = s.await(w, r, wait, func(fsm.Entry, bool) bool { body = s.present(); return body.Ready })
	}
	if err != nil {
		s.problem(w, err)
		return
	}
	code := http.StatusOK
	if !body.Ready {
		code = http.StatusServiceUnavailable
	}
	tellJSON(w, code, healthBody{body.State, body.Missing})
}

// status tells the whole state. With wait it is answered when the journal has an entry after the given one, or else after
// the last there is.
func (s *Server) status(w http.ResponseWriter, r *http.Request) {
	wait, err := waitOf(r)
	after := s.cfg.Journal.Last().Seq
	if text := r.URL.Query().Get("after"); err == nil && text != "" {
		if after, err = strconv.ParseUint(text, 10, 64); err != nil {
			err = refuse("after_invalid", "after must be a sequence number, for example /status?wait=60&after=17")
		}
	}
	if err == nil {
		err = s.await(w, r, wait, func(e fsm.Entry, _ bool) bool { return e.Seq > after })
	}
	if err != nil {
		s.problem(w, err)
		return
	}
	tellJSON(w, http.StatusOK, s.present())
}

// captcha is the picture that is to be read.
func (s *Server) captcha(w http.ResponseWriter, r *http.Request) {
	back := away(r.Context())
	picture, err := s.cfg.Agent.Captcha(r.Context())
	back()
	if err != nil {
		s.problem(w, err)
		return
	}
	form := http.DetectContentType(picture)
	if form != "image/jpeg" {
		form = "image/png"
	}
	w.Header().Set("Content-Type", form)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(picture)
}

// linesBody is a list even if it is empty.
type linesBody struct {
	Lines []string `json:"lines"`
}

// latest asks the agent, which may be busy.
func (s *Server) latest(ctx context.Context) ([]string, error) {
	defer away(ctx)()
	return s.cfg.Agent.Lines(ctx)
}

// lines are the daemon's latest lines, without secrets.
func (s *Server) lines(w http.ResponseWriter, r *http.Request) {
	lines, err := s.latest(r.Context())
	if err != nil {
		s.problem(w, err)
		return
	}
	tellJSON(w, http.StatusOK, linesBody{append([]string{}, lines...)})
}

// report is a text about this gateway that can be shown to strangers. It takes a while, so one is made at a time.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Report == nil {
		s.problem(w, refuse("unavailable", "this gateway gives no report"))
		return
	}
	rest(r.Context())
	select {
	case s.reporting <- struct{}{}:
		defer func() { <-s.reporting }()
	case <-r.Context().Done():
		return
	}
	text := s.cfg.Report(r.Context())
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(text)
}
