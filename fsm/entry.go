package fsm

import "time"

// Entry is one event as it happened: one line of the journal.
type Entry struct {
	Seq uint64    `json:"seq"` // grows by one with each entry, across restarts and rotated files
	At  time.Time `json:"at"`
	Event
	From State `json:"from"`
	To   State `json:"to"`
	// Held says that a code sent early is about to answer this request, so nobody needs to be asked.
	Held bool `json:"held,omitempty"`
	// Carried marks a copy of what must not be forgotten.
	Carried bool `json:"carried,omitempty"`
}

// Changed reports whether the entry moved the machine.
func (e Entry) Changed() bool { return e.From != e.To }

// AsOf returns the entry as it is at a time: one from the future, which a clock wrote that was wrong, is taken as of now, and
// what it says of later moves with it. So no wait that follows from it is longer than it was.
func (e Entry) AsOf(now time.Time) Entry {
	if ahead := e.At.Sub(now); ahead > 0 {
		e.At = now
		if !e.Until.IsZero() {
			e.Until = e.Until.Add(-ahead)
		}
	}
	return e
}
