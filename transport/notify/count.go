package notify

import "sync/atomic"

// Counts is what became of messages. Each message counts once for each target, as sent, given up or dropped.
type Counts struct {
	Sent    uint64
	GivenUp uint64 // every try failed
	Dropped uint64 // not sent any more, because the state that it told of was over
	Failed  uint64 // tries that failed, those of a message that was sent in the end too
}

// counters is Counts that many goroutines add to.
type counters struct{ sent, givenUp, dropped, failed atomic.Uint64 }

func (c *counters) read() Counts {
	return Counts{c.sent.Load(), c.givenUp.Load(), c.dropped.Load(), c.failed.Load()}
}
