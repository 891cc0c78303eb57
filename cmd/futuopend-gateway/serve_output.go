package main

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// maxQueued is how many chunks of output wait for a reader that is slow: about a login's worth. What
// comes beyond is counted and not shown; the journal has it all.
const maxQueued = 256

// patient is how long the end of the program waits for output to be taken.
const patient = time.Second

// output passes what is written on to w, from a goroutine of its own, so that a stuck terminal or
// log pipe never holds up the one who writes. Close ends the goroutine.
type output struct {
	w     io.Writer
	queue chan []byte
	lost  chan int // how many chunks were not shown; has room for one number
	done  chan struct{}
}

func newOutput(w io.Writer) *output {
	o := &output{w: w, queue: make(chan []byte, maxQueued), lost: make(chan int, 1), done: make(chan struct{})}
	o.lost <- 0
	go o.pass()
	return o
}

// Write takes a copy of p, or drops it. It never blocks and never fails.
func (o *output) Write(p []byte) (int, error) {
	select {
	case o.queue <- bytes.Clone(p):
	default:
		o.lost <- <-o.lost + 1
	}
	return len(p), nil
}

// Sync is for zap, which need not wait for anything.
func (o *output) Sync() error { return nil }

func (o *output) pass() {
	defer close(o.done)
	for p := range o.queue {
		o.w.Write(p) // nobody could be told of an error
		if n := <-o.lost; n > 0 {
			fmt.Fprintf(o.w, "(output was not taken in time; %d pieces are missing here)\n", n)
		}
		o.lost <- 0
	}
}

// Close shows what is queued, for as long as that is bearable. Nobody may write any more.
func (o *output) Close() {
	close(o.queue)
	select {
	case <-o.done:
	case <-time.After(patient):
	}
}
