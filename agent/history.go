package agent

import (
	"fmt"
	"slices"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// maxPictures is what the daemon takes in a minute, of requests for pictures and of answers to them, by its manual.
const maxPictures = 10

// kept bounds each list of a history. No rule looks further back.
const kept = 64

// History is what the rules of login remember: attempts and failures, also those of earlier runs and earlier
// containers. It is made of journal entries alone. It belongs to the goroutine of the agent.
type History struct {
	starts   []time.Time // the daemon was started, or was about to be
	failed   []time.Time // logins that failed, but for those that are harmless
	codes    []time.Time // codes typed
	answers  []time.Time // answers to pictures typed
	pictures []time.Time // pictures asked for
	asked    time.Time   // the latest SMS
	device   string      // the fingerprint of the device that logged in last
	refusal  fsm.Entry   // why a person must act, zero if nobody must
	login    string      // what the latest start logs in with

	judged fsm.Kind // the class of the latest start's failure, empty if it has not failed
}

// Note takes one entry into account, in the order of the journal.
func (h *History) Note(e fsm.Entry) {
	switch e.Kind {
	case fsm.Start:
		h.starts = remember(h.starts, e.At)
		h.refusal, h.login, h.judged = fsm.Entry{}, e.Login, ""
	case fsm.StartFailed:
		h.starts = h.starts[:max(0, len(h.starts)-1)] // nothing was spent
	case fsm.CodeTyped:
		h.codes = remember(h.codes, e.At)
	case fsm.CaptchaTyped:
		h.answers = remember(h.answers, e.At)
	case fsm.CaptchaAsked:
		h.pictures = remember(h.pictures, e.At)
	case fsm.CodeAsked, fsm.CodeRequesting, fsm.CodeSent:
		h.asked = e.At
	case fsm.DeviceKept:
		h.device = e.Detail
	default:
		if f, ok := e.Kind.Failure(); ok {
			h.judge(e, f.Charges != fsm.ChargeLogin)
		}
	}
}

// judge counts a failed login once, however many lines it takes to say so. A harmless one counts as a start alone.
func (h *History) judge(e fsm.Entry, harmless bool) {
	if e.To == fsm.Halted && e.Changed() {
		h.refusal = e
	}
	switch {
	case h.judged == "" && !harmless:
		h.failed = remember(h.failed, e.At)
	case h.judged == fsm.LoginFailed && harmless:
		h.failed = h.failed[:len(h.failed)-1] // the reason came after the bare failure
	}
	if h.judged == "" || h.judged == fsm.LoginFailed {
		h.judged = e.Kind
	}
}

func remember(list []time.Time, at time.Time) []time.Time {
	if len(list) == kept {
		list = slices.Delete(list, 0, 1)
	}
	return append(list, at)
}

// safe returns when a start is within the budget, and what was spent if that is after now.
func (h *History) safe(now time.Time) (at time.Time, spent string) {
	at = now
	if t := free(h.starts, fsm.MaxStarts, fsm.StartsWithin, now); t.After(at) {
		at, spent = t, fmt.Sprintf("%d starts in %v", fsm.MaxStarts, fsm.StartsWithin)
	}
	if t := free(h.failed, fsm.MaxFailed, fsm.FailedWithin, now); t.After(at) {
		at, spent = t, fmt.Sprintf("%d failed logins in %v", fsm.MaxFailed, fsm.FailedWithin)
	}
	return at, spent
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

// Safe tells when the gateway itself may start the daemon, for a person: what was spent is empty if that is now.
func (h *History) Safe(now time.Time) (at time.Time, spent string) { return h.safe(now) }

// Refusal is the entry that made the gateway wait for a person, zero if it does not.
func (h *History) Refusal() fsm.Entry { return h.refusal }

// Device is the fingerprint of the device that logged in last, empty if none did.
func (h *History) Device() string { return h.device }
