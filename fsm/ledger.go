package fsm

import (
	"slices"
	"time"
)

// PicturesPerMinute is what the daemon takes, of requests for pictures and of answers to them, by its manual.
const PicturesPerMinute = 10

// noted bounds each list of a ledger, in entries. No rule looks further back.
const noted = 64

// Ledger is what the account was charged: attempts and failures, also those of earlier runs and earlier containers. It is made
// of journal entries alone, and its zero value has none. What a [Snapshot] knows, it does not know again. It is not safe for
// concurrent use.
type Ledger struct {
	starts   []time.Time // the daemon was started, or was about to be, or logged in by itself in vain
	failed   []loss      // logins that failed, but for those that count as starts alone
	excused  []time.Time // logins that ended unheard and count as starts alone
	answers  []time.Time // answers to pictures typed
	pictures []time.Time // pictures asked for
	wished   []time.Time // SMS that somebody asked for
	handed   []time.Time // passwords that a person handed over, since one was right
	overrule time.Time   // a person overruled last, zero if nobody did
	device   string      // the fingerprint of the device that logged in last
	named    time.Time   // the daemon named a time before which no login is wanted, zero if it did not

	attempt attempt
	before  attempt // the one before, which a start that did not happen gives back
	tried   attempt // the latest that tried a login: what it was refused holds until another has tried
	void    bool    // the login that the daemon remembers is gone or refused, or did not keep its session, and none succeeded since
	lost    Entry   // where lines of the journal are lost since the latest success, zero if none are
	proven  string  // the login that succeeded last and was not refused since, empty if none did
	kept    bool    // an entry says so that is carried into each new file
}

// loss is one failed login.
type loss struct {
	at    time.Time
	kind  Kind
	login string
}

// Note takes one entry into account, in the order of the journal.
func (l *Ledger) Note(e Entry) {
	if e.Kind == JournalDamaged {
		l.doubt(e)
		return
	}
	l.attempt.note(e)
	l.count(e)
	switch e.Kind {
	case Start:
		l.starts = note(l.starts, e.At)
		l.before, l.tried, l.attempt = l.attempt, *l.standing(), attempt{login: e.Login}
	case StartFailed:
		l.starts = l.starts[:max(0, len(l.starts)-1)] // nothing was spent
		l.attempt = l.before
	case PortReplaced:
		if !l.attempt.replaced {
			l.attempt.replaced = true
			l.starts = l.starts[:max(0, len(l.starts)-1)] // no login was tried
		}
	case LoginProven:
		l.proven, l.kept = e.Login, true
	case Relogin:
		l.void = true // a login that is remembered has a limited life, and its end is what leaves a daemon logged out
	case SetupNoted:
		if tried := l.standing(); tried.refusal.Seq != 0 {
			tried.setup = e.Detail
		}
	case Overruled:
		l.overrule = e.At
	case DeviceKept:
		l.device = e.Detail
	case LinesLost:
		l.lost = e
	}
	if e.Changed() && e.To == Connected {
		l.succeed()
	}
	f, failed := e.Kind.Failure()
	if failed {
		l.judge(e, f)
	}
	// While the session is lost, what came too often is the login; while it is there, a command.
	tooOften := e.Kind == TooFrequent && (!l.attempt.succeeded() || e.To == Reconnecting)
	if (failed || tooOften) && e.Until.After(l.named) {
		l.named = e.Until
	}
}

// count notes what has a bound by number and time, and changes nothing else. A start is not among them: one that could not be made gives it back.
func (l *Ledger) count(e Entry) {
	switch {
	case e.Kind == LoginRepeated:
		l.starts = note(l.starts, e.At)
	case e.Kind == OutcomeExcused:
		l.excused = note(l.excused, e.At)
	case e.Kind == CaptchaTyped:
		l.answers = note(l.answers, e.At)
	case e.Kind == CaptchaAsked:
		l.pictures = note(l.pictures, e.At)
	case e.Kind == CodeAsked && e.Detail != AskedByGateway:
		l.wished = note(l.wished, e.At)
	case e.Kind == PasswordTyped && e.Detail != FromSettings:
		l.handed = note(l.handed, e.At)
	}
}

