package agent

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// fetching is the daemon's program on its way here, in a goroutine that the loop starts before the first start of the daemon, and waits
// for. It is zero where nothing is to be brought.
type fetching struct {
	teller           // it runs while something is on its way; the last that it tells is Fetched or FetchFailed
	tries  int       // that failed since the last that went well
	again  time.Time // when the next try is due
	here   bool      // it was brought in this run of the gateway
}

// The waits between tries. The server was seen to be away for minutes; whoever mends a setting or makes room starts it himself.
const (
	bringAgain = time.Minute
	bringMost  = time.Hour
)

// away reports whether the daemon's program is to be brought before it can be started.
func (a *Agent) away() bool { return a.cfg.Fetch != nil && !a.fetch.here }

// bring has the daemon's program brought, now or when the next try is due. Whoever asks for a start need not wait for that.
func (a *Agent) bring(now time.Time, asked bool) {
	f := &a.fetch
	if f.again.After(now) && !asked {
		a.will.next = f.again
		return
	}
	f.begin(func(ctx context.Context, tell func(fsm.Event)) {
		what, err := a.cfg.Fetch(ctx, tell)
		if err != nil {
			tell(fsm.Event{Kind: fsm.FetchFailed, Detail: err.Error()})
			return
		}
		tell(fsm.Event{Kind: fsm.Fetched, Detail: what})
	})
}

// brought takes what the goroutine tells.
func (a *Agent) brought(e fsm.Event, now time.Time) {
	a.apply(e)
	f := &a.fetch
	switch e.Kind {
	case fsm.Fetched:
		a.leaveOff()
		f.here, f.tries = true, 0
		a.decide(now)
	case fsm.FetchFailed:
		a.leaveOff()
		wait := min(bringAgain<<min(f.tries, 10), bringMost)
		f.tries++
		f.again = now.Add(wait)
		a.will.wish, a.will.next = unasked, f.again
		a.cfg.Log.Info("the daemon is fetched again", zap.Duration("in", wait))
	}
}

// leaveOff ends what is on its way and waits for its end. What was downloaded is gone on with at the next try.
func (a *Agent) leaveOff() { a.fetch.end() }
