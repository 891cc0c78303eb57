package transport

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// Failed attempts with a token are answered late, so that guessing takes ages, and no more than a few at a
// time, so that guessing costs no memory.
const (
	refusedAfter = time.Second
	maxRefused   = 16
)

// right is what somebody may do here. Each includes those before it.
type right int

const (
	nothing    right = iota
	reading          // the state, what happened, the metrics
	answering        // and answer what the daemon asks
	commanding       // and everything else
)

// authority knows who may do what. Without a token, anyone who can reach the port may command. With one, tickets let
// people in as well, to answer what the daemon asks.
type authority struct {
	want    [sha256.Size]byte
	needed  bool
	tickets *Tickets
	log     *zap.Logger
	failed  atomic.Uint64
	waiting chan struct{} // has a place for each refusal that waits
}

func newAuthority(cfg Config) *authority {
	return &authority{
		want: sha256.Sum256([]byte(cfg.Token)), needed: cfg.Token != "", tickets: cfg.Tickets, log: cfg.Log,
		waiting: make(chan struct{}, maxRefused),
	}
}

// ValidToken reports whether token can be used: 16 to 128 letters, digits and . _ ~ -. That is what can stand in
// an HTTP header and in a WebSocket's list of subprotocols.
func ValidToken(token string) bool {
	return len(token) >= 16 && len(token) <= 128 && !strings.ContainsFunc(token, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._~-", r)
	})
}

// Failed returns how many requests came with a wrong token or ticket, or without one.
func (s *Server) Failed() uint64 { return s.authority.failed.Load() }

// only lets a request through whose token, or whose session's token, allows as much.
func (s *Server) only(need right, next http.HandlerFunc) http.HandlerFunc {
	if need == nothing {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) {
		in, ok := s.authority.admits(r)
		if !ok {
			s.unauthorized(w, r)
			return
		}
		if err := in.permits(need); err != nil {
			s.problem(w, err)
			return
		}
		if in == nil {
			next(w, r)
			return
		}
		in.serve(next, w, r)
	}
}

// unauthorized answers who has no right token, a second late.
func (s *Server) unauthorized(w http.ResponseWriter, r *http.Request) {
	s.authority.refuse(r)
	w.Header().Set("WWW-Authenticate", `Bearer realm="futuopend-gateway"`)
	s.problem(w, refuse("unauthorized", "the token is missing or wrong; send Authorization: Bearer TOKEN"))
}

// serve lets a request go on for as long as the session lasts: some are answered without an end.
func (s *session) serve(next http.HandlerFunc, w http.ResponseWriter, r *http.Request) {
	ctx, end := context.WithCancelCause(context.WithValue(r.Context(), sessionKey{}, s))
	var watching sync.WaitGroup
	watching.Go(func() {
		s.wait(ctx)
		end(errSessionOver)
	})
	next(w, r.WithContext(ctx))
	end(nil)
	watching.Wait()
}

// offered is the token that a request has, empty for none. A browser cannot set headers on a WebSocket, so there the
// token may also be the second of the offered subprotocols.
func offered(r *http.Request) string {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return token
	}
	if protocols := strings.Split(r.Header.Get("Sec-WebSocket-Protocol"), ","); len(protocols) == 2 {
		return strings.TrimSpace(protocols[1])
	}
	return ""
}

// admits compares in constant time. It returns the session if it is not the token that lets in.
func (a *authority) admits(r *http.Request) (in *session, ok bool) {
	if !a.needed {
		return nil, true
	}
	got := sha256.Sum256([]byte(offered(r)))
	if subtle.ConstantTimeCompare(got[:], a.want[:]) == 1 {
		return nil, true
	}
	in = a.tickets.session(got, time.Now())
	return in, in != nil
}

// refuse counts a failure and returns late.
func (a *authority) refuse(r *http.Request) {
	peer, _, _ := net.SplitHostPort(r.RemoteAddr)
	a.log.Warn("a request without the right token", zap.String("peer", peer), zap.String("path", r.URL.Path), zap.Uint64("failed", a.failed.Add(1)))
	select {
	case a.waiting <- struct{}{}:
		defer func() { <-a.waiting }()
	default:
		return // so many wait that this one learns nothing by being quick
	}
	select {
	case <-time.After(refusedAfter):
	case <-r.Context().Done():
	}
}
