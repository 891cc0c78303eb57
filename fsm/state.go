package fsm

import (
	"cmp"
	"maps"
	"slices"
)

// State is where the gateway stands with its daemon. The text is what the
// journal, the wire and the log show.
type State string

const (
	// Idle: nothing runs and nothing was asked for. INIT starts the daemon.
	Idle State = "idle"
	// Initializing: the daemon runs and is logging in.
	Initializing State = "initializing"
	// AwaitingCode: the daemon wants an SMS code.
	AwaitingCode State = "awaiting_code"
	// Verifying: a code or captcha was typed, the outcome is not known yet.
	Verifying State = "verifying"
	// Connected: the account is logged in.
	Connected State = "connected"
	// AwaitingCaptcha: the daemon wants the characters of a picture.
	AwaitingCaptcha State = "awaiting_captcha"
	// Reconnecting: the daemon runs, but its session with the broker is lost.
	Reconnecting State = "reconnecting"
	// AwaitingPassword: the daemon wants a password that the gateway was not given.
	AwaitingPassword State = "awaiting_password"
	// Closed: the daemon exited or is being stopped. A restart may be scheduled.
	Closed State = "closed"
	// Halted: the daemon is not started again by itself. A person must act, or a time must pass.
	Halted State = "halted"
)

// status holds the number of each state on the wire. The numbers -2 to 3 are those that
// clients of wire version 1 know. They never change meaning; new states only add numbers.
var status = map[State]int{
	Halted:           -3,
	Closed:           -2,
	Idle:             -1,
	Initializing:     0,
	AwaitingCode:     1,
	Verifying:        2,
	Connected:        3,
	AwaitingCaptcha:  4,
	Reconnecting:     5,
	AwaitingPassword: 6,
}

// States are all states, in the order of their numbers.
func States() []State {
	return slices.SortedFunc(maps.Keys(status), func(a, b State) int { return cmp.Compare(status[a], status[b]) })
}

// Known reports whether s is one of the states above.
func (s State) Known() bool {
	_, ok := status[s]
	return ok
}

// Status returns the number that the wire shows for s. It panics on a state that is not Known.
func (s State) Status() int {
	n, ok := status[s]
	if !ok {
		panic("fsm: no status for state " + string(s))
	}
	return n
}

// Live reports whether a daemon is meant to run in s. Arriving in a state that is not
// live stops whatever still runs.
func (s State) Live() bool {
	return s != Idle && s != Closed && s != Halted
}
