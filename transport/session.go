package transport

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

const (
	// sessionFor is the longest that a session lasts: a person may want another SMS, and mistype it.
	sessionFor = 30 * time.Minute
	// outcomeFor is how long it may still look when the login is over, so that the person sees what became of it.
	outcomeFor = 2 * time.Minute
	// maxSessions bounds them. Each message to each of its targets makes one at most.
	maxSessions = 64
	// maxAnswers may be given at once, and then one in each answerPause: at most some two hundred in a session.
	maxAnswers  = 20
	answerPause = 10 * time.Second
)

// session is what a ticket was taken for: one person, until one login is over. A code that was wrong makes
// a new challenge, and a captcha may be followed by a code; the person goes on answering. What ends a session is the
// account being logged in, or the daemon not running.
type session struct {
	journal *fsm.Journal
	until   time.Time     // when it ends, whatever happens
	dropped chan struct{} // closed when a newer session takes its place

	mu      sync.Mutex // guards what follows
	seq     uint64     // of the last entry that was looked at
	ended   time.Time  // when the login was over, zero while it is not
	answers bucket
}

// newSession begins at the entry seq, while a challenge is open.
func newSession(j *fsm.Journal, seq uint64, now time.Time) *session {
	return &session{
		journal: j, seq: seq, until: now.Add(sessionFor), dropped: make(chan struct{}),
		answers: fullBucket(maxAnswers, 1/answerPause.Seconds(), now),
	}
}

// standing is what a session allows at a time: to answer while its login lasts, to look for a while after, then nothing.
func (s *session) standing(now time.Time) right {
	select {
	case <-s.dropped:
		return nothing
	default:
	}
	ended, _ := s.follow()
	switch {
	case !now.Before(s.last(ended)):
		return nothing
	case !ended.IsZero():
		return reading
	}
	return answering
}

// last is when a session ends whose login ended at a time, zero for not yet.
func (s *session) last(ended time.Time) time.Time {
	if at := ended.Add(outcomeFor); !ended.IsZero() && at.Before(s.until) {
		return at
	}
	return s.until
}

// follow looks at the entries since the last time. It returns when the login ended, and, if it has not, what
// closes when there are more entries.
func (s *session) follow() (ended time.Time, more <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.ended.IsZero() {
		e, ok, more := s.journal.Look(s.seq)
		if !ok {
			return time.Time{}, more
		}
		// If entries are gone, so is whatever this session was for.
		if gap := e.Seq != s.seq+1; gap || ends[e.To] {
			s.ended = e.At
		}
		s.seq = e.Seq
	}
	return s.ended, nil
}

// ends are the states in which a login is over, one way or the other.
var ends = map[fsm.State]bool{fsm.Connected: true, fsm.Closed: true, fsm.Halted: true, fsm.Idle: true}

// wait returns when the session is over, or ctx is.
func (s *session) wait(ctx context.Context) {
	for {
		ended, more := s.follow()
		timer := time.NewTimer(time.Until(s.last(ended)))
		select {
		case <-more:
			timer.Stop()
			continue
		case <-timer.C:
		case <-s.dropped:
		case <-ctx.Done():
		}
		timer.Stop()
		return
	}
}

// permits refuses what the session is not good for.
func (s *session) permits(need right) error {
	switch {
	case need > answering:
		return refuse("ticket_scope", "a ticket lets in to answer what the daemon asks; this wants the token")
	case s.standing(time.Now()) < need:
		return refuse("ticket_scope", "the login that the ticket was for is over; send the token, or wait for the next message")
	}
	return nil
}

var errSessionOver = errors.New("the session is over")

// spend refuses answers beyond what a person gives. Each may be an entry of the journal, which a ticket must not turn over.
func (s *session) spend(now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.answers.take(now) {
		return &fsm.Refusal{Code: "too_soon", Message: "so many answers came with this ticket that the next one must wait", Wait: answerPause}
	}
	return nil
}
