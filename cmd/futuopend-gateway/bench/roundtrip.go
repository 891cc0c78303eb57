package main

import (
	"context"
	"time"
)

// How much is measured before it is the other program's turn, and how often. The gateway takes ten codes a minute, as
// the daemon does, and its journal counts them; so each batch of codes is a new start with a new journal.
const (
	codes        = 9
	codeWarmUp   = 1 // not counted: the first round trips grow stacks and buffers
	codeRounds   = 40
	statuses     = 500
	statusWarmUp = 10
	statusRounds = 12
)

// codeTrips measures how long it takes until the daemon refused a code and the client heard of it. It does so a second
// time with the journal in memory: what the disk takes is the price of a promise.
func (b *bench) codeTrips(ctx context.Context) error {
	for _, s := range []struct {
		name string
		setting
	}{
		{"wrong code", b.own},
		{"wrong code without a disk", b.diskless},
	} {
		var took samples
		err := alternate(codeRounds, func(i int) error {
			return b.withClient(ctx, i, s.setting, func(_ *running, c *client) error {
				if err := c.await(ctx, requestCode); err != nil {
					return err
				}
				return took.trips(i, codeWarmUp, codes, func() error { return c.submitWrong(ctx) })
			})
		})
		if err != nil {
			return err
		}
		b.addTrips(s.name, &took)
	}
	return nil
}

// statusTrips measures a round trip that touches neither the daemon nor the disk. Both programs run all the
// time, and the one whose turn it is not waits.
func (b *bench) statusTrips(ctx context.Context) error {
	var took samples
	err := b.withClient(ctx, 0, b.own, func(gateway *running, ofGateway *client) error {
		return b.withClient(ctx, 1, b.own, func(bare *running, ofBare *client) error {
			clients := [2]*client{ofGateway, ofBare}
			return onOneCore([]*running{gateway, bare}, func() error {
				return alternate(statusRounds, func(i int) error {
					return took.trips(i, statusWarmUp, statuses, func() error { return clients[i].askStatus(ctx) })
				})
			})
		})
	})
	if err != nil {
		return err
	}
	b.addTrips("STATUS, on one core", &took)
	return nil
}

// trips adds the times of n round trips to the i-th program's, after some that are not counted.
func (s *samples) trips(i, warmUp, n int, trip func() error) error {
	for range warmUp {
		if err := trip(); err != nil {
			return err
		}
	}
	for range n {
		began := time.Now()
		if err := trip(); err != nil {
			return err
		}
		s.addSince(i, began)
	}
	return nil
}

func (b *bench) addTrips(name string, took *samples) {
	b.add(
		figure{name: name + ", p50", values: took.median(), show: microseconds, aim: aim},
		figure{name: name + ", p99", values: took.quantile(0.99), show: microseconds, aim: aim},
	)
}
