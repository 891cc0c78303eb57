package agent

import (
	"context"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Budget is how much of the account the gateway may still spend by itself, what earlier runs spent
// included. Where either is 0 the daemon is not started before a time.
type Budget struct {
	Starts       int // of fsm.MaxStarts in fsm.StartsWithin
	FailedLogins int // of fsm.MaxFailed in fsm.FailedWithin
}

// Budget tells what is left at present. It fails when ctx ends before the loop answers, or when the agent has
// stopped. It is safe for concurrent use.
func (a *Agent) Budget(ctx context.Context) (b Budget, err error) {
	err = a.do(ctx, func() error {
		b = a.ledger.left(time.Now())
		return nil
	})
	return b, err
}

// left is [History.safe] in numbers.
func (h *History) left(now time.Time) Budget {
	return Budget{left(h.starts, fsm.MaxStarts, fsm.StartsWithin, now), left(h.failed, fsm.MaxFailed, fsm.FailedWithin, now)}
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
