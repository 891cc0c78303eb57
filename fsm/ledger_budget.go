package fsm

import (
	"fmt"
	"time"
)

// What the gateway spends of the account by itself. The broker locks an account after about ten wrong passwords,
// and falls silent after about eight starts in a few hours; both stay well out of reach, for a person's own tries too.
const (
	MaxStarts    = 6
	StartsWithin = 3 * time.Hour
	MaxFailed    = 3
	FailedWithin = 24 * time.Hour
)

// Safe returns when the gateway itself may start the daemon, and what was spent if that is after now.
func (l *Ledger) Safe(now time.Time) (at time.Time, spent string) {
	at = now
	if t := free(l.starts, MaxStarts, StartsWithin, now); t.After(at) {
		at, spent = t, fmt.Sprintf("%d starts in %v", MaxStarts, StartsWithin)
	}
	failed, unheard := l.losses(now)
	if t := free(failed, MaxFailed, FailedWithin, now); t.After(at) {
		at, spent = t, fmt.Sprintf("%d failed logins in %v", MaxFailed, FailedWithin)
		if unheard > 0 {
			spent += fmt.Sprintf(", %d of them with an end that nobody heard: that is no refusal", unheard)
		}
	}
	return at, spent
}

// Free reports whether a person's start is no risk at a time before which the gateway itself starts nothing: it waits only
// because of logins whose end nobody heard, and no broker refused those.
func (l *Ledger) Free(now time.Time) bool {
	known := Ledger{starts: l.starts}
	for _, f := range l.failed {
		if !f.unheard {
			known.failed = append(known.failed, f)
		}
	}
	_, spent := known.Safe(now)
	return spent == ""
}

// losses are the times of the failed logins, and how many of those that still count ended unheard.
func (l *Ledger) losses(now time.Time) (at []time.Time, unheard int) {
	for _, f := range l.failed {
		at = append(at, f.at)
		if f.unheard && f.at.Add(FailedWithin).After(now) {
			unheard++
		}
	}
	return at, unheard
}

// Budget is how much of the account the gateway may still spend by itself, what earlier runs spent included. Where
// either is 0 the daemon is not started before a time.
type Budget struct {
	Starts       int // of MaxStarts in StartsWithin
	FailedLogins int // of MaxFailed in FailedWithin
}

// Budget is [Ledger.Safe] in numbers.
func (l *Ledger) Budget(now time.Time) Budget {
	failed, _ := l.losses(now)
	return Budget{left(l.starts, MaxStarts, StartsWithin, now), left(failed, MaxFailed, FailedWithin, now)}
}

// free returns when one more is possible of what may happen n times within a window. A clock that was
// set back makes nobody wait longer than the window.
func free(list []time.Time, n int, window time.Duration, now time.Time) time.Time {
	if len(list) < n {
		return now
	}
	at := list[len(list)-n].Add(window)
	if latest := now.Add(window); at.After(latest) {
		return latest
	}
	return at
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
