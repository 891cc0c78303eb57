package agent

import (
	"strings"
	"time"

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
	wish     wish
	ladder   ladder
	unusable string    // what is wrong with the files with secrets, as it was told; empty if nothing is
	rest     time.Time // before it only a person starts what nobody supervises
	next     time.Time // when a start is due, or is looked at again; zero for never
	replaced int       // how often in a row the daemon's port was replaced, at most maxReplaced
	again    bool      // it is to be replaced, at once
	waits    bool      // the latest start failed while a port was taken
}

// situation is all that a start of the daemon depends on.
type situation struct {
	now       time.Time
	state     fsm.State
	halted    fsm.Kind  // why state is Halted
	next      time.Time // when a start was announced for, zero if none was
	running   bool      // the last daemon is not gone yet
	fetching  bool      // the daemon's program is on its way
	wish      wish
	atOnce    bool          // the settings want a daemon from the beginning
	supervise bool          // the settings want another daemon when one is gone
	wait      time.Duration // the next wait on the ladder
	freed     string        // why that wait is over before its time, empty if it is not

	refused   bool          // what refused the latest login holds against the next one
	setup     bool          // what refused it was a start, which is looked at until something changes that it depends on
	changed   []string      // what of that has changed, empty for nothing
	named     time.Time     // when the broker wants a login again, zero if it did not say
	scheduled time.Time     // what an earlier run of the gateway announced a start for, zero if it did not
	kicked    time.Time     // when the account logged in elsewhere, zero if it did not
	reclaim   time.Duration // how long it is left there, 0 for as long as nobody takes it back

	// safe is when a start at or after a time is within the budget, and what was spent if that is later.
	safe func(time.Time) (at time.Time, spent string)
}

// verdict is what follows: a start, a wait, or nothing.
type verdict struct {
	start bool
	holds bool          // what ended the latest login still holds
	until time.Time     // when the situation is looked at again, zero for never
	wait  time.Duration // that is to be announced, 0 if it was, or is none
	climb bool          // the wait is one on the ladder
	spent string        // what was spent that makes it wait, empty if it is not the budget
}

// plan decides whether and when the daemon is started: it is the one place where that is decided. A person's wish comes
// first; what bounds a start bounds only what the gateway does by itself.
func plan(s situation) verdict {
	switch {
	case s.running, s.fetching, s.state.Live(), s.wish == down, s.wish == end:
		return verdict{}
	case s.wish == up:
		return verdict{start: true}
	case s.state != fsm.Halted && (s.refused && s.freed != replaced || s.left()), s.halted == fsm.FetchFailed && s.refused:
		return verdict{holds: true}
	}
	v := s.startsAt()
	switch {
	case s.halted == fsm.SecretsUnusable && s.refused:
		return verdict{until: s.now.Add(lookEvery)} // what is mended may be another login
	case v.until.IsZero():
		return v
	case s.state == fsm.Halted && v.until.After(s.now):
		return v // the budget may be another one by then
	}
	v.until = later(v.until, s.named)
	if at, spent := s.safe(v.until); spent != "" {
		v.until, v.wait, v.spent = at, 0, spent
		return v
	}
	if v.until.After(s.now) {
		if !v.until.Equal(s.next) {
			v.wait = v.until.Sub(s.now)
		}
		return v
	}
	return verdict{start: true}
}

// startsAt is when a start is due by the settings, the ladder and the time that halted it, whatever the broker named and whatever was spent.
func (s situation) startsAt() (v verdict) {
	switch {
	case s.state == fsm.Idle && s.atOnce:
		v.until = later(s.now, later(s.scheduled, s.reclaimed()))
	case s.halted == fsm.SecretsUnusable, s.halted == fsm.FetchFailed:
		v.until = s.now
	case s.state == fsm.Halted && s.resumes() && len(s.changed) > 0:
		v.until = s.now
	case s.state == fsm.Halted && s.resumes() && s.setup:
		v.until = s.now.Add(lookEvery)
	case s.state == fsm.Halted && s.resumes():
		v.until = s.next
	case s.state == fsm.Closed && s.freed != "" && (s.supervise || s.freed == replaced):
		v.until = s.now
	case s.state != fsm.Closed || !s.supervise:
	case !s.next.IsZero():
		v.until = s.next
	case !s.kicked.IsZero():
		v.until = later(s.now, s.reclaimed())
	default:
		v.until, v.climb = s.now.Add(s.wait), true
	}
	return v
}

// unwatched reports whether a daemon is gone, and nobody but a client starts the next: the ladder holds for that, too.
func (s situation) unwatched() bool {
	return s.state == fsm.Closed && !s.running && !s.supervise && s.wish == unasked
}

// left reports whether the account is left to whoever logged in elsewhere until a person takes it back. Nothing is said of that
// where nothing would be started anyway.
func (s situation) left() bool {
	wanted := s.state == fsm.Idle && s.atOnce || s.state == fsm.Closed && s.supervise
	return wanted && !s.kicked.IsZero() && s.reclaim == 0
}

// reclaimed is when the account is taken back from whoever logged in elsewhere, zero if nobody did. At once would be a tug-of-war.
func (s situation) reclaimed() time.Time {
	if s.kicked.IsZero() {
		return time.Time{}
	}
	return s.kicked.Add(s.reclaim)
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
	case s.freed != "":
		return s.freed
	case len(s.changed) > 0:
		return "changed: " + strings.Join(s.changed, ", ")
	case s.state == fsm.Halted:
		return "the time is over"
	}
	return "restart"
}
