package agent

import (
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// wish is what somebody last asked for.
type wish byte

const (
	unasked wish = iota // nobody asked, or it was done: the settings decide
	up                  // a daemon, as soon as the old one is gone
	down                // no daemon, until somebody asks for one
	end                 // no daemon, and Run is to return; nothing follows it
)

// will is whether a daemon is wanted, and when it is started by itself. Its deadline is next.
type will struct {
	wish   wish
	ladder ladder
	named  time.Time // the broker named a time before which no login is wanted, zero if it did not
	next   time.Time // when a start is due, or is looked at again; zero for never
}

// situation is all that a start of the daemon depends on.
type situation struct {
	now       time.Time
	state     fsm.State
	halted    fsm.Kind  // why state is Halted
	next      time.Time // when a start was announced for, zero if none was
	running   bool      // the last daemon is not gone yet
	wish      wish
	atOnce    bool          // the settings want a daemon from the beginning
	supervise bool          // the settings want another daemon when one is gone
	wait      time.Duration // the next wait on the ladder
	named     time.Time     // when the broker wants a login again, zero if it did not say

	// safe is when a start at or after a time is within the budget, and what was spent if that is later.
	safe func(time.Time) (at time.Time, spent string)
}

// verdict is what follows: a start, a wait, or nothing.
type verdict struct {
	start bool
	until time.Time     // when the situation is looked at again, zero for never
	wait  time.Duration // the wait on the ladder that leads to it, 0 if it is none
	spent string        // what was spent that makes it wait, empty if it is not the budget
}

// plan decides whether and when the daemon is started: it is the one place where that is decided. A person's wish comes
// first; the budget bounds only what the gateway does by itself.
func plan(s situation) verdict {
	switch {
	case s.running, s.state.Live(), s.wish == down, s.wish == end:
		return verdict{}
	case s.wish == up:
		return verdict{start: true}
	}
	v := s.due()
	switch {
	case v.until.IsZero():
		return v
	case s.state == fsm.Halted && v.until.After(s.now):
		return v // the budget may be another one by then
	}
	if at, spent := s.safe(v.until); spent != "" {
		v.until, v.spent = at, spent
		return v
	}
	if v.until.After(s.now) {
		return v
	}
	return verdict{start: true}
}

// due is when a start is due by the settings, the ladder and the time that halted it, whatever was spent.
func (s situation) due() (v verdict) {
	switch {
	case s.state == fsm.Idle && s.atOnce:
		v.until = s.now
	case s.state == fsm.Halted && s.resumes():
		v.until = s.next
	case s.state == fsm.Closed && s.supervise && !s.next.IsZero():
		v.until = s.next
	case s.state == fsm.Closed && s.supervise:
		v.until = later(s.now.Add(s.wait), s.named)
		v.wait = v.until.Sub(s.now)
	}
	return v
}

// resumes reports whether the daemon is started by itself when the time is over that halted it: a start that was
// only put off is, and what an exit would be followed by.
func (s situation) resumes() bool {
	switch s.halted {
	case fsm.StillHalted:
		return s.atOnce
	case fsm.BudgetSpent:
		return true
	}
	return s.supervise
}

// reason is what the journal says of a start.
func (s situation) reason() string {
	switch {
	case s.wish == up:
		return "client"
	case s.state == fsm.Idle:
		return "start of the gateway"
	case s.state == fsm.Halted:
		return "the time is over"
	}
	return "restart"
}

// decide does what the situation asks for. It is called when a daemon is gone or could not be started, when somebody
// wants one, and when a time is over.
func (a *Agent) decide(now time.Time) {
	s := situation{
		now: now, state: a.now.State, halted: a.now.Halted.Kind, next: a.now.Next, running: a.run != nil,
		wish: a.will.wish, atOnce: a.cfg.StartAtOnce, supervise: a.cfg.Supervise, wait: a.will.ladder.next(), named: a.will.named, safe: a.ledger.Safe,
	}
	v := plan(s)
	if v.wait > 0 {
		a.will.ladder.climb()
	}
	switch {
	case v.start:
		a.begin(s.reason())
		return
	case v.spent != "":
		a.apply(fsm.Event{Kind: fsm.BudgetSpent, Detail: v.spent, Until: v.until.UTC()})
		a.cfg.Log.Warn("the daemon is not started before it is safe", zap.String("spent", v.spent), zap.String("until", v.until.Format(time.RFC3339)))
	case v.wait > 0:
		a.apply(fsm.Event{Kind: fsm.RestartScheduled, Detail: v.wait.String(), Until: v.until.UTC()})
		a.cfg.Log.Info("the daemon is started again", zap.Duration("in", v.wait))
	}
	a.will.next = v.until
}

// Boot writes down that a new run begins, in state idle. Call it once, before Run and before
// the journal is shown to anybody: its last entry tells of a daemon that is gone.
func (a *Agent) Boot() {
	a.apply(fsm.Event{Kind: fsm.Boot, Detail: a.cfg.Version})
	a.settle()
	a.flush()
}

// resume goes on as the settings say, unless what halted an earlier run, or was to be overruled by a start that could not be made, still
// holds. A new container must not spend another attempt on a password that was wrong.
func (a *Agent) resume(now time.Time) {
	r, unchanged := a.ledger.Refused(a.cfg.Login)
	if unchanged && (r.Until.IsZero() || r.Until.After(now)) {
		a.apply(fsm.Event{Kind: fsm.StillHalted, Of: r.Kind, Detail: r.Detail, Until: r.Until})
		return
	}
	a.decide(now)
}
