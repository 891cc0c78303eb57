package agent

import (
	"errors"
	"fmt"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// run is one run of the daemon. Its deadlines are those of silence and ending.
type run struct {
	process Process
	began   time.Time // shortly before the daemon was started
	parser  *console.Parser
	output  chan output

	ending   ending
	unheard  unheard
	silence  silence
	answered answered

	complaint string // what the daemon says is wrong with its start, empty if it says nothing
	codes     codes
	codeAsked bool // an SMS was asked for, by the daemon or by us
	connected bool // it was connected at some time
	remembers bool // it logs in with what it remembers
	exit      Exit // how it ended, zero until it did
	displaced bool // its port was taken, which is no word on anything else
}

// out is nil, and so never ready, without a daemon.
func (r *run) out() <-chan output {
	if r == nil {
		return nil
	}
	return r.output
}

// due is when the run is to be looked at, zero for never.
func (r *run) due() time.Time {
	if r == nil {
		return time.Time{}
	}
	return earliest(r.silence.due, r.ending.due, r.unheard.due)
}

// worked reports whether the daemon was logged in, or was ended by somebody: no reason to wait for long.
func (r *run) worked() bool { return r != nil && (r.connected || r.exit.killed()) }

// launch starts the daemon. Its attempt is on disk before it is spent.
func (a *Agent) launch() {
	if err := a.book.journal.Sync(); err != nil {
		a.notStarted(fmt.Errorf("an attempt is written down first: %w", err))
		return
	}
	typed := a.ledger.Forgotten() // a way that was refused is not tried again unchanged
	remembers := !typed && a.cfg.Remembers != nil && a.cfg.Remembers()
	began := time.Now()
	process, err := a.cfg.Launch(typed)
	if errors.Is(err, ErrStopped) {
		a.shutDown() // Run hears of the end only after this
		return
	}
	if err != nil {
		a.notStarted(err)
		return
	}
	r := &run{process: process, began: began, output: make(chan output, maxOutput), remembers: remembers}
	r.parser = console.NewParser(a.login.secrets)
	a.run, a.question.pictureAt = r, ""
	go read(process, r.output) // ends when the daemon is buried; Run takes what it sends
	a.apply(fsm.Event{Kind: fsm.Started})
}

func (a *Agent) notStarted(err error) {
	a.will.waits = a.cfg.PortFree != nil && !a.cfg.PortFree()
	a.apply(fsm.Event{Kind: fsm.StartFailed, Detail: err.Error()})
	a.decide(time.Now()) // what the start had overruled holds again
}
