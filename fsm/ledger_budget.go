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
		if f.kind != OutcomeUnknown {
			known.failed = append(known.failed, f)
		}
	}
	_, spent := known.Safe(now)
	return spent == ""
}

// What nobody may exceed, whoever asks. The broker locks an account after about ten wrong passwords, and a person may have typed some
// elsewhere.
const (
	MaxGuesses    = 7
	GuessesWithin = 24 * time.Hour
	OverruleEvery = time.Minute
	MaxSMS        = 6 // by wish; the daemon sends one a minute at most
	SMSWithin     = time.Hour
)

// NextGuess is when a login may be tried again of which so many were refused, or may have been, that one more is too near to a lock; now at the
// earliest.
func (l *Ledger) NextGuess(login string, now time.Time) time.Time {
	var at []time.Time
	for _, f := range l.failed {
		if row, _ := f.kind.Failure(); row.Guess && f.login == login {
			at = append(at, f.at)
		}
	}
	return free(at, MaxGuesses, GuessesWithin, now)
}

// NextHanded is when a person may hand over one more password, now at the earliest.
func (l *Ledger) NextHanded(now time.Time) time.Time {
	return free(l.handed, MaxGuesses, GuessesWithin, now)
}

// NextOverrule is when a person may start once more what is not safe, now at the earliest.
func (l *Ledger) NextOverrule(now time.Time) time.Time {
	if l.overrule.IsZero() {
		return now
	}
	return free([]time.Time{l.overrule}, 1, OverruleEvery, now)
}

// NextSMS is when somebody may ask for one more SMS, now at the earliest. What the daemon itself wants between two is the snapshot's.
func (l *Ledger) NextSMS(now time.Time) time.Time { return free(l.wished, MaxSMS, SMSWithin, now) }

// losses are the times of the failed logins, and how many of those that still count ended unheard.
func (l *Ledger) losses(now time.Time) (at []time.Time, unheard int) {
	for _, f := range l.failed {
		at = append(at, f.at)
		if f.kind == OutcomeUnknown && f.at.Add(FailedWithin).After(now) {
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
