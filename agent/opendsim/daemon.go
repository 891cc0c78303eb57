package opendsim

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// stopGrace is how long a daemon that was told to stop may take to notice. It is stuck only when nobody reads what it
// prints.
const stopGrace = 500 * time.Millisecond

// daemon is one start of the simulated daemon.
//
// Everything in it belongs to the goroutine of play, which is the only one that prints; what other goroutines have to
// know is in api. It waits in step and nowhere
// else, so that commands and TERM are heard whatever the scenario is at. Once ended is set nothing is printed or waited
// for any more, and a scenario runs through to its end.
type daemon struct {
	options
	settings
	words
	data   folder
	screen *screen
	editor editor
	api    *api

	typed <-chan []byte // what read has read
	rest  []byte        // of the last of these, what is not dealt with
	stop  chan struct{} // is closed when the daemon has to stop

	want  want
	given []string // the answers to what was wanted; at most one

	smsAt     time.Time // when the last SMS was requested; zero: never. The API knows whether its code is still right
	refusals  int       // how many right codes are still refused
	hintOnly  bool      // the need for a code is only hinted at
	tokenDead bool      // what was remembered is of no use
	keep      bool      // what was typed will be remembered
	pictures  int       // how many have been drawn

	ended bool
	code  int
}

func newDaemon(o options, set settings, data folder, scr *screen) *daemon {
	w := wording(o.gen, set.lang)
	return &daemon{
		options:  o,
		settings: set,
		words:    w,
		data:     data,
		screen:   scr,
		api:      newAPI(o, set, data, w),
		stop:     make(chan struct{}),
	}
}

// run plays the scenario and returns the exit code. The two goroutines that it starts may outlive it when one is stuck
// in a read or a write; they end with the process. Those of the API end with play.
func (d *daemon) run(stdin *os.File) int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, stopSignals(d.deaf)...)
	defer takeTerminal(stdin)()
	typed := make(chan []byte)
	d.typed = typed
	go read(stdin, typed)

	finished := make(chan int, 1)
	go func() { finished <- d.play() }()
	select {
	case code := <-finished:
		return code
	case <-signals:
		close(d.stop)
	}
	select {
	case code := <-finished:
		return code
	case <-time.After(stopGrace):
		return exitStopped
	}
}

// stopSignals are those that end the process cleanly. A deaf one makes sure that TERM does nothing.
func stopSignals(deaf bool) []os.Signal {
	if deaf {
		signal.Ignore(syscall.SIGTERM)
		return []os.Signal{syscall.SIGINT}
	}
	return []os.Signal{syscall.SIGTERM, syscall.SIGINT}
}

// play goes through the scenario and then stays, as the daemon does, until it is told to stop.
func (d *daemon) play() int {
	for _, s := range d.script.steps {
		if !d.ended {
			s(d)
		}
	}
	d.stay()
	d.api.close()
	d.screen.flush()
	return d.code
}

// end stops the daemon with an exit code.
func (d *daemon) end(code int) {
	if !d.ended {
		d.ended, d.code = true, code
	}
}

// stay does what commands tell it to until the daemon is stopped.
func (d *daemon) stay() {
	for !d.ended {
		d.step(nil)
	}
}

// pause lets time pass.
func (d *daemon) pause(t time.Duration) {
	timer := time.NewTimer(t)
	defer timer.Stop()
	for !d.ended && !d.step(timer.C) {
	}
}

// say prints lines at the pace of the daemon. Empty ones are texts that are not known.
func (d *daemon) say(lines ...string) {
	for _, line := range d.filled(lines) {
		d.pause(d.pace)
		if d.ended {
			return
		}
		d.screen.print(line)
	}
}
