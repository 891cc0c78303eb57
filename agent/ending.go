package agent

import (
	"errors"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// ending says how far the stopping of a daemon has come.
type ending byte

const (
	alive      ending = iota
	leaving           // it said that it goes, or that its login failed: it exits by itself
	terminated        // TERM was sent
	killed            // KILL was sent
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
func (a *Agent) stop(why fsm.Kind) {
	if a.child == nil || a.child.ending != alive {
		return
	}
	if why == fsm.Stop {
		a.terminate()
		return
	}
	a.child.ending = leaving
	a.child.kill.Reset(leaveWithin)
}

func (a *Agent) terminate() {
	a.child.ending = terminated
	a.signal(syscall.SIGTERM)
	a.child.kill.Reset(Grace)
}

// pressOn takes the next step when the last one did not end the daemon.
func (a *Agent) pressOn() error {
	switch a.child.ending {
	case leaving:
		a.terminate()
	case terminated:
		a.child.ending = killed
		a.signal(syscall.SIGKILL)
		a.child.kill.Reset(giveUpWithin)
	case killed:
		if a.stopping {
			return errors.Join(errUndying, a.cfg.Journal.Sync())
		}
		a.cfg.Log.Error("the daemon outlives the KILL signal")
	}
	return nil
}

func (a *Agent) signal(s syscall.Signal) {
	if err := a.child.process.Signal(s); err != nil {
		a.warn("signal daemon", err)
	}
}

// shutDown begins the end of Run.
func (a *Agent) shutDown() {
	a.stopping = true
	a.apply(fsm.Event{Kind: fsm.Stop, Detail: "end of the gateway"})
	if a.child != nil && a.child.ending == leaving {
		a.terminate()
	}
}

// buried takes note that the daemon is gone.
func (a *Agent) buried(exit Exit) {
	a.child.kill.Stop()
	a.child = nil
	a.exit = exit
	a.apply(fsm.Event{Kind: fsm.Exited, Detail: exit.String()})
	a.rest()
}

// rest decides what follows once no daemon is left.
func (a *Agent) rest() {
	switch {
	case a.stopping:
	case a.startAgain:
		a.startAgain = false
		a.begin("client")
	case a.machine.State() != fsm.Closed || !a.cfg.Supervise || a.stayDown:
	default:
		a.schedule()
	}
}

// schedule waits for the next start: as long as the ladder says, or until the budget allows it.
func (a *Agent) schedule() {
	wait := a.ladder.next()
	next := time.Now().Add(wait)
	if at, spent := a.history.safe(next); spent != "" {
		a.hold(at, spent)
		return
	}
	a.apply(fsm.Event{Kind: fsm.RestartScheduled, Detail: wait.String(), Until: next.UTC()})
	a.timer.Reset(wait)
	a.cfg.Log.Info("the daemon is started again", zap.Duration("in", wait))
}
