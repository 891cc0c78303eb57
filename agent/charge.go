package agent

import (
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// refusedExit is the code that FutuOpenD ends with after a login that failed, in all that is publicly known, whatever it printed.
const refusedExit = 14

// loginBegins takes note that the daemon logs in. That it does is on disk at once: if nothing more is heard of the login, it
// counts. A second login in one run is the daemon's own, as when its guard starts it again: those that were in vain are starts,
// and beyond the budget there are no more of them. One that follows a lost session, and succeeds, costs nothing.
func (a *Agent) loginBegins(e fsm.Event, now time.Time) {
	inVain := a.ledger.Repeats()
	a.chargeRepeated()
	a.apply(e)
	a.book.report(a.book.journal.Sync())
	if !inVain {
		return
	}
	if until, spent := a.ledger.Safe(now); spent != "" && a.now.State.Live() {
		a.cfg.Log.Warn("the daemon logs in again and again by itself",
			zap.String("spent", spent), zap.String("until", until.Format(time.RFC3339)))
		a.apply(fsm.Event{Kind: fsm.Stop, Detail: "it logs in again and again"})
	}
}

// account writes down what a daemon that is gone has cost, before its exit is: if the gateway dies between the two, the exit is the one
// that is missing. stopped says that it was told to go.
func (a *Agent) account(exit Exit, stopped bool) {
	switch {
	case a.run.displaced:
	case a.run.complaint != "" && !stopped && !a.ledger.Begun() && !a.ledger.Judged():
		a.apply(fsm.Event{Kind: fsm.StartRefused, Detail: a.run.complaint})
	case exit.Signal == 0 && exit.Code == refusedExit && !stopped && !a.ledger.Judged():
		a.apply(fsm.Event{Kind: fsm.LoginFailed, Detail: exit.String() + ", which is that of a failed login"})
		a.chargeRepeated()
	case stopped || exit.killed():
		a.chargeUnheard()
	default:
		a.chargeRepeated()
	}
}

// chargeUnheard charges what nobody heard the end of: a login that had begun, and one that the daemon made by itself.
func (a *Agent) chargeUnheard() {
	if kind, ok := a.ledger.Unheard(time.Now()); ok {
		a.apply(fsm.Event{Kind: kind})
	}
	a.chargeRepeated()
}

func (a *Agent) chargeRepeated() {
	if a.ledger.Repeats() {
		a.apply(fsm.Event{Kind: fsm.LoginRepeated})
	}
}
