package main

import (
	"context"
	"sync"
	"time"
)

const (
	crowdSize   = 1000
	crowdRounds = 4
	curveRounds = 2
	tellings    = 4 // in each round; after five wrong codes the gateway wants another SMS

	crowdAim = 38 << 20 // bytes
	toldAim  = 1.0      // times the bare program
)

// crowd is many clients that all listen.
type crowd struct {
	clients   []*client
	told      chan error // one for each client that was told, or failed; has room for all
	listening sync.WaitGroup
}

// gather connects n clients, and returns when each was greeted.
func gather(ctx context.Context, r *running, n int) (*crowd, error) {
	c := &crowd{told: make(chan error, n)}
	for range n {
		one, err := r.reach(ctx)
		if err != nil {
			c.leave()
			return nil, err
		}
		c.clients = append(c.clients, one)
		c.listening.Go(func() { c.listen(ctx, one) }) // ends with the connection; leave waits for it
	}
	if err := c.wait(); err != nil {
		c.leave()
		return nil, err
	}
	return c, nil
}

// listen reports each request that one client hears of, until its connection fails.
func (c *crowd) listen(ctx context.Context, one *client) {
	for {
		err := one.await(ctx, requestCode)
		c.told <- err
		if err != nil {
			return
		}
	}
}

// wait returns when each client was told once.
func (c *crowd) wait() error {
	for range c.clients {
		if err := <-c.told; err != nil {
			return err
		}
	}
	return nil
}

// leave disconnects the clients and returns when none of them listens any more.
func (c *crowd) leave() {
	for _, one := range c.clients {
		one.close()
	}
	go func() { // ends below; takes what the clients say in the end
		for range c.told {
		}
	}()
	c.listening.Wait()
	close(c.told)
}

// crowds measures the memory that many clients take, and how long it takes until the last of
// them was told of a request.
func (b *bench) crowds(ctx context.Context) error {
	taken, took, err := b.crowd(ctx, crowdSize, crowdRounds)
	if err != nil {
		return err
	}
	b.bare.add(
		figure{"memory, 1,000 clients", taken, mebibytes, within(crowdAim, mebibytes)},
		figure{"1,000 clients told", took, milliseconds, times(toldAim)},
	)
	return nil
}

// clients measures the same of several crowds.
func (b *bench) clients(ctx context.Context) error {
	b.ofClients = curve{Name: "clients", Of: "clients", Columns: []string{"gateway, MiB", "bare, MiB", "gateway told, ms", "bare told, ms"}}
	for _, n := range crowdSizes {
		taken, took, err := b.crowd(ctx, n, curveRounds)
		if err != nil {
			return err
		}
		b.ofClients.add(n, taken[0]/(1<<20), taken[1]/(1<<20), took[0]*1e3, took[1]*1e3)
	}
	return nil
}

// crowd measures both programs with n clients: bytes of memory, and seconds until the last was told.
func (b *bench) crowd(ctx context.Context, n, rounds int) (bytes, seconds [2]float64, err error) {
	var taken, took samples
	err = alternate(rounds, func(i int) error {
		return b.with(ctx, i, b.diskless, func(r *running) error {
			c, err := gather(ctx, r, n)
			if err != nil {
				return err
			}
			defer c.leave()
			if err := takeMemory(ctx, r, &taken, i); err != nil {
				return err
			}
			return c.tell(ctx, &took, i)
		})
	})
	return taken.median(), took.median(), err
}

// tell has one client send a wrong code, which makes the daemon ask anew, and times from there until the last
// client heard of it. No disk is waited for in that time.
func (c *crowd) tell(ctx context.Context, took *samples, i int) error {
	for range tellings {
		began := time.Now()
		if err := c.clients[0].submit(ctx, wrongCode); err != nil {
			return err
		}
		if err := c.wait(); err != nil {
			return err
		}
		took.addSince(i, began)
	}
	return nil
}
