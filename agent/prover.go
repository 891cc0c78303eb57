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
	teller // it runs while the API is asked

	wasReady bool    // the API proved the present login
	hearsay  hearsay // what it says of that, and may be from before

	proven atomic.Int64 // when the API last proved it, in nanoseconds of Unix time, 0 for never; the goroutine writes it
}

// prove starts asking, unless that goes on.
func (a *Agent) prove() {
	p := &a.prover
	if p.runs() || a.cfg.Prove == nil {
		return
	}
	p.begin(func(ctx context.Context, tell func(fsm.Event)) {
		a.cfg.Prove(ctx, tell, func(at time.Time) { p.proven.Store(at.UnixNano()) })
	})
}

// unprove ends the asking and waits for its end. The API's connection is closed then.
func (a *Agent) unprove() {
	p := &a.prover
	if !p.runs() {
		return
	}
	p.end()
	p.proven.Store(0)
}

// mayAsk reports whether the API may be asked in the state that an entry leads to. When the console says
// that the daemon logs in again, an SMS may be wanted any time; when the API itself told of the loss, it goes on telling.
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
