// Package memory gives back to the machine what the program needed for a while and needs no longer. By itself the runtime
// does that over several minutes, since it expects to need the memory again; and the pages of the program's own file, most
// of which only a start needs, stay as long as the machine has room.
package memory

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// quiet is how long the journal must have been silent after a change of state. What is needed for the next
// change is read again, which costs some hundred microseconds, so it is not given back in the middle of a login.
const quiet = 500 * time.Millisecond

// GiveBack gives back what can be given back. It takes some milliseconds, in which others work on.
func GiveBack() {
	runtime.GC() // what pools keep survives one collection
	debug.FreeOSMemory()
	letPagesGo()
}

// Follow calls giveBack each time when things are quiet after the start or a change of state, until ctx ends.
func Follow(ctx context.Context, journal *fsm.Journal, giveBack func()) {
	for seq, changed := journal.Last().Seq, true; ; {
		e, ok, more := journal.Look(seq)
		if ok {
			seq, changed = e.Seq, changed || e.Changed()
			continue
		}
		var due <-chan time.Time
		if changed {
			due = time.After(quiet)
		}
		select {
		case <-more:
		case <-due:
			giveBack()
			changed = false
		case <-ctx.Done():
			return
		}
	}
}
