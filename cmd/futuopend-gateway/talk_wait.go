package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// waitEvery is how often the gateway is asked: soon enough for whoever starts a program then, and no load.
const waitEvery = 500 * time.Millisecond

// wait ends when the account is logged in or, with -ready, when quotes would work. It waits for a gateway that is not there yet, too,
// and without -timeout for as long as it takes. What stands in the way is told once, each time that it changes.
func wait(ctx context.Context, line call) error {
	limit := time.Duration(0)
	if text := line.text("timeout"); text != "" {
		var err error
		if limit, err = time.ParseDuration(text); err != nil || limit <= 0 {
			return usageError{errors.New(say("talk.wait.timeout", "value", text))}
		}
	}
	timed, cancel := ctx, context.CancelFunc(func() {})
	if limit > 0 {
		timed, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	w := waiter{talk: talk{line}, ready: line.on("ready")}
	for {
		done, err := w.look(timed)
		if done || err != nil {
			return err
		}
		select {
		case <-time.After(waitEvery):
		case <-timed.Done():
			if ctx.Err() != nil {
				return errors.New(say("talk.interrupted"))
			}
			return w.late(limit)
		}
	}
}

// waiter asks again and again.
type waiter struct {
	talk
	ready bool
	told  string // what was told last
	away  error  // why the gateway is not reached, nil if it is
}

// look asks once. A gateway that is not reached may come; whatever else it answers ends the wait.
func (w *waiter) look(ctx context.Context) (done bool, err error) {
	var now client.Status
	err = w.with(ctx, func(ctx context.Context, c *client.Client) (err error) {
		now, err = c.Status(ctx)
		return err
	})
	_, away := errors.AsType[*client.UnreachableError](err)
	switch {
	case ctx.Err() != nil && w.told != "":
		return false, nil // the end of the wait cut this try short, which is no reason: the last one stays
	case away || ctx.Err() != nil:
		w.away = err
		w.tell(say("talk.wait.away"))
		return false, nil
	}
	w.away = nil
	if err != nil {
		return false, err
	}
	switch state := fsm.State(now.State); {
	case w.ready && now.Ready:
		return true, printed(say("talk.wait.ready"))
	case !w.ready && state == fsm.Connected:
		return true, printed(say("talk.wait.connected"))
	case w.ready && state == fsm.Connected:
		why := ""
		if now.API != nil {
			why = now.API.Why
		}
		w.tell(named(now.State, unproven(now.Missing, why)))
	default:
		w.tell(named(now.State, clause("says."+now.State)))
	}
	return false, nil
}

// tell says what stands in the way, unless that was said.
func (w *waiter) tell(what string) {
	if what != w.told {
		fmt.Fprintln(os.Stderr, what)
	}
	w.told = what
}

// late is the end of a wait that took too long.
func (w *waiter) late(limit time.Duration) error {
	if w.away != nil {
		return w.away
	}
	return errors.New(say("talk.wait.late", "span", words.Span(spoken(), limit)))
}
