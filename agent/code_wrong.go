package agent

import (
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// codes is what became of the codes of one login. A client that answers each request with the same code would go on for ever.
type codes struct {
	wrong   int  // of the latest SMS
	renewed bool // a wrong code was followed by an SMS that no person had asked for
	wished  bool // a person asked for the SMS that is on its way
}

// countWrong counts the answer that a request for a code follows, if that was wrong, and reports whether no other one is taken before another SMS.
func (a *Agent) countWrong(before fsm.Snapshot, why fsm.Kind) (shut bool) {
	if a.run == nil {
		return false
	}
	unknown := why == fsm.CodeTimeout || why == fsm.CodeNotTyped
	if before.State == fsm.Verifying && before.Challenge.Kind == fsm.ChallengeCode && !unknown {
		a.run.codes.wrong++
	}
	return a.run.codes.wrong >= fsm.MaxWrongCodes
}

// expectSMS asks for another SMS once a login when the codes of the last one were wrong. After that a person must: who gets one SMS after
// the other does not read them.
func (a *Agent) expectSMS(now time.Time) {
	a.cfg.Log.Warn("too many wrong codes of one SMS", zap.Int("wrong", a.run.codes.wrong), zap.Bool("another_is_asked_for", !a.run.codes.renewed))
	if !a.run.codes.renewed {
		a.question.askAt = now.Add(askAfter)
	}
}

// smsSent starts the count again, as there is another SMS. After the first that no person asked for others do not count: a daemon
// may ask by itself after each wrong code.
func (a *Agent) smsSent() {
	c := &a.run.codes
	switch {
	case c.wished, c.wrong == 0:
	case c.renewed:
		return
	default:
		c.renewed = true
	}
	c.wrong, c.wished = 0, false
	if a.now.Challenge.Shut {
		a.apply(fsm.Event{Kind: fsm.CodesOpen, Challenge: a.now.Challenge.ID})
	}
}
