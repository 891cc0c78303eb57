package agent

import (
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// situation is what plan decides by, but for what was refused.
func (a *Agent) situation(now time.Time) situation {
	return situation{
		now: now, state: a.now.State, halted: a.now.Halted.Kind, next: a.now.Next, running: a.run != nil, fetching: a.fetch.runs(),
		wish: a.will.wish, atOnce: a.cfg.StartAtOnce, supervise: a.cfg.Supervise, wait: a.will.ladder.next(),
		named: a.ledger.Named(), scheduled: a.ledger.Scheduled(), kicked: a.ledger.Kicked(), reclaim: a.cfg.Reclaim,
		freed: a.freed(), safe: a.ledger.Safe,
	}
}

// decide does what the situation asks for. It is called when the gateway begins, when a daemon is gone or could not be started, when
// somebody wants one, and when a time is over.
func (a *Agent) decide(now time.Time) {
	var unusable error
	if a.run == nil && !a.now.State.Live() && a.will.wish != down && a.will.wish != end {
		unusable = a.reread() // what is decided now depends on whether the login has changed
	}
	r, refused, changed := a.refused(now)
	if lost, ok := a.ledger.Lost(); ok && !refused && a.now.State == fsm.Idle {
		a.apply(fsm.Event{Kind: fsm.JournalDamaged, Detail: lost.Detail, Login: a.login.Login})
		return // a person is asked, who may know what the journal does not
	}
	s := a.situation(now)
	class, _ := r.Kind.Failure()
	s.refused, s.setup, s.changed = refused, class.Setup, changed
	v := plan(s)
	if v.climb {
		a.will.ladder.climb()
	}
	if s.unwatched() && a.will.rest.IsZero() {
		a.will.rest = now.Add(s.wait)
		a.will.ladder.climb()
	}
	a.follow(s, v, unusable)
}

// follow starts the daemon, or says why it waits and until when; unusable is why it cannot be started, if it cannot.
func (a *Agent) follow(s situation, v verdict, unusable error) {
	now := s.now
	switch {
	case v.start && unusable != nil:
		a.unusable(unusable)
		v.until = now.Add(lookEvery)
	case v.start && a.away():
		a.bring(now, s.wish == up)
		return
	case v.start:
		a.begin(s.reason())
		return
	case v.holds:
		a.hold()
		if s.setup {
			a.will.next = now.Add(lookEvery)
		}
		return
	case v.spent != "":
		a.apply(fsm.Event{Kind: fsm.BudgetSpent, Detail: v.spent, Until: v.until.UTC()})
		a.cfg.Log.Warn("the daemon is not started before it is safe", zap.String("spent", v.spent), zap.String("until", v.until.Format(time.RFC3339)))
	case v.wait > 0:
		a.apply(fsm.Event{Kind: fsm.RestartScheduled, Detail: v.wait.String(), Until: v.until.UTC()})
		a.cfg.Log.Info("the daemon is started again", zap.Duration("in", v.wait))
	}
	a.will.next = v.until
	if soon := now.Add(lookEvery); a.will.waits && v.until.After(soon) {
		a.will.next = soon
	}
}

// Why a start is made before the ladder's time.
const (
	replaced = "another port"
	vacated  = "the port is free"
)

// freed says why the next start need not wait: nothing was spent by the one before, and what was in its way is not any more.
func (a *Agent) freed() string {
	switch {
	case a.will.again:
		return replaced
	case a.will.waits && a.cfg.PortFree():
		return vacated
	}
	return ""
}

// hold says what ended the latest login and holds still: a new container must not spend another attempt on a password that was
// wrong, and neither must a start that was to overrule that and could not be made.
func (a *Agent) hold() {
	e := fsm.Event{Kind: fsm.StillHalted, Of: fsm.KickedOut}
	if r := a.ledger.Refusal(); r.Seq != 0 {
		e.Of, e.Detail, e.Until = r.Kind, r.Detail, r.Until
	}
	a.apply(e)
}

// Boot writes down that a new run begins, in state idle. Call it once, before Run and before
// the journal is shown to anybody: its last entry tells of a daemon that is gone.
func (a *Agent) Boot() {
	a.apply(fsm.Event{Kind: fsm.Boot, Detail: a.cfg.Version})
	a.chargeUnheard()
	a.flush()
}
