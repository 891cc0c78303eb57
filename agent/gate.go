package agent

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Gate is the door through which clients reach the daemon's API. The agent opens and shuts it as an effect of arriving in a state,
// before it does anything else there. Calls come one after another; each returns within gateWithin, whatever it waits for later.
type Gate interface {
	// Open lets clients in as soon as the API takes connections.
	Open()
	// Hold lets no more in; those that are in stay.
	Hold()
	// Shut lets no more in and ends the connections of those that are. Nothing of them reaches the daemon any more when it returns.
	Shut()
}

// gateWithin is how long the loop waits for the gate. The gate takes half of it at most; a login goes on without it, if something is wrong.
const gateWithin = time.Second

// passage is how far the gate is open.
type passage byte

const (
	passShut passage = iota
	passHeld
	passFree
)

// passages are the states in which the gate is not shut. While the session is lost, who is connected hears of it from the daemon itself.
var passages = map[fsm.State]passage{fsm.Connected: passFree, fsm.Reconnecting: passHeld}

// door is the gate as the loop keeps it.
type door struct {
	at   passage
	done chan struct{} // closed when the latest turn is over; nil before the first
}

// turn brings the gate to what a state wants.
func (a *Agent) turn(s fsm.State) {
	to := passages[s]
	if a.cfg.Gate == nil || to == a.door.at {
		return
	}
	a.door.at = to
	do := map[passage]func(){passShut: a.cfg.Gate.Shut, passHeld: a.cfg.Gate.Hold, passFree: a.cfg.Gate.Open}[to]
	before, done := a.door.done, make(chan struct{})
	a.door.done = done
	go func() { // the next turn, and the end of Run, wait for it
		defer close(done)
		if before != nil {
			<-before
		}
		do()
	}()
	if !a.door.settled() {
		a.cfg.Log.Error("the gate does not move")
	}
}

// settled reports whether the latest turn is over, after gateWithin at most.
func (d *door) settled() bool {
	if d.done == nil {
		return true
	}
	late := time.NewTimer(gateWithin)
	defer late.Stop()
	select {
	case <-d.done:
		return true
	case <-late.C:
		return false
	}
}

// maxReplaced bounds how often in a row a daemon is started anew because somebody took its port. What says so more often means another
// port of it, or something else.
const maxReplaced = 3

// portLost takes that the daemon cannot listen. Behind the gate that port was free a moment ago and is nobody's choice, so another one is taken at
// once. No login was tried, and the start does not count.
func (a *Agent) portLost(e fsm.Event) {
	if a.cfg.Gate == nil || a.ledger.Begun() || a.will.replaced == maxReplaced || !a.now.State.Live() {
		a.apply(e)
		return
	}
	a.will.replaced++
	a.run.displaced = true
	a.apply(fsm.Event{Kind: fsm.PortReplaced, Detail: e.Detail})
	a.will.again = true
}
