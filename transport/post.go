package transport

import (
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// accepted is the body of a command that was obeyed: the state after it, and the request that is open or being answered.
type accepted struct {
	State     fsm.State `json:"state"`
	Challenge uint64    `json:"challenge,omitempty"`
	Risk      string    `json:"risk,omitempty"`
}

// post serves a command to those who may give it. It checks the place, the size of the body, then its JSON; the agent goes
// on with state, format and limit.
func (s *Server) post(c command) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if c.here && !local(r) {
			s.problem(w, refuse("not_local", "a password is taken over loopback only, and through no proxy; run futuopend-gateway password where the gateway runs"))
			return
		}
		body, err := readBody(w, r)
		if err != nil {
			s.problem(w, err)
			return
		}
		risk, err := s.obey(r.Context(), c, body)
		if err != nil {
			s.problem(w, err)
			return
		}
		now := s.cfg.Journal.Snapshot()
		tellJSON(w, http.StatusAccepted, accepted{now.State, now.Challenge.ID, risk})
	}
}

// local reports whether the request comes from this machine: over loopback, or from the very address that it came to, and
// for that address. What a proxy on this machine passes on comes from somewhere else.
func local(r *http.Request) bool {
	peer := net.ParseIP(peerOf(r))
	here, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	mine := func(ip net.IP) bool { return ip != nil && (ip.IsLoopback() || here != nil && here.IP.Equal(ip)) }
	name := hostname(r.Host)
	return mine(peer) && (name == "localhost" || mine(net.ParseIP(name))) && !proxied(r.Header)
}

// proxied reports whether a proxy passed a request on, as far as proxies say so: by names of the standard, and by those that end in
// what they tell of the client, as CF-Connecting-IP, True-Client-IP and X-Envoy-External-Address do.
func proxied(h http.Header) bool {
	for name := range h {
		switch {
		case name == "Forwarded", name == "Via", name == "Cdn-Loop", strings.HasPrefix(name, "X-Forwarded"), strings.HasPrefix(name, "X-Original-"),
			strings.HasSuffix(name, "-Ip"), strings.HasSuffix(name, "-Address"), strings.HasSuffix(name, "-Addr"), strings.HasSuffix(name, "-User-Login"):
			return true
		}
	}
	return false
}

// peerOf is the address that a request came from, without the port.
func peerOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr // in memory
	}
	return host
}

// settle ends the time that a body has: it is there.
func settle(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // see bounded
}

// submitted serves POST /code: the code alone or in a text, and with wait what became of it.
func (s *Server) submitted(w http.ResponseWriter, r *http.Request) {
	wait, err := waitOf(r)
	if err != nil {
		s.problem(w, err)
		return
	}
	m, err := readMessage(w, r)
	if err == nil {
		m.way = m.way.Or(fsm.ByHTTP)
	}
	became := outcome{sum: s.cfg.Journal.Snapshot()}
	if err == nil {
		err = s.takeMessage(r.Context(), m)
		if err != nil && refusalOf(err).Code == "code_invalid" {
			// The state comes before the form: where no code can be used, that is what the sender is told. No text is a code.
			err = s.cfg.Agent.SubmitCode(r.Context(), "", m.way)
		}
	}
	if err == nil && wait > 0 { // the outcome may be there already: the code was typed before the agent's answer came
		err = s.awaitAfter(w, r, wait, became.sum.Seq, func(e fsm.Entry, more bool) bool { return more && became.take(e) })
	}
	switch now := s.cfg.Journal.Snapshot(); {
	case err != nil:
		s.problem(w, err)
	case became.result != nil:
		tellJSON(w, http.StatusOK, became.result)
	default:
		tellJSON(w, http.StatusAccepted, accepted{now.State, now.Challenge.ID, ""})
	}
}

// readBody reads a JSON object, or nothing at all, and refuses everything else.
func readBody(w http.ResponseWriter, r *http.Request) (body frame, err error) {
	text, err := readAll(w, r)
	if err != nil {
		return body, err
	}
	body.by = fsm.ByHTTP
	if len(text) > 0 && (json.Unmarshal(text, &body.members) != nil || body.members == nil) {
		return body, refuse("body_invalid", "the body is no JSON object")
	}
	return body, nil
}
