// Package fsm is the pure middle of the gateway: which states there are, which
// events move it from one to another, and the journal that remembers every event.
//
// It starts no goroutine, reads no clock and runs no process. Whoever owns a
// [Machine] applies an [Event], appends the resulting [Entry] to the [Journal],
// and only then acts on it: decide, persist, act.
//
// To add a state, add a constant in state.go and rows in table.go. To add a kind
// of event, add a constant in kind.go and, if it moves the machine, a row in
// table.go. The tests say what was forgotten.
package fsm
