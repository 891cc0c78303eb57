package main

import (
	"context"
	"time"
)

// How often each program is started.
const (
	startRounds = 15
	fullRounds  = 9
	startAim    = 1.3                  // times the bare program
	fullAim     = 3 * time.Millisecond // more than with no journal
)

// starts measures the time from exec until the first STATUS is answered, while the simulated daemon starts beside.
func (b *bench) starts(ctx context.Context) error {
	var took samples
	err := alternate(startRounds, func(i int) error {
		return b.withClient(ctx, i, b.simulated, func(r *running, c *client) error {
			return r.firstStatus(ctx, c, &took, i)
		})
	})
	if err != nil {
		return err
	}
	b.bare.add(figure{"exec to first STATUS", took.median(), milliseconds, times(startAim)})
	return nil
}

func (r *running) firstStatus(ctx context.Context, c *client, took *samples, i int) error {
	if err := c.askStatus(ctx); err != nil {
		return err
	}
	took.addSince(i, r.began)
	return nil
}

// fullStarts measures what a journal costs that is as long as one can be: the gateway starts with it, and without, in turn.
func (b *bench) fullStarts(ctx context.Context) error {
	full, err := b.history(fullJournal)
	if err != nil {
		return err
	}
	folders := [2]setting{b.simulated, b.simulated}
	folders[0].history = full
	var took samples
	err = alternate(fullRounds, func(i int) error {
		return b.withClient(ctx, 0, folders[i], func(r *running, c *client) error { return r.firstStatus(ctx, c, &took, i) })
	})
	if err != nil {
		return err
	}
	b.alone.add(figure{"exec to first STATUS, journal of 32 MiB and none", took.median(), milliseconds,
		above(fullAim.Seconds(), milliseconds)})
	return nil
}
