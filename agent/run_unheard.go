package agent

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// unheard is what is known of a daemon that closed its terminal and lives. Nobody hears what it says, and nobody could
// answer what it asks, so that it goes on only while its API proves that it is logged in.
type unheard struct {
	since time.Time // when the terminal was closed, zero while it is open
	due   time.Time // when the proof is looked at again
}

// lookAgain lets the proof be looked at, because the state is another one.
func (u *unheard) lookAgain(now time.Time) {
	if !u.since.IsZero() {
		u.due = now
	}
}

// terminalClosed takes note that the daemon's terminal is closed.
func (a *Agent) terminalClosed(why error, now time.Time) {
	a.understand(a.run.parser.Close(now), now)
	a.run.unheard.since = now
	a.apply(fsm.Event{Kind: fsm.TerminalClosed})
	a.warn("hear the daemon", why)
	a.trust(now)
}

// trust decides whether a daemon that nobody hears goes on.
func (a *Agent) trust(now time.Time) {
	if a.run.ending.step != alive || !a.now.State.Live() {
		return
	}
	if until := a.provenUntil(); until.After(now) {
		a.run.unheard.due = until
		return
	}
	part := a.now.Lacks(a.Proven(), now)
	a.apply(fsm.Event{Kind: fsm.Unanswerable, Detail: "its terminal is closed, and its API does not prove that it is logged in", Part: part})
}