func (l *Ledger) succeed() {
	l.named, l.void, l.handed, l.lost = time.Time{}, false, nil, Entry{}
	if login := l.attempt.login; l.proven != login {
		l.proven, l.kept = login, false
	}
}

// judge counts a failed login once, however many lines it takes to say so. One that is no failed login counts as a start alone.
func (l *Ledger) judge(e Entry, f Failure) {
	if e.To == Halted && e.Changed() {
		l.attempt.refusal = e
	}
	switch e.Kind {
	case KickedOut:
		l.attempt.kicked = e.At
	case RememberedVoid:
		l.void = true
	}
	harmless, judged := f.Charges != ChargeLogin, l.attempt.judged
	if !harmless && e.Kind != Hung && e.Kind != OutcomeUnknown {
		l.proven, l.kept = "", false // what stands still, or is not known, says nothing against the login
	}
	switch {
	case judged == "" && !harmless:
		l.failed = note(l.failed, loss{e.At, e.Kind, l.attempt.login})
	case judged == LoginFailed && harmless:
		l.failed = l.failed[:len(l.failed)-1] // the reason came after the bare failure
	case judged == LoginFailed:
		l.failed[len(l.failed)-1].kind = e.Kind
	}
	if judged == "" || judged == LoginFailed {
		l.attempt.judged = e.Kind
	}
}

// doubt waits for a person, as after a refusal. Nothing was charged.
func (l *Ledger) doubt(e Entry) {
	l.lost, l.attempt.refusal, l.attempt.login = Entry{}, e, e.Login
}

func note[T any](list []T, what T) []T {
	if len(list) == noted {
		list = slices.Delete(list, 0, 1)
	}
	return append(list, what)
}

// Refusal is the entry that made the gateway wait for a person, zero if it does not.
func (l *Ledger) Refusal() Entry { return l.standing().refusal }

// Refused is the refusal of what a start would log in with now, see [Event]. ok is false if there is none, if the login has changed
// since, or if the time is over for which it was refused.
func (l *Ledger) Refused(login string, now time.Time) (refusal Entry, ok bool) {
	tried := l.standing()
	refusal = tried.refusal
	over := refusal.Passes() && !refusal.Until.After(now)
	return refusal, refusal.Seq != 0 && tried.login == login && !over
}

// Setup is what the start depended on that the daemon refused, empty if it refused none, or if that is not known.
func (l *Ledger) Setup() string { return l.standing().setup }

// Named is the time before which the daemon wants no login, of whatever class its refusal was: who comes too early makes the wait
// longer. It is zero if it named none.
func (l *Ledger) Named() time.Time { return l.named }

// Scheduled is when the daemon was to be started by itself, zero if it was not, or if somebody called it off.
func (l *Ledger) Scheduled() time.Time { return l.attempt.scheduled }

// Kicked is when the account logged in elsewhere, and so ended the latest login; zero if it did not.
func (l *Ledger) Kicked() time.Time { return l.attempt.kicked }

// Lost is where lines of the journal are lost, a refusal possibly among them: no login that is known succeeded since, and nobody was asked
// yet. ok is false if there are none.
func (l *Ledger) Lost() (lines Entry, ok bool) { return l.lost, l.lost.Seq != 0 }

// Proven reports whether a login succeeded and was not refused since.
func (l *Ledger) Proven(login string) bool { return l.proven != "" && l.proven == login }

// Forgotten reports whether the login that the daemon remembers is gone or was refused, so that it is to be asked for the password.
func (l *Ledger) Forgotten() bool { return l.void }

// Unkept is a login that succeeded and is to be written down as [LoginProven], so that no new file forgets it; empty if there is none.
func (l *Ledger) Unkept() string {
	if l.kept {
		return ""
	}
	return l.proven
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
