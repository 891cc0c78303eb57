package agent

import (
	"context"
	"sync/atomic"
	"time"
)

// Counts is what an agent has seen so far, in this run of the gateway. None of it is in the journal: a
// line that no rule knows is no event, and a journal that cannot be written tells nothing.
type Counts struct {
	Lines     uint64 // the daemon's lines, without empty ones and the echo of what was typed
	Unknown   uint64 // those of them that no rule knows
	Unwritten uint64 // times that the journal could not be written
}

// counters is Counts that the loop adds to and anybody may read.
type counters struct{ lines, unknown, unwritten atomic.Uint64 }

// Counts is safe for concurrent use.
func (a *Agent) Counts() Counts {
	return Counts{a.counts.lines.Load(), a.counts.unknown.Load(), a.counts.unwritten.Load()}
}

// Budget is how much of the account the gateway may still spend by itself, what earlier runs spent
// included. Where either is 0 the daemon is not started before a time.
type Budget struct {
	Starts       int // of maxStarts in startsWithin
	FailedLogins int // of maxFailed in failedWithin
}

// Budget tells what is left at present. It fails when ctx ends before the loop answers, or when the agent has
// stopped. It is safe for concurrent use.
func (a *Agent) Budget(ctx context.Context) (b Budget, err error) {
	err = a.ask(ctx, func() error {
		b = a.history.left(time.Now())
		return nil
	})
	return b, err
}

// left is [History.safe] in numbers.
func (h *History) left(now time.Time) Budget {
	return Budget{left(h.starts, maxStarts, startsWithin, now), left(h.failed, maxFailed, failedWithin, now)}
}

// left returns how many more are possible of what may happen n times within a window: 0 exactly when free
// returns a time after now.
func left(list []time.Time, n int, window time.Duration, now time.Time) int {
	for _, at := range list {
		if at.Add(window).After(now) {
			n--
		}
	}
	return max(0, n)
}
