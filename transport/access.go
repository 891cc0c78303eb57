package transport

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// right is what somebody may do here. Each includes those before it.
type right int

const (
	nothing    right = iota
	reading          // the state, what happened, the metrics
	answering        // and answer what the daemon asks
	commanding       // and everything else
)

// key is a token by its hash, and what it allows.
type key struct {
	hash  [sha256.Size]byte
	right right
}

// authority knows who may do what. Without a token, anyone who can reach the port may command. With one, tickets let
// people in as well, to answer what the daemon asks.
type authority struct {
	keys    []key // none if no token is needed
	tickets *Tickets
	log     *zap.Logger
	failed  atomic.Uint64
	guard   guard
	lines   seldom
}

func newAuthority(cfg Config) *authority {
	a := &authority{tickets: cfg.Tickets, log: cfg.Log}
	for _, k := range []struct {
		token string
		right right
	}{{cfg.Token, commanding}, {cfg.AnswerToken, answering}, {cfg.ReadToken, reading}} {
		if k.token != "" {
			a.keys = append(a.keys, key{sha256.Sum256([]byte(k.token)), k.right})
		}
	}
	return a
}

// needed reports whether a token is.
func (a *authority) needed() bool { return len(a.keys) > 0 }

// ValidToken reports whether token can be used: 16 to 128 letters, digits and . _ ~ -. That is what can stand in
// an HTTP header and in a WebSocket's list of subprotocols.
func ValidToken(token string) bool {
	return len(token) >= 16 && len(token) <= 128 && !strings.ContainsFunc(token, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._~-", r)
	})
}

// Failed returns how many requests came with a wrong token or ticket, or without one.
func (s *Server) Failed() uint64 { return s.authority.failed.Load() }

// pass is what let a request in: a token, or a session, which allows less and less.
type pass struct {
	right   right
	session *session // nil for a token
}

// permits refuses what the pass is not good for.
func (p pass) permits(need right) error {
	switch {
	case p.session != nil:
		return p.session.permits(need)
	case p.right < need:
		return refuse("token_scope", "this token does not allow it; "+tokenFor[need])
	}
	return nil
}

// tokenFor says which token a right wants.
var tokenFor = map[right]string{answering: "send SERVER_TOKEN or ANSWER_TOKEN", commanding: "send SERVER_TOKEN"}

// passKey is where a request's context has its pass.
type passKey struct{}

// passOf is the pass that a request came in with.
func passOf(ctx context.Context) pass {
	p, _ := ctx.Value(passKey{}).(pass)
	return p
}

// only lets a request through whose token, or whose session's token, allows as much.
func (s *Server) only(need right, next http.HandlerFunc) http.HandlerFunc {
	if need == nothing {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) {
		p, err := s.authority.admit(r)
		if err != nil {
			s.unauthorized(w, r, err)
			return
		}
		if err := p.permits(need); err != nil {
			turnAway(w, r)
			s.problem(w, err)
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), passKey{}, p))
		if p.session == nil {
			next(w, r)
			return
		}
		p.session.serve(next, w, r)
	}
}

// unauthorized answers who was not let in.
func (s *Server) unauthorized(w http.ResponseWriter, r *http.Request, err error) {
	turnAway(w, r)
	w.Header().Set("WWW-Authenticate", `Bearer realm="futuopend-gateway"`)
	s.problem(w, err)
}

// turnAway goes before the answer to a request that is refused for what stands in its head. The server would wait for the rest
// of its body first; it answers at once if the connection ends with that.
func turnAway(w http.ResponseWriter, r *http.Request) {
	if r.Body != http.NoBody {
		w.Header().Set("Connection", "close")
	}
}

// serve lets a request go on for as long as the session lasts: some are answered without an end.
func (s *session) serve(next http.HandlerFunc, w http.ResponseWriter, r *http.Request) {
	ctx, end := context.WithCancelCause(r.Context())
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

// admit finds what a request may do. A wrong token is answered late.
func (a *authority) admit(r *http.Request) (p pass, err error) {
	if !a.needed() {
		return pass{right: commanding}, nil
	}
	err = a.try(r, func() (err error) {
		p, err = a.known(sha256.Sum256([]byte(offered(r))))
		return err
	})
	return p, err
}

// known compares in constant time.
func (a *authority) known(got [sha256.Size]byte) (pass, error) {
	for _, k := range a.keys {
		if subtle.ConstantTimeCompare(got[:], k.hash[:]) == 1 {
			return pass{right: k.right}, nil
		}
	}
	if s := a.tickets.session(got, time.Now()); s != nil {
		return pass{session: s}, nil
	}
	return pass{}, refuse("unauthorized", "the token is missing or wrong; send Authorization: Bearer TOKEN")
}

// try looks whether somebody may come in, no faster than a guard allows. A failure is counted and comes late.
func (a *authority) try(r *http.Request, look func() error) error {
	peer := peerOf(r)
	defer away(r.Context())()
	leave, ok := a.guard.enter(r.Context(), peerKey(peer))
	if !ok {
		return &fsm.Refusal{Code: "too_many_guesses", Message: "too many wrong tokens came from this address; the token was not looked at; try again", Wait: refusedAfter}
	}
	defer leave()
	err := look()
	if err == nil {
		return nil
	}
	failed := a.failed.Add(1)
	a.lines.do(time.Second, func(skipped int) {
		a.log.Warn("a request without the right token",
			zap.String("peer", peer), zap.String("path", clipped(withoutToken(r.URL.Path))), zap.Uint64("failed", failed), zap.Int("not_logged", skipped))
	})
	select {
	case <-time.After(refusedAfter):
	case <-r.Context().Done():
	}
	return err
}
