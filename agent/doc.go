// Package agent runs the daemon: one loop that owns the machine, the daemon's process, the deadlines and
// the right to append to the journal.
//
// Whatever happens, be it a line of the daemon, a command of a client or a deadline, goes through Agent.apply in
// agent.go, which decides, persists and then acts. What each state does on arrival is in enter.go, and whether
// the daemon is started by itself is decided by plan, in will.go.
//
// What the loop knows lies in parts, each in a file of its name: run is one run of the daemon, question what is
// wanted of a person, will whether a daemon is wanted and when, book the journal, heard what the daemon said, prover the
// daemon's own API, login (in credentials.go) what the next start logs in with. Each part publishes the time at which it wants to be looked at; the loop has one timer, for the earliest.
package agent
