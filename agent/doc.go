// Package agent runs the daemon: one loop that owns the machine, the daemon's process, the timers and
// the right to append to the journal.
//
// Whatever happens, be it a line of the daemon, a command of a client or a timer, goes
// through [Agent.apply], which decides, persists and then acts. What each state
// does on arrival is in enter.go.
package agent
