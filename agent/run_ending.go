package agent

import (
	"errors"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// ending says how far the stopping of a daemon has come, and when the next step is due.
type ending struct {
	step step
	due  time.Time // zero only while the daemon is alive
	told bool      // that it outlives KILL
}

type step byte

const (
	alive      step = iota
	leaving         // it said that it goes, or that its login failed: it exits by itself
	terminated      // TERM was sent
	killed          // KILL was sent, once or more
	gone            // it was waited for; what it left behind is being ended
)

// What a step of ending may take. Together, and with the goodbye to the clients, they
// stay well inside the ten seconds that container engines grant.
const (
	// leaveWithin: the daemon exits within a moment of its last words, and its exit code and
	// a reason that comes late are worth waiting for.
	leaveWithin = 2 * time.Second
	// Grace after TERM: the daemon takes 0.8 to 1.06 s (10.10.7008), and KILL may cost it its remembered login.
	Grace = 5 * time.Second
	// giveUpWithin: a process that outlives KILL hangs in the kernel, and nothing can be done but to try again.
	giveUpWithin = time.Second
	// goneWithin: what a daemon left behind gets TERM and then KILL, and takes less than this.
	goneWithin = 6 * time.Second
)

// errUndying is returned by Run for a daemon that outlives KILL.
var errUndying = errors.New("stop the daemon: it outlives the KILL signal; it hangs in the kernel")

// stop makes the daemon go, at once if somebody asked for that.
func (a *Agent) stop(why fsm.Entry) {
	if a.run == nil || a.run.ending.step != alive {
		return
	}
	if why.Kind == fsm.Stop || why.Kind == fsm.Unanswerable || why.Kind == fsm.PortReplaced || why.Kind == fsm.Relogin { // what it says while it leaves would not be heard, is nothing new, or never comes
		a.terminate(why.At)
		return
	}
	a.run.ending = ending{step: leaving, due: why.At.Add(leaveWithin)}
}

func (a *Agent) terminate(now time.Time) {
	a.run.ending = ending{step: terminated, due: now.Add(Grace)}
	a.signal(syscall.SIGTERM)
}

// pressOn takes the next step when the last one did not end the daemon.
func (a *Agent) pressOn(now time.Time) error {
	switch a.run.ending.step {
	case leaving:
		a.terminate(now)
	case terminated:
		a.run.ending = ending{step: killed, due: now.Add(giveUpWithin)}
		a.signal(syscall.SIGKILL)
	case killed, gone:
		return a.insist(now)
	}
	return nil
}

// insist goes on with a daemon that has outlived what ends every process, or that cannot be buried. A timer runs until it is over, so that
// whoever asks for the end of the gateway gets it.
func (a *Agent) insist(now time.Time) error {
	e := &a.run.ending
	if a.will.wish == end {
		return errors.Join(errUndying, a.book.journal.Sync())
	}
	if !e.told {
		e.told = true
		a.cfg.Log.Error("the daemon outlives the KILL signal")
	}
	e.due = now.Add(goneWithin)
	if e.step == killed {
		e.due = now.Add(giveUpWithin)
		a.signal(syscall.SIGKILL)
	}
	return nil
}

func (a *Agent) signal(s syscall.Signal) {
	if err := a.run.process.Signal(s); err != nil {
		a.warn("signal daemon", err)
	}
}

// shutDown begins the end of Run, once.
func (a *Agent) shutDown() {
	if a.will.wish == end {
		return
	}
	a.will.wish = end
	a.leaveOff()
	a.apply(fsm.Event{Kind: fsm.Stop, Detail: fsm.EndOfGateway})
	if a.run != nil && a.run.ending.step == leaving {
		a.terminate(time.Now())
	}
}

// exited takes note that the daemon is gone. No other is started before it is buried.
func (a *Agent) exited(exit Exit, now time.Time) {
	if a.run.unheard.since.IsZero() {
		a.understand(a.run.parser.Close(now), now)
		a.apply(fsm.Event{Kind: fsm.OutputEnded})
	}
	stopped := a.run.ending.step == terminated || a.run.ending.step == killed
	a.run.unheard.due = time.Time{}
	a.run.exit, a.run.ending = exit, ending{step: gone, due: now.Add(goneWithin)}
	a.account(exit, stopped)
	a.apply(fsm.Event{Kind: fsm.Exited, Detail: exit.String()})
}

// buried takes note that nothing of the daemon is left.
func (a *Agent) buried(r remains) {
	if r.left != "" {
		a.apply(fsm.Event{Kind: fsm.LeftBehind, Detail: r.left})
		a.cfg.Log.Warn("the daemon left processes behind", zap.String("left", r.left))
	}
	if r.err != nil {
		a.warn("bury the daemon", r.err)
	}
	a.run = nil
	a.decide(time.Now())
}
