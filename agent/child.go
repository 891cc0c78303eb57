package agent

import (
	"fmt"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// child is one run of the daemon.
type child struct {
	process Process
	parser  *console.Parser
	output  chan output
	ending  ending
	kill    *time.Timer // fires when the next step of ending is due

	silence       silence
	codeAsked     bool // an SMS was asked for, by the daemon or by us
	accountTyped  bool
	passwordTyped bool
	rememberTyped bool
	answeredAt    time.Time // when the last of these was typed
}

// out is nil, and so never ready, without a daemon.
func (c *child) out() <-chan output {
	if c == nil {
		return nil
	}
	return c.output
}

// due is nil, and so never ready, without a daemon.
func (c *child) due() <-chan time.Time {
	if c == nil {
		return nil
	}
	return c.kill.C
}

// launch starts the daemon. Its attempt is on disk before it is spent.
func (a *Agent) launch() {
	if err := a.cfg.Journal.Sync(); err != nil {
		a.notStarted(fmt.Errorf("an attempt is written down first: %w", err))
		return
	}
	process, err := a.cfg.Launch()
	if err != nil {
		a.notStarted(err)
		return
	}
	c := &child{process: process, output: make(chan output, maxOutput), kill: stopped()}
	c.parser = console.NewParser(a.cfg.Secrets)
	a.child = c
	a.wasConnected, a.exit = false, Exit{}
	go read(process, c.output) // ends when the daemon is gone; Run drains its channel
	a.apply(fsm.Event{Kind: fsm.Started})
}

func (a *Agent) notStarted(err error) {
	a.apply(fsm.Event{Kind: fsm.StartFailed, Detail: err.Error()})
	a.rest()
}
