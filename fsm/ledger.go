package fsm

import (
	"fmt"
	"slices"
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

// PicturesPerMinute is what the daemon takes, of requests for pictures and of answers to them, by its manual.
const PicturesPerMinute = 10

// carried are the kinds, beside the classes of failure, that a new journal file begins with a copy of, and for how long.
var carried = map[Kind]time.Duration{
	Start: FailedWithin, StartFailed: FailedWithin, CodeAsked: FailedWithin, DeviceKept: Forever,
}

// CarriedFor is how long a new journal file begins with a copy of an entry of this kind, 0 for never.
func (k Kind) CarriedFor() time.Duration {
	if f, ok := k.Failure(); ok {
		return f.Carried
	}
	return carried[k]
}

// noted bounds each list of a ledger, in entries. No rule looks further back.
const noted = 64

// Ledger is what the account was charged: attempts and failures, also those of earlier runs and earlier containers. It is made
// of journal entries alone, and its zero value has none. What a [Snapshot] knows, it does not know again. It is not safe for
// concurrent use.
type Ledger struct {
	starts   []time.Time // the daemon was started, or was about to be
	failed   []time.Time // logins that failed, but for those that count as starts alone
	answers  []time.Time // answers to pictures typed
	pictures []time.Time // pictures asked for
	device   string      // the fingerprint of the device that logged in last
	refusal  Entry       // why a person must act, zero if nobody must
	login    string      // what the latest start logs in with

	judged Kind // the class of the latest start's failure, empty if it has not failed
}

// Note takes one entry into account, in the order of the journal.
func (l *Ledger) Note(e Entry) {
	switch e.Kind {
	case Start:
		l.starts = note(l.starts, e.At)
		l.refusal, l.login, l.judged = Entry{}, e.Login, ""
	case StartFailed:
		l.starts = l.starts[:max(0, len(l.starts)-1)] // nothing was spent
	case CaptchaTyped:
		l.answers = note(l.answers, e.At)
	case CaptchaAsked:
		l.pictures = note(l.pictures, e.At)
	case DeviceKept:
		l.device = e.Detail
	default:
		if f, ok := e.Kind.Failure(); ok {
			l.judge(e, f.Charges != ChargeLogin)
		}
	}
}

// judge counts a failed login once, however many lines it takes to say so. A harmless one counts as a start alone.
func (l *Ledger) judge(e Entry, harmless bool) {
	if e.To == Halted && e.Changed() {
		l.refusal = e
	}
	switch {
	case l.judged == "" && !harmless:
		l.failed = note(l.failed, e.At)
	case l.judged == LoginFailed && harmless:
		l.failed = l.failed[:len(l.failed)-1] // the reason came after the bare failure
	}
	if l.judged == "" || l.judged == LoginFailed {
		l.judged = e.Kind
	}
}

func note(list []time.Time, at time.Time) []time.Time {
	if len(list) == noted {
		list = slices.Delete(list, 0, 1)
	}
	return append(list, at)
}

// Safe returns when the gateway itself may start the daemon, and what was spent if that is after now.
func (l *Ledger) Safe(now time.Time) (at time.Time, spent string) {
	at = now
	if t := free(l.starts, MaxStarts, StartsWithin, now); t.After(at) {
		at, spent = t, fmt.Sprintf("%d starts in %v", MaxStarts, StartsWithin)
	}
	if t := free(l.failed, MaxFailed, FailedWithin, now); t.After(at) {
		at, spent = t, fmt.Sprintf("%d failed logins in %v", MaxFailed, FailedWithin)
	}
	return at, spent
}

// Budget is how much of the account the gateway may still spend by itself, what earlier runs spent included. Where
// either is 0 the daemon is not started before a time.
type Budget struct {
	Starts       int // of MaxStarts in StartsWithin
	FailedLogins int // of MaxFailed in FailedWithin
}

// Budget is [Ledger.Safe] in numbers.
func (l *Ledger) Budget(now time.Time) Budget {
	return Budget{left(l.starts, MaxStarts, StartsWithin, now), left(l.failed, MaxFailed, FailedWithin, now)}
}

// Refusal is the entry that made the gateway wait for a person, zero if it does not.
func (l *Ledger) Refusal() Entry { return l.refusal }

// Refused is the refusal of what a start would log in with now, see [Event]. ok is false if there is none, or if the login has changed since.
func (l *Ledger) Refused(login string) (refusal Entry, ok bool) {
	return l.refusal, l.refusal.Seq != 0 && l.login == login
}

// Device is the fingerprint of the device that logged in last, empty if none did.
func (l *Ledger) Device() string { return l.device }

// NextAnswer is when one more answer to a picture may be typed, now at the earliest.
func (l *Ledger) NextAnswer(now time.Time) time.Time {
	return free(l.answers, PicturesPerMinute, time.Minute, now)
}

// NextPicture is when one more picture may be asked for, now at the earliest.
func (l *Ledger) NextPicture(now time.Time) time.Time {
	return free(l.pictures, PicturesPerMinute, time.Minute, now)
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
