package agent

import (
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// believeAfter is how long words that may be from before the login must stand before they are believed. The API of a weak machine lags
// behind the console, and a login that just succeeded must not be taken for one that wants an SMS.
const believeAfter = time.Minute

// hearsay is what the API's words mean that are not believed yet.
type hearsay struct {
	event fsm.Event
	due   time.Time // when they are, zero if there are none
}

// told takes what the daemon's API tells. What it refuses in words of the console means what it means there.
func (a *Agent) told(e fsm.Event, now time.Time) {
	means := fsm.Event{}
	switch e.Kind {
	case fsm.APIReady:
		a.prover.wasReady, a.prover.hearsay = true, hearsay{}
	case fsm.APILost:
		a.prover.hearsay = hearsay{}
		if e.Part == fsm.PartInit || e.Part == fsm.PartGlobal {
			means = console.Means(e.Detail, now)
		}
	case fsm.LoginFailed:
		if why := console.Means(e.Detail, now); why.Kind != "" {
			e.Kind, e.Until = why.Kind, why.Until
		}
	}
	if interrupts(e.Kind) {
		e.Kind = fsm.SessionLost
	}
	if !a.folds(e, now) {
		a.apply(e)
	}
	a.believe(means, now)
}

// believe acts on what the API's words mean. What ends a login is believed at once: no daemon says it of one that has yet to succeed. What
// only interrupts one is, too, once the API had proven this login.
func (a *Agent) believe(means fsm.Event, now time.Time) {
	switch {
	case a.now.State != fsm.Connected && a.now.State != fsm.Reconnecting, means.Kind == "":
	case means.Kind == fsm.PasswordWrong && a.run.remembers:
		a.apply(fsm.Event{Kind: fsm.RememberedVoid, Detail: means.Detail, Until: means.Until}) // it says nothing of the password that the gateway has
	case ends(means.Kind):
		a.apply(means)
	case !interrupts(means.Kind) && means.Kind != fsm.CodeWanted && means.Kind != fsm.CaptchaWanted:
	case !a.prover.wasReady:
		a.prover.hearsay = hearsay{means, now.Add(believeAfter)}
	default:
		a.interrupted(means)
	}
}

// interrupted acts on words of a session that is not there at present.
func (a *Agent) interrupted(means fsm.Event) {
	if interrupts(means.Kind) {
		means = fsm.Event{Kind: fsm.SessionLost, Detail: means.Detail}
	}
	if a.machine.Moves(means) {
		a.apply(means)
	}
}

// ends reports whether a class of failure ends a login that had succeeded. The API's own limits are worded as those of the login, and
// what a start depends on has no part in it.
func ends(class fsm.Kind) bool {
	f, ok := class.Failure()
	return ok && !f.Setup && class != fsm.LoginFailed && class != fsm.Throttled && !interrupts(class)
}

// interrupts reports whether words mean that the daemon is on its way to get its session back by itself.
func interrupts(k fsm.Kind) bool {
	switch k {
	case fsm.LoggingIn, fsm.NetworkFailed, fsm.NetworkTrouble, fsm.LinkLost:
		return true
	}
	return false
}
