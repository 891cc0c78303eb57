package agent

import (
	"errors"
	"syscall"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// ending says how far the stopping of a daemon has come, and when the next step is due.
type ending struct {
	step step
	due  time.Time // zero while there is nothing to wait for
}

type step byte

const (
	alive      step = iota
	leaving         // it said that it goes, or that its login failed: it exits by itself
	terminated      // TERM was sent
	killed          // KILL was sent
	gone            // it was waited for
)

// What a step of ending may take. Together, and with the goodbye to the clients, they
// stay well inside the ten seconds that container engines grant.
const (
	// leaveWithin: the daemon exits within a moment of its last words, and its exit code and
	// a reason that comes late are worth waiting for.
	leaveWithin = 2 * time.Second
	// Grace after TERM: the daemon takes 0.8 to 1.06 s (10.10.7008), and KILL may cost it its remembered login.
	Grace = 5 * time.Second
	// giveUpWithin: a process that outlives KILL hangs in the kernel, and nothing can be done.
	giveUpWithin = time.Second
)

// errUndying is returned by Run for a daemon that outlives KILL.
var errUndying = errors.New("stop the daemon: it outlives the KILL signal; it hangs in the kernel")

// stop makes the daemon go, at once if somebody asked for that.
func (a *Agent) stop(why fsm.Entry) {
	if a.run == nil || a.run.ending.step != alive {
		return
	}
	if why.Kind == fsm.Stop {
		a.terminate(why.At)
		return
	}
	a.run.ending = ending{leaving, why.At.Add(leaveWithin)}
}

func (a *Agent) terminate(now time.Time) {
	a.run.ending = ending{terminated, now.Add(Grace)}
	a.signal(syscall.SIGTERM)
}

// pressOn takes the next step when the last one did not end the daemon.
func (a *Agent) pressOn(now time.Time) error {
	switch a.run.ending.step {
	case leaving:
		a.terminate(now)
	case terminated:
		a.run.ending = ending{killed, now.Add(giveUpWithin)}
		a.signal(syscall.SIGKILL)
	case killed:
		if a.will.wish == end {
			return errors.Join(errUndying, a.book.journal.Sync())
		}
		a.cfg.Log.Error("the daemon outlives the KILL signal")
	}
	return nil
}

func (a *Agent) signal(s syscall.Signal) {
	if err := a.run.process.Signal(s); err != nil {
		a.warn("signal daemon", err)
	}
}

// shutDown begins the end of Run.
func (a *Agent) shutDown() {
	a.will.wish = end
	a.apply(fsm.Event{Kind: fsm.Stop, Detail: fsm.EndOfGateway})
	if a.run != nil && a.run.ending.step == leaving {
		a.terminate(time.Now())
	}
}

// buried takes note that the daemon is gone.
func (a *Agent) buried(exit Exit) {
	stopped := a.run.ending.step == terminated || a.run.ending.step == killed
	a.run.exit, a.run.ending = exit, ending{step: gone}
	a.account(exit, stopped)
	a.apply(fsm.Event{Kind: fsm.Exited, Detail: exit.String()})
	a.run = nil
	a.decide(time.Now())
}
