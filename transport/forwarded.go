package transport

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Texts that a phone forwards: two in an instant are usual, and thirty a minute more than any person gets.
const textsPerMinute = 30

// texts bounds what forwarders send, all of them together.
type texts struct {
	mu     sync.Mutex // guards bucket
	bucket bucket
}

// take reports whether one more text is looked at.
func (t *texts) take(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.bucket.size == 0 {
		t.bucket = fullBucket(textsPerMinute, textsPerMinute/60.0, now)
	}
	return t.bucket.take(now)
}

// ignored answers a text that was not used. A forwarder may send everything that comes to its phone, and must not send
// it again.
type ignored struct {
	Ignored string `json:"ignored"`
}

// unused are the refusals that only mean that a text was not for us.
var unused = map[string]bool{"code_invalid": true, "code_unclear": true, "code_not_wanted": true}

// forwarded takes a text that a phone forwards, with one code at most. The text is neither kept nor logged.
func (s *Server) forwarded(w http.ResponseWriter, r *http.Request) {
	if !s.texts.take(time.Now()) {
		s.problem(w, &fsm.Refusal{Code: "too_soon", Message: "more than 30 texts came within a minute", Wait: 2 * time.Second})
		return
	}
	m, err := readMessage(w, r)
	if err == nil {
		m.named, m.way = true, fsm.BySMS
		err = s.takeMessage(r.Context(), m)
	}
	if err == nil {
		now := s.cfg.Journal.Snapshot()
		tellJSON(w, http.StatusAccepted, accepted{now.State, now.Challenge.ID, ""})
		return
	}
	if refusal := refusalOf(err); unused[refusal.Code] {
		tellJSON(w, http.StatusOK, ignored{refusal.Message})
		return
	}
	s.problem(w, err)
}

// longText is a text, in bytes, that takes longer to search than any SMS of one part.
const longText = 512

// search finds the code in a message. Long texts are searched one at a time: the longest takes a processor ten milliseconds.
func (s *Server) search(ctx context.Context, m message) (code string, err error) {
	if len(m.text) > longText {
		select {
		case s.searching <- struct{}{}:
			defer func() { <-s.searching }()
		case <-ctx.Done():
			return "", fmt.Errorf("search a text: %w", context.Cause(ctx))
		}
	}
	return codeIn(m, s.cfg.Journal.Last().To)
}

// takeMessage submits the code in a message, on the terms of a command.
func (s *Server) takeMessage(ctx context.Context, m message) error {
	if in := passOf(ctx).session; in != nil {
		if err := in.spend(time.Now()); err != nil {
			return err
		}
	}
	defer away(ctx)()
	code, err := s.search(ctx, m)
	if err != nil {
		return err
	}
	return s.cfg.Agent.SubmitCode(ctx, code, m.way)
}

// tokenPath is where a token may stand in the path.
const tokenPath = "/sms/"

// withoutToken is a path as a log may have it. A token that is wrong may be a right one with a slip in it.
func withoutToken(path string) string {
	if strings.HasPrefix(path, tokenPath) {
		return tokenPath + "***"
	}
	return path
}

// inPath lets a forwarder in that can set no header: its token is the last part of the path. What the header has is a
// proxy's.
func inPath(next func(*Server) http.HandlerFunc) func(*Server) http.HandlerFunc {
	return func(s *Server) http.HandlerFunc {
		guarded := s.only(answering, next(s))
		return func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set("Authorization", "Bearer "+r.PathValue("token"))
			guarded(w, r)
		}
	}
}
