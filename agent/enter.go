package agent

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// verifyWithin is how long the outcome of a typed code may take. The daemon answers within a few
// seconds; the wording of a refusal is not known in every language, so after this the
// code counts as unanswered and may be sent again.
const verifyWithin = time.Minute

// enter does what each state does on arrival. The timer belongs to the state: arriving
// in another one stops it.
func (a *Agent) enter(e fsm.Entry) {
	a.timer.Stop()
	if !mayAsk(e) {
		a.unprove()
	}
	switch e.To {
	case fsm.Initializing:
		if a.child == nil {
			a.launch()
		}
		a.listen()
	case fsm.AwaitingCode:
		a.challenge = e.Seq
		a.expectCode(e.Held)
	case fsm.AwaitingCaptcha:
		a.challenge = e.Seq
		if earliest := e.At.Add(-pictureSlack); a.pictureAfter.Before(earliest) {
			a.pictureAfter = earliest
		}
	case fsm.AwaitingPassword:
		a.challenge = e.Seq
	case fsm.Verifying:
		a.verifying = e.From
		a.timer.Reset(verifyWithin)
	case fsm.Connected:
		a.connected(e)
	case fsm.Closed:
		a.ladder.choose(a.wasConnected || a.exit.killed(), e.Kind)
		a.stop(e.Kind)
	case fsm.Halted:
		a.stop(e.Kind)
		if !e.Until.IsZero() && a.mayResume(e.Kind) {
			a.timer.Reset(time.Until(e.Until))
		}
	case fsm.Idle, fsm.Reconnecting:
		// Somebody outside acts next.
	default:
		panic("agent: nothing is known of state " + string(e.To))
	}
}

// mayResume reports whether the daemon is started by itself when the time is over that halted it: a start that was
// only put off is, and what an exit would be followed by.
func (a *Agent) mayResume(why fsm.Kind) bool {
	if why == fsm.StillHalted {
		return a.cfg.StartAtOnce
	}
	return a.cfg.Supervise || why == fsm.BudgetSpent
}

// connected does what a login that succeeded needs.
func (a *Agent) connected(e fsm.Entry) {
	a.connectedAt = e.At
	a.wasConnected = true
	a.prove()
	a.child.parser.Forget() // what was typed is not needed any more
	a.child.accountTyped, a.child.passwordTyped, a.child.rememberTyped = false, false, false
	if device := a.cfg.Device(); device != "" && device != a.history.device {
		a.apply(fsm.Event{Kind: fsm.DeviceKept, Detail: device})
	}
}

// leave does what each state does when it ends.
func (a *Agent) leave(from fsm.State) {
	if from != fsm.Connected {
		return
	}
	if time.Since(a.connectedAt) >= steady {
		a.ladder.reset()
	}
	a.connectedAt = time.Time{}
}

// timeout is called when the state's timer fires.
func (a *Agent) timeout() {
	switch s := a.machine.State(); s {
	case fsm.Initializing:
		a.silent()
	case fsm.AwaitingCode:
		a.askCodeOnce()
	case fsm.Verifying:
		kind := fsm.CodeTimeout
		if a.verifying == fsm.AwaitingCaptcha {
			kind = fsm.CaptchaTimeout
		}
		a.apply(fsm.Event{Kind: kind, Detail: verifyWithin.String(), Challenge: a.challenge})
	case fsm.Closed:
		a.start("restart")
	case fsm.Halted:
		a.start("the time is over")
	default:
		panic("agent: a timer ran in state " + string(s))
	}
}
