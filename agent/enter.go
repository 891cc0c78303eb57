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
	switch e.To {
	case fsm.Initializing:
		if a.child == nil {
			a.launch()
		}
	case fsm.AwaitingCode:
		a.answer()
	case fsm.Verifying:
		a.verifying = e.From
		a.timer.Reset(verifyWithin)
	case fsm.Connected:
		a.connectedAt = e.At
		a.wasConnected = true
	case fsm.Closed, fsm.Halted:
		a.ladder.choose(a.wasConnected || a.exit.killed(), e.Kind)
		a.stop(e.Kind)
	case fsm.Idle, fsm.AwaitingCaptcha, fsm.Reconnecting, fsm.AwaitingPassword:
		// Somebody outside acts next.
	default:
		panic("agent: nothing is known of state " + string(e.To))
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
	case fsm.Verifying:
		kind := fsm.CodeTimeout
		if a.verifying == fsm.AwaitingCaptcha {
			kind = fsm.CaptchaTimeout
		}
		a.apply(fsm.Event{Kind: kind, Detail: verifyWithin.String()})
	case fsm.Closed:
		a.start("restart")
	default:
		panic("agent: a timer ran in state " + string(s))
	}
}

// start starts the daemon if none runs and none is meant to. why says who asked.
func (a *Agent) start(why string) {
	a.apply(fsm.Event{Kind: fsm.Start, Detail: why})
}
