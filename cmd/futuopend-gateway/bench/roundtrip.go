package main

import (
	"context"
	"time"
)

// How much is measured before it is the other program's turn, and how often. The gateway takes ten codes a minute, as
// the daemon does, and its journal counts them; so each batch of codes is a new start with a new journal.
const (
	codes        = 3
	codeWarmUp   = 1 // not counted: the first round trips grow stacks and buffers
	codeRounds   = 60
	statuses     = 500
	statusWarmUp = 10
	statusRounds = 12
	pipe         = 30_000
	pipeRounds   = 6

	// The first and the last put the gateway ahead of the program that it replaces, which was measured beside the same
	// bare program.
	codeAim   = 1.8
	statusAim = 1.1
	pipeAim   = 0.98
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
		b.addTrips(s.name, &took, codeAim)
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
			return onOneCore([]int{gateway.cmd.Process.Pid, bare.cmd.Process.Pid}, func() error {
				return alternate(statusRounds, func(i int) error {
					return took.trips(i, statusWarmUp, statuses, func() error { return clients[i].askStatus(ctx) })
				})
			})
		})
	})
	if err != nil {
		return err
	}
	b.addTrips("STATUS, on one core", &took, statusAim)
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

func (b *bench) addTrips(name string, took *samples, most float64) {
	b.bare.add(
		figure{name + ", p50", took.median(), microseconds, times(most)},
		figure{name + ", p99", took.quantile(0.99), microseconds, times(most)},
	)
}

// pipelined measures how many times a second one client is told the state that does not wait for the answers.
func (b *bench) pipelined(ctx context.Context) error {
	var rate samples
	err := b.withClient(ctx, 0, b.own, func(_ *running, ofGateway *client) error {
		return b.withClient(ctx, 1, b.own, func(_ *running, ofBare *client) error {
			clients := [2]*client{ofGateway, ofBare}
			return alternate(pipeRounds, func(i int) error {
				began := time.Now()
				if err := clients[i].pipeline(ctx, pipe); err != nil {
					return err
				}
				rate.add(i, pipe/time.Since(began).Seconds())
				return nil
			})
		})
	})
	if err != nil {
		return err
	}
	b.bare.add(figure{"STATUS pipelined, per second", rate.median(), thousands, share(pipeAim)})
	return nil
}

// pipeline asks n times and reads n answers, side by side.
func (c *client) pipeline(ctx context.Context, n int) error {
	asked := make(chan error, 1)
	go func() { // ends with what it sends; is waited for below
		for range n {
			if err := c.send(ctx, `{"type":"STATUS"}`); err != nil {
				asked <- err
				return
			}
		}
		asked <- nil
	}()
	for range n {
		if err := c.await(ctx, status); err != nil {
			c.close() // so that the other side ends, too
			<-asked
			return err
		}
	}
	return <-asked
}
