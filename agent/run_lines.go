package agent

import (
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// receive acts on what the daemon's reader sent.
func (a *Agent) receive(o output) {
	now := time.Now()
	switch {
	case o.closed != nil:
		a.terminalClosed(o.closed, now)
	case o.exit != nil:
		a.exited(*o.exit, now)
	case o.over != nil:
		a.buried(*o.over)
	default:
		a.understand(a.run.parser.Write(o.bytes, now), now)
		a.expectWord(now)
	}
}

// understand acts on lines of the daemon.
func (a *Agent) understand(lines []console.Line, now time.Time) {
	for _, l := range lines {
		a.heard.add(l, now)
		e := l.Event
		if e.Kind == "" || e.Kind != fsm.LoggingIn && a.folds(e, now) {
			continue // each login is counted, and ended when they are too many
		}
		switch e.Kind {
		case fsm.AccountPrompt, fsm.PasswordPrompt, fsm.RememberPrompt:
			a.run.silence.progress(e.Kind)
			a.prompted(e, now)
		case fsm.LoggingIn:
			a.run.silence.progress(e.Kind)
			a.loginBegins(e, now)
		case fsm.BadParameter, fsm.RSAFailed, fsm.WebSocketFailed:
			a.run.complain(l.Text)
			a.apply(e)
		case fsm.PasswordWrong:
			if a.run.remembers && !a.run.answered.password {
				e.Kind = fsm.RememberedVoid // it says nothing of the password that the gateway has
			}
			a.apply(e)
		case fsm.CodeRequesting, fsm.CodeSent:
			a.codeIsAsked()
			a.apply(e)
			if e.Kind == fsm.CodeSent {
				a.smsSent()
			}
		case fsm.ServerFailed:
			a.portLost(e)
		case fsm.SessionLost, fsm.LinkLost, fsm.LinkBack, fsm.NetworkTrouble:
			a.linked(e)
		case fsm.CaptchaSaved, fsm.CaptchaStillWanted:
			if e.Detail != "" {
				a.question.pictureAt = e.Detail
			}
			a.question.pictureDrawn = time.Time{}
			a.apply(e)
		default:
			a.run.silence.progress(e.Kind)
			a.apply(e)
		}
	}
}
