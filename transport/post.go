package transport

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// action is what a POST does. It returns the risk of what was done, empty if there is none.
type action func(r *http.Request, body frame) (risk string, err error)

// posts are the commands over HTTP. None of them is a GET: a link must never act.
func (s *Server) posts() map[string]action {
	agent := s.cfg.Agent
	return map[string]action{
		"/init":    func(r *http.Request, _ frame) (string, error) { return agent.Init(r.Context(), true) },
		"/restart": func(r *http.Request, _ frame) (string, error) { return agent.Restart(r.Context(), true) },
		"/stop":    func(r *http.Request, _ frame) (string, error) { return "", agent.Stop(r.Context()) },
		"/resend":  func(r *http.Request, _ frame) (string, error) { return "", s.resend(r) },
		"/code": func(r *http.Request, body frame) (string, error) {
			return "", withText(body, "code", func(code string) error { return agent.SubmitCode(r.Context(), code) })
		},
		"/captcha": func(r *http.Request, body frame) (string, error) {
			return "", withText(body, "answer", func(answer string) error { return agent.SubmitCaptcha(r.Context(), answer) })
		},
		"/password": func(r *http.Request, body frame) (string, error) {
			if !local(r) {
				return "", &fsm.Refusal{Code: "not_local", Message: "a password is taken over loopback only; run futuopend-gateway password where the gateway runs"}
			}
			return "", withText(body, "password", func(p string) error { return agent.SubmitPassword(r.Context(), p) })
		},
	}
}

// texts are the text members that bodies must have, by path.
var texts = map[string]string{"/code": "code", "/captcha": "answer", "/password": "password"}

// resend asks for another SMS or another picture, whichever is wanted.
func (s *Server) resend(r *http.Request) error {
	if s.cfg.Journal.Last().To == fsm.AwaitingCaptcha {
		return s.cfg.Agent.NewCaptcha(r.Context())
	}
	return s.cfg.Agent.ResendCode(r.Context())
}

// withText does something with a text member of the body.
func withText(body frame, name string, do func(string) error) error {
	var text string
	if !body.text(name, &text) {
		return &fsm.Refusal{Code: "body_invalid", Message: fmt.Sprintf(`the body must be a JSON object with the text member %q`, name)}
	}
	return do(text)
}

// local reports whether the request comes from this machine: over loopback, or from the very
// address that it came to.
func local(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	if err != nil || ip == nil {
		return false
	}
	here, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ip.IsLoopback() || ok && here.IP.Equal(ip)
}

// post serves an action. It checks the size, then the JSON, which must have the text member if one is named, then
// who asks; the agent goes on with state, format and limit. A body is small, so that it costs little to understand
// one before it is known who sends it.
func (s *Server) post(member string, do action) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, ok := s.readBody(w, r)
		if !ok {
			return
		}
		if member != "" {
			if err := withText(body, member, func(string) error { return nil }); err != nil {
				s.problem(w, err)
				return
			}
		}
		s.only(func(w http.ResponseWriter, r *http.Request) { s.act(w, r, body, do) })(w, r)
	}
}

// act does what a body that was understood asks for.
func (s *Server) act(w http.ResponseWriter, r *http.Request, body frame, do action) {
	risk, err := do(r, body)
	if err != nil {
		s.problem(w, err)
		return
	}
	now := s.cfg.Journal.Snapshot()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	w.Write(append(marshal(accepted{now.State, now.Challenge.ID, risk}), '\n'))
}

// readBody reads a JSON object, or nothing at all. If there is something else, it answers, and ok is false.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) (body frame, ok bool) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFrame))
	if err == nil {
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // see bounded
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		s.problem(w, &fsm.Refusal{Code: "body_too_large", Message: fmt.Sprintf("a body has at most %d bytes", maxFrame)})
		return body, false
	}
	if err != nil {
		s.problem(w, &fsm.Refusal{Code: "body_invalid", Message: fmt.Sprintf("the body did not come whole within %v", bodyWithin)})
		return body, false
	}
	if len(text) > 0 && (json.Unmarshal(text, &body.members) != nil || body.members == nil) {
		s.problem(w, &fsm.Refusal{Code: "body_invalid", Message: "the body is no JSON object"})
		return body, false
	}
	return body, true
}

// accepted is the body of an action that was done: the state after it, and the request that is open or being answered.
type accepted struct {
	State     fsm.State `json:"state"`
	Challenge uint64    `json:"challenge,omitempty"`
	Risk      string    `json:"risk,omitempty"`
}

// problemBody is an error as RFC 9457 has it, with our code.
type problemBody struct {
	Title  string    `json:"title"`
	Status int       `json:"status"`
	Detail string    `json:"detail"`
	Code   string    `json:"code"`
	State  fsm.State `json:"state"`
}

// problem answers with an error of the agent.
func (s *Server) problem(w http.ResponseWriter, err error) {
	refusal, ok := errors.AsType[*fsm.Refusal](err)
	if !ok {
		refusal = &fsm.Refusal{Code: "unavailable", Message: err.Error()}
	}
	status := statusOf(refusal.Code)
	if refusal.Wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(refusal.Wait.Seconds())))
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	w.Write(append(marshal(problemBody{http.StatusText(status), status, refusal.Message, refusal.Code, s.cfg.Journal.Last().To}), '\n'))
}

// statusOf is the HTTP status of a refusal.
func statusOf(code string) int {
	switch {
	case code == "too_soon":
		return http.StatusTooManyRequests
	case code == "unauthorized":
		return http.StatusUnauthorized
	case code == "not_local" || strings.HasPrefix(code, "ticket_"):
		return http.StatusForbidden
	case code == "picture_missing":
		return http.StatusNotFound
	case code == "body_too_large":
		return http.StatusRequestEntityTooLarge
	case strings.HasSuffix(code, "_invalid"):
		return http.StatusBadRequest
	case code == "code_pending" || strings.HasSuffix(code, "_not_wanted"):
		return http.StatusConflict
	}
	return http.StatusServiceUnavailable
}

// captcha is the picture that is to be read.
func (s *Server) captcha(w http.ResponseWriter, r *http.Request) {
	png, err := s.cfg.Agent.Captcha(r.Context())
	if err != nil {
		s.problem(w, err)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Write(png)
}

// lines are the daemon's latest lines, without secrets.
func (s *Server) lines(w http.ResponseWriter, r *http.Request) {
	lines, err := s.cfg.Agent.Lines(r.Context())
	if err != nil {
		s.problem(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(append(marshal(linesBody{append([]string{}, lines...)}), '\n'))
}

// linesBody is a list even if it is empty.
type linesBody struct {
	Lines []string `json:"lines"`
}
