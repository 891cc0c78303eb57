package agent

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// enter does what each state does on arrival. What the state before was waiting for is over.
func (a *Agent) enter(e fsm.Entry) {
	a.turn(e.To)
	a.question.forget()
	a.outage.end()
	a.will.next = time.Time{}
	if a.run != nil {
		a.run.silence.due = time.Time{}
		a.run.unheard.lookAgain(e.At)
	}
	if !mayAsk(e) {
		a.unprove()
		a.prover.wasReady, a.prover.hearsay = false, hearsay{}
	}
	switch e.To {
	case fsm.Initializing:
		if a.run == nil {
			a.launch()
		}
		a.expectWord(e.At)
	case fsm.AwaitingCode:
		a.expectCode(e)
	case fsm.AwaitingCaptcha:
		a.expectPicture(e)
	case fsm.Verifying:
		a.question.verifyBy = e.At.Add(verifyWithin)
	case fsm.Connected:
		a.connected()
	case fsm.Closed:
		a.will.ladder.choose(a.run.worked(), e.Kind)
		a.stop(e)
	case fsm.Halted:
		a.stop(e)
		a.will.next = a.now.Next
	case fsm.Reconnecting:
		a.sessionIsLost(e.At)
	case fsm.Idle, fsm.AwaitingPassword:
		// Somebody outside acts next.
	default:
		panic("agent: nothing is known of state " + string(e.To))
	}
}

// connected does what a login that succeeded needs.
func (a *Agent) connected() {
	a.run.connected = true
	a.run.codeAsked, a.run.codes = false, codes{} // the next login in this run is another one
	a.will.replaced = 0
	a.prove()
	a.run.parser.Forget() // what was typed is not needed any more
	a.run.answered = answered{}
	if login := a.ledger.Unkept(); login != "" {
		a.apply(fsm.Event{Kind: fsm.LoginProven, Login: login})
	}
	if device, err := a.cfg.Device(); err == nil && device != "" && device != a.ledger.Device() {
		a.apply(fsm.Event{Kind: fsm.DeviceKept, Detail: device})
	}
}

// leave does what each state does when it ends; before is what was known in it.
func (a *Agent) leave(before fsm.Snapshot) {
	if before.State == fsm.Connected && time.Since(before.Since) >= steady {
		a.will.ladder.reset()
	}
}
