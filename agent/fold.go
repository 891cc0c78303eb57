package agent

import (
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// What changes nothing is written down so often a minute, so that neither a daemon that prints the same without end nor a client can
// push what counts out of the journal. A login prints some fifty lines, and no kind of them more than forty times; ten pictures or codes a
// minute is what the daemon takes.
const (
	maxSame   = 10 // of one kind, with the same detail
	maxOfKind = 60
	foldEvery = time.Minute
)

// fold counts what was written down within the present minute.
type fold struct {
	since  time.Time
	kinds  map[fsm.Kind]int
	same   map[fsm.Event]int // at most maxOfKind of each kind
	folded int
}

// admits reports whether an event that changes nothing is written down, and counts it.
func (f *fold) admits(e fsm.Event, now time.Time) bool {
	if f.kinds == nil || now.Sub(f.since) >= foldEvery {
		*f = fold{since: now, kinds: map[fsm.Kind]int{}, same: map[fsm.Event]int{}}
	}
	if f.same[e] >= maxSame || f.kinds[e.Kind] >= maxOfKind {
		f.folded++
		return false
	}
	f.same[e]++
	f.kinds[e.Kind]++
	return true
}

// folds reports whether an event is not written down, since it changes nothing and came often enough. The log says so, once a minute.
func (a *Agent) folds(e fsm.Event, now time.Time) bool {
	if a.machine.Moves(e) || a.book.fold.admits(e, now) {
		return false
	}
	if a.book.fold.folded == 1 {
		a.cfg.Log.Warn("what repeats and changes nothing is not written down for a minute", zap.String("kind", string(e.Kind)))
	}
	return true
}
