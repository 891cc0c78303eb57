package agent

import (
	"context"

	"github.com/ostai/futuopend-gateway/fsm"
)

// teller is a goroutine beside the loop that tells it events. The loop begins it, listens to it, and waits for its end. Its zero
// value does not run.
type teller struct {
	stop context.CancelFunc // nil while it does not run
	told chan fsm.Event     // nil, and so never ready, then
	done chan struct{}      // closed when the goroutine has ended
}

func (t *teller) runs() bool { return t.stop != nil }

func (t *teller) events() <-chan fsm.Event { return t.told }

// begin starts the goroutine, which does some work and tells what comes of it. The loop calls it only while none runs.
func (t *teller) begin(work func(ctx context.Context, tell func(fsm.Event))) {
	ctx, stop := context.WithCancel(context.Background())
	told, done := make(chan fsm.Event), make(chan struct{})
	tell := func(e fsm.Event) {
		select {
		case told <- e:
		case <-ctx.Done(): // the loop does not listen any more
		}
	}
	t.stop, t.told, t.done = stop, told, done
	go func() {
		defer close(done)
		work(ctx, tell)
	}()
}

// end ends the work and waits for the goroutine.
func (t *teller) end() {
	if !t.runs() {
		return
	}
	t.stop()
	<-t.done
	*t = teller{}
}
