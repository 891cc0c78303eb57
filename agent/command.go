package agent

import (
	"context"
	"errors"
)

// ErrStopped is returned for a command that came when the agent had stopped.
var ErrStopped = errors.New("the gateway is stopping")

// command is a client's wish on its way to the loop.
type command struct {
	do    func() error
	reply chan error // has room for one, so that the loop never waits
}

// do lets the loop call a function, and returns what that returned.
func (a *Agent) do(ctx context.Context, what func() error) error {
	c := command{do: what, reply: make(chan error, 1)}
	select {
	case a.commands <- c:
		return <-c.reply // the loop answers what it took
	case <-a.done:
		return ErrStopped
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
