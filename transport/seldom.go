package transport

import (
	"sync"
	"time"
)

// seldom keeps what strangers cause from filling the log.
type seldom struct {
	mu      sync.Mutex // guards what follows
	last    time.Time
	skipped int
}

// do calls f, at most once in a time, with how many calls were left out since the last.
func (s *seldom) do(every time.Duration, f func(skipped int)) {
	s.mu.Lock()
	now, skipped := time.Now(), s.skipped
	due := s.last.IsZero() || now.Sub(s.last) >= every
	if due {
		s.last, s.skipped = now, 0
	} else {
		s.skipped++
	}
	s.mu.Unlock()
	if due {
		f(skipped)
	}
}
