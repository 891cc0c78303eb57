package agent

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// linked acts on a line about the daemon's connections to the broker. The console tells less than the API, and may not
// tell the end of it, so the API is asked at once, by a connection that knows nothing of before.
func (a *Agent) linked(e fsm.Event) {
	a.apply(e)
	if a.prover.runs() {
		a.unprove()
		a.prove()
	}
}

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
