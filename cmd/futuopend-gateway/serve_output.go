package main

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
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
	queue chan func() []byte // each says one piece
	lost  chan int           // how many chunks were not shown; has room for one number
	done  chan struct{}
}

func newOutput(w io.Writer) *output {
	o := &output{w: w, queue: make(chan func() []byte, maxQueued), lost: make(chan int, 1), done: make(chan struct{})}
	o.lost <- 0
	go o.pass()
	return o
}

// Write takes a copy of p, or drops it. It never blocks and never fails.
func (o *output) Write(p []byte) (int, error) {
	p = bytes.Clone(p)
	o.say(func() []byte { return p })
	return len(p), nil
}

// say is Write of what is put into words only when its turn comes: nobody who acts waits for that.
func (o *output) say(piece func() []byte) {
	select {
	case o.queue <- piece:
	default:
		o.lost <- <-o.lost + 1
	}
}

// Sync is for zap, which need not wait for anything.
func (o *output) Sync() error { return nil }

func (o *output) pass() {
	defer close(o.done)
	for piece := range o.queue {
		runtime.Gosched()  // clients are answered first: putting a line into words takes longer than that
		o.w.Write(piece()) // nobody could be told of an error
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
