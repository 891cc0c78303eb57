package agent

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// steady is how long a daemon must stay connected for earlier trouble to be forgotten.
const steady = 10 * time.Minute

// The ladders of waits before a restart. A daemon that worked comes back soon. One that did not log
// in waits long: each start is a login attempt, and the broker locks accounts. A network may be back in a minute.
var (
	quick   = rungs{first: time.Second, last: 5 * time.Minute}
	network = rungs{first: time.Minute, last: 30 * time.Minute}
	slow    = rungs{first: 5 * time.Minute, last: 30 * time.Minute}
)

// rungs are waits that double from first to last.
type rungs struct{ first, last time.Duration }

// ladder remembers how often the daemon was started again.
type ladder struct {
	climbed map[rungs]time.Duration // the latest wait on each
	chosen  rungs
}

// choose picks the ladder for a daemon that ended. It worked if it was connected, or if
// somebody had to kill it, or if it is ended for a new login. A login that failed is never a reason to hurry.
func (l *ladder) choose(worked bool, why fsm.Kind) {
	switch {
	case worked && (why == fsm.Exited || why == fsm.Exiting || why == fsm.Relogin):
		l.chosen = quick
	case why == fsm.NetworkFailed:
		l.chosen = network
	default:
		l.chosen = slow
	}
}

// reasonCame takes note of a reason that came after the bare failure.
func (a *Agent) reasonCame(e fsm.Entry) {
	if _, failed := e.Kind.Failure(); failed && e.To == fsm.Closed {
		a.will.ladder.choose(false, e.Kind)
	}
}

// next returns the wait before the next start.
func (l *ladder) next() time.Duration {
	return min(max(l.climbed[l.chosen]*2, l.chosen.first), l.chosen.last)
}

// climb takes note that the wait of next is made.
func (l *ladder) climb() {
	if l.climbed == nil {
		l.climbed = map[rungs]time.Duration{}
	}
	l.climbed[l.chosen] = l.next()
}

// reset begins all ladders again.
func (l *ladder) reset() { l.climbed = nil }
