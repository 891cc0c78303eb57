package agent

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// prover asks the daemon's own API, in a goroutine of its own, whether quotes would work. The loop starts it when
// the console said that the login succeeded, never before: a connection while an SMS is pending can void the
// code. It ends, and is waited for, before the daemon is stopped.
type prover struct {
	stop context.CancelFunc // nil while nobody asks
	told chan fsm.Event     // nil, and so never ready, while nobody asks
	done chan struct{}      // closed when the goroutine has ended

	wasReady bool    // the API proved the present login
	hearsay  hearsay // what it says of that, and may be from before

	proven atomic.Int64 // when the API last proved it, in nanoseconds of Unix time, 0 for never; the goroutine writes it
}

func (p *prover) events() <-chan fsm.Event { return p.told }

// prove starts asking, unless that goes on.
func (a *Agent) prove() {
	p := &a.prover
	if p.stop != nil || a.cfg.Prove == nil {
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
	p.stop, p.told, p.done = stop, told, done
	go func() {
		defer close(done)
		a.cfg.Prove(ctx, tell, func(at time.Time) { p.proven.Store(at.UnixNano()) })
	}()
}

// unprove ends the asking and waits for its end. The API's connection is closed then.
func (a *Agent) unprove() {
	p := &a.prover
	if p.stop == nil {
		return
	}
	p.stop()
	<-p.done
	p.stop, p.told, p.done = nil, nil, nil
	p.proven.Store(0)
}

// mayAsk reports whether the API may be asked in the state that an entry leads to. When the console says
// that the daemon logs in anew, an SMS may be wanted any time; when the API itself told of the loss, it goes on telling.
func mayAsk(e fsm.Entry) bool {
	return e.To == fsm.Connected || e.To == fsm.Reconnecting && e.Kind == fsm.SessionLost
}

// provenUntil is how long the daemon is proven to be logged in. A login is as good as proven until the API had time to answer.
func (a *Agent) provenUntil() time.Time {
	at := a.Proven()
	if at.IsZero() && a.now.State == fsm.Connected && a.cfg.Prove != nil {
		at = a.now.Since
	}
	if at.IsZero() {
		return at
	}
	return at.Add(fsm.ProofFor)
}

// Proven returns when the daemon's API last proved that quotes work, zero if it never did or nobody asks.
// It is safe for concurrent use.
func (a *Agent) Proven() time.Time {
	at := a.prover.proven.Load()
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(0, at)
}
