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
// know is in api. It waits in step and nowhere else, so that commands and TERM are heard whatever the scenario is at. Once ended is set nothing is printed or waited
// for any more, and a scenario runs through to its end.
type daemon struct {
	options
	settings
	voice  voice
	data   folder
	log    *gtwLog
	screen *screen
	editor editor
	api    *api

	typed <-chan []byte // what read has read
	rest  []byte        // of the last of these, what is not dealt with
	stop  chan struct{} // is closed when the daemon has to stop

	course course
	want   want
	given  []string // the answers to what was wanted; at most one

	smsAt    time.Time // when the last SMS was requested; zero: never. The API knows whether its code is still right
	passed   bool      // the code is not wanted any more
	keep     bool      // what was typed will be remembered
	starts   int       // within throttleSpan, this one included
	pictures int       // how many have been drawn

	ended bool
	code  int
}

// course is what a scenario has prepared.
type course struct {
	refusals   []text // what the next codes are refused with, right ones too
	noSMS      int    // how many more requests for an SMS are refused
	hintOnly   bool   // the need for a code is only hinted at
	hidden     bool   // the need for a code is in the log and not on the console
	pictureToo bool   // a picture may be asked for in the place of a code
	pictureIn  string // the folder of the picture, if it is not the data folder
	again      bool   // after a wrong answer the next picture has to be asked for
	nowhere    bool   // there is no picture until it is asked for
	tokenDead  bool   // the broker refuses what was remembered
	tokenLost  bool   // the daemon has lost what it remembered
}

func newDaemon(o options, set settings, data folder, scr *screen) *daemon {
	v := voice{set.lang, buildDay(o.gen.versions[o.brand+" "+set.lang])}
	return &daemon{
		options:  o,
		settings: set,
		voice:    v,
		log:      openLog(o, set, data),
		data:     data,
		screen:   scr,
		api:      newAPI(o, set, data, v),
		starts:   data.countStart(o.brand, time.Now()),
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

// say prints texts at the pace of the daemon. Those whose wording is not known are left out.
func (d *daemon) say(texts ...text) {
	for _, t := range texts {
		d.line(d.in(t))
	}
}

// line prints lines at the pace of the daemon. Empty ones are none.
func (d *daemon) line(lines ...string) {
	for _, line := range lines {
		if line == "" {
			continue
		}
		d.pause(d.pace)
		if d.ended {
			return
		}
		d.print(line)
	}
}

// print shows a line at once. The log has it too.
func (d *daemon) print(line string) {
	d.log.write(line)
	d.screen.print(line)
}
