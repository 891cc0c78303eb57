package agent

import "context"

// reach is the question whether the network is up. It takes time, so it is asked in a goroutine of its own. The loop starts it, and waits
// for its end when it has the answer or does not want it any more.
type reach struct {
	stop   context.CancelFunc // nil while nobody asks
	answer chan error         // nil, and so never ready, while nobody asks; has room for one
	done   chan struct{}      // closed when the goroutine has ended
}

func (r *reach) answers() <-chan error { return r.answer }

// ask asks, unless that goes on.
func (r *reach) ask(up func(context.Context) error) {
	if r.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	answer, done := make(chan error, 1), make(chan struct{})
	r.stop, r.answer, r.done = stop, answer, done
	go func() {
		defer close(done)
		answer <- up(ctx)
	}()
}

// forget ends the asking and waits for its end.
func (r *reach) forget() {
	if r.stop == nil {
		return
	}
	r.stop()
	<-r.done
	*r = reach{}
}
