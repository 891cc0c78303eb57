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
	stop  context.CancelFunc // nil while nothing is on its way
	told  chan fsm.Event     // nil, and so never ready, then; the last that it tells is Fetched or FetchFailed
	done  chan struct{}      // closed when the goroutine has ended
	tries int                // that failed since the last that went well
	again time.Time          // when the next try is due
	here  bool               // it was brought in this run of the gateway
}

// The waits between tries. The server was seen to be away for minutes; whoever mends a setting or makes room starts it himself.
const (
	bringAgain = time.Minute
	bringMost  = time.Hour
)

func (f *fetching) runs() bool               { return f.stop != nil }
func (f *fetching) events() <-chan fsm.Event { return f.told }

// away reports whether the daemon's program is to be brought before it can be started.
func (a *Agent) away() bool { return a.cfg.Fetch != nil && !a.fetch.here }

// bring has the daemon's program brought, now or when the next try is due. Whoever asks for a start need not wait for that.
func (a *Agent) bring(now time.Time, asked bool) {
	f := &a.fetch
	if f.again.After(now) && !asked {
		a.will.next = f.again
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	told, done := make(chan fsm.Event), make(chan struct{})
	tell := func(e fsm.Event) {
		select {
		case told <- e:
		case <-ctx.Done(): // the loop does not listen any more
		}
	}
	f.stop, f.told, f.done = stop, told, done
	go func() {
		defer close(done)
		what, err := a.cfg.Fetch(ctx, tell)
		if err != nil {
			tell(fsm.Event{Kind: fsm.FetchFailed, Detail: err.Error()})
			return
		}
		tell(fsm.Event{Kind: fsm.Fetched, Detail: what})
	}()
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
func (a *Agent) leaveOff() {
	f := &a.fetch
	if f.stop == nil {
		return
	}
	f.stop()
	<-f.done
	f.stop, f.told, f.done = nil, nil, nil
}
