package fsm

import "time"

// EndOfGateway is the detail of the stop that comes with the end of the gateway. Any other is somebody's wish.
const EndOfGateway = "end of the gateway"

// Who asked for an SMS, and whence a password came, if it was no person: details of [CodeAsked] and [PasswordTyped].
const (
	AskedByGateway = "gateway"
	FromSettings   = "configuration"
)

// attempt is what is known of the latest start of the daemon.
type attempt struct {
	login   string // what it logs in with
	refusal Entry  // why a person must act after it, zero if nobody must
	judged  Kind   // the class of its failure, empty if it has not failed

	setup     string    // what the daemon refused of its start, see [SetupNoted]
	kicked    time.Time // the account logged in elsewhere after it, zero if it did not
	scheduled time.Time // when the next start is due, zero if none is

	began bool // its login has begun
	sms   bool // the broker wanted an SMS, which it does for a password that is right
	ended bool // how the login ended is known
	in    bool // it succeeded
	own   bool // the daemon logs in by itself, and that has not succeeded

	replaced bool // it did not get its port, and another start follows
}

// note follows an attempt from its start to its end.
func (a *attempt) note(e Entry) {
	switch e.Kind {
	case LoggingIn:
		a.own = a.began
		a.began = true
	case PasswordTyped:
		a.began = true
	case CodeWanted, CodeAsked, CodeRequesting, CodeSent:
		a.sms = true
	case LoginRepeated:
		a.own = false // it was charged
	case RestartScheduled:
		a.scheduled = e.Until
	case Stop:
		if e.Detail != EndOfGateway {
			a.scheduled = time.Time{}
		}
	case Exited:
		a.ended = true
	}
	if _, failed := e.Kind.Failure(); failed || e.Changed() && e.To == Connected {
		a.ended = true
		a.in = a.in || !failed
		a.own = a.own && failed
	}
}

// tried reports whether anything is known from it of the login: one that was stopped before it logged in says nothing.
func (a *attempt) tried() bool {
	return a.began || a.sms || a.in || a.judged != "" || a.refusal.Seq != 0
}

// standing is the attempt whose refusal holds: the latest that tried, for a start that has not yet, or never did, overrules nothing.
func (l *Ledger) standing() *attempt {
	if l.attempt.tried() {
		return &l.attempt
	}
	return &l.tried
}

// succeeded reports whether it logged in, and is not known to have failed since.
func (a *attempt) succeeded() bool { return a.ended && a.judged == "" }

// Repeats reports whether the daemon logs in by itself, and has not succeeded yet. Once that is known to have been in vain it
// is to be charged, as [LoginRepeated].
func (l *Ledger) Repeats() bool { return l.attempt.own }

// Begun reports whether the latest start has begun to log in.
func (l *Ledger) Begun() bool { return l.attempt.began }

// Judged reports whether the latest start is known to have failed.
func (l *Ledger) Judged() bool { return l.attempt.judged != "" }

// excusedWithin and maxExcused bound how many logins may end unheard and count as starts alone.
const (
	maxExcused    = 2
	excusedWithin = 24 * time.Hour
)

// Unheard is what a login is to be charged as that had begun when the gateway, the machine or the daemon was stopped, so that
// nobody knows how it ended. ok is false if there is none. What is not known to have ended well counts as a failed login; but the password was right
// if the broker wanted an SMS, or if this very login had succeeded and was not refused since, and so the first two of these in a day count as starts.
func (l *Ledger) Unheard(now time.Time) (k Kind, ok bool) {
	switch {
	case !l.attempt.began || l.attempt.ended:
		return "", false
	case (l.attempt.sms || l.Proven(l.attempt.login)) && left(l.excused, maxExcused, excusedWithin, now) > 0:
		return OutcomeExcused, true
	}
	return OutcomeUnknown, true
}
