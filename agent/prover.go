package agent

import (
	"context"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// prover asks the daemon's own API, in a goroutine of its own, whether quotes would work. The loop starts it when
// the console said that the login succeeded, never before: a connection while an SMS is pending can void the
// code. It ends, and is waited for, before the daemon is stopped.
type prover struct {
	stop context.CancelFunc
	told chan fsm.Event
	done chan struct{} // closed when the goroutine has ended
}

// events is nil, and so never ready, while nobody asks.
func (p *prover) events() <-chan fsm.Event {
	if p == nil {
		return nil
	}
	return p.told
}

// prove starts asking, unless that goes on.
func (a *Agent) prove() {
	if a.prover != nil || a.cfg.Prove == nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	p := &prover{stop: stop, told: make(chan fsm.Event), done: make(chan struct{})}
	tell := func(e fsm.Event) {
		select {
		case p.told <- e:
		case <-ctx.Done(): // the loop does not listen any more
		}
	}
	a.prover = p
	go func() {
		defer close(p.done)
		a.cfg.Prove(ctx, tell, func(at time.Time) { a.proven.Store(at.UnixNano()) })
	}()
}

// unprove ends the asking and waits for its end. The API's connection is closed then.
func (a *Agent) unprove() {
	if a.prover == nil {
		return
	}
	a.prover.stop()
	<-a.prover.done
	a.prover = nil
	a.proven.Store(0)
}

// mayAsk reports whether the API may be asked in the state that an entry leads to. When the console says
// that the daemon logs in anew, an SMS may be wanted any time; when the API itself told of the loss, it goes on telling.
func mayAsk(e fsm.Entry) bool {
	return e.To == fsm.Connected || e.To == fsm.Reconnecting && e.Kind == fsm.SessionLost
}

// Proven returns when the daemon's API last proved that quotes work, zero if it never did or nobody asks.
// It is safe for concurrent use.
func (a *Agent) Proven() time.Time {
	at := a.proven.Load()
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(0, at)
}

// Lines returns the daemon's latest lines, oldest first, at most [console.RingSize]. Secrets were taken out. It
// is safe for concurrent use.
func (a *Agent) Lines(ctx context.Context) (lines []string, err error) {
	err = a.ask(ctx, func() error {
		lines = a.said.Latest(console.RingSize)
		return nil
	})
	return lines, err
}
