package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// How much passes the gate, and its aims.
const (
	gateRounds = 6
	gateTrips  = 2000
	tripAim    = 40e-6 // seconds more than without a gate, p50

	pushes       = 1_000_000
	pushRate     = 200_000 // a second
	pushAim      = 1.15    // times as much
	bulk         = 1 << 30
	bulkRounds   = 12 // more than of the others: what else the machine does differs by more than the aim
	bulkAim      = 1 / 0.9
	gateCrowd    = 100
	gateCrowdAim = 3 << 20 // bytes
)

// ways are the two that are compared: through the gate, and to where the daemon listens.
const (
	through = iota
	direct
)

// passage is a gateway with a daemon behind its gate.
type passage struct {
	*running
	daemon int       // its process
	to     [2]string // where clients connect, either way
}

// gate measures what the gate costs who goes through it.
func (b *bench) gate(ctx context.Context) error {
	file := filepath.Join(b.diskless.dir, "api")
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	daemon, err := b.script("api.sh", self, asAPIDaemon, file)
	if err != nil {
		return err
	}
	return b.with(ctx, 0, setting{dir: b.diskless.dir, daemon: daemon}, func(r *running) error {
		p := &passage{running: r}
		p.to[through] = r.api
		if err := p.find(ctx, file); err != nil {
			return err
		}
		for _, measure := range []func(context.Context, *bench) error{p.crowd, p.trips, p.pushes, p.bulk} {
			if err := measure(ctx, b); err != nil {
				return fmt.Errorf("through the gate: %w", err)
			}
		}
		return nil
	})
}

// find waits until clients are let in, and learns where the daemon is.
func (p *passage) find(ctx context.Context, file string) error {
	c, err := reachAPI(ctx, p.to[through])
	if err != nil {
		return p.failed(err.Error())
	}
	c.close()
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("find the daemon: %w", err)
	}
	if _, err := fmt.Sscan(string(text), &p.daemon, &p.to[direct]); err != nil {
		return fmt.Errorf("find the daemon in %q: %w", text, err)
	}
	return nil
}

// both connects a client either way.
func (p *passage) both(ctx context.Context, do func(clients [2]*apiClient) error) error {
	var clients [2]*apiClient
	for way, address := range p.to {
		c, err := reachAPI(ctx, address)
		if err != nil {
			return err
		}
		defer c.close()
		clients[way] = c
	}
	return do(clients)
}

// trips measures GetGlobalState, there and back, with all that take part on one core, as [bench.statusTrips] does.
func (p *passage) trips(ctx context.Context, b *bench) error {
	var took samples
	err := p.both(ctx, func(clients [2]*apiClient) error {
		return onOneCore([]int{p.cmd.Process.Pid, p.daemon}, func() error {
			return alternate(gateRounds, func(way int) error {
				return took.trips(way, statusWarmUp, gateTrips, clients[way].globalState)
			})
		})
	})
	if err != nil {
		return err
	}
	b.gated.add(figure{"GetGlobalState, on one core, p50", took.median(), microseconds, above(tripAim, microseconds)})
	return nil
}

// pushes measures how long it takes until the last of many pushes is there, and what all of the processor that takes.
func (p *passage) pushes(ctx context.Context, b *bench) error {
	var took, cpu samples
	err := p.both(ctx, func(clients [2]*apiClient) error {
		return alternate(2, func(way int) error {
			before, err := p.processor()
			if err != nil {
				return err
			}
			began := time.Now()
			if err := clients[way].take(order{pushes, pushRate}); err != nil {
				return err
			}
			took.addSince(way, began)
			after, err := p.processor()
			cpu.add(way, (after - before).Seconds())
			return err
		})
	})
	if err != nil {
		return err
	}
	b.gated.add(
		figure{"200,000 pushes of 200 bytes a second, five seconds", took.median(), seconds, times(pushAim)},
		figure{"  processor time of all three", cpu.median(), seconds, times(pushAim)})
	return nil
}

// bulk measures one long stream, as clients of the API read it, and as fast as bytes can be thrown away. The latter leaves the gate no time
// in which it could work beside the client: on two cores it shows what another hop of TCP takes.
func (p *passage) bulk(ctx context.Context, b *bench) error {
	pages := func(c *apiClient) error { return c.pages(order{count: bulk / pageBody}) }
	drink := func(c *apiClient) error { return c.drink(order{count: bulk}) }
	var read, thrown samples
	err := p.both(ctx, func(clients [2]*apiClient) error {
		if err := read.streams(clients, pages); err != nil {
			return err
		}
		return thrown.streams(clients, drink)
	})
	if err != nil {
		return err
	}
	b.gated.add(
		figure{"1 GiB in pages of 64 KiB, read by a client", read.median(), milliseconds, times(bulkAim)},
		figure{"1 GiB that is thrown away", thrown.median(), milliseconds, times(bulkAim)})
	return nil
}

// streams measures how long each client takes for its stream.
func (s *samples) streams(clients [2]*apiClient, stream func(*apiClient) error) error {
	return alternate(bulkRounds, func(way int) error {
		began := time.Now()
		if err := stream(clients[way]); err != nil {
			return err
		}
		s.addSince(way, began)
		return nil
	})
}

// crowd measures what the gateway needs for connections that are used. The first is part of both figures: it brings the program's
// code into memory, which the others do not need again. It comes when what the login needed was given back.
func (p *passage) crowd(ctx context.Context, b *bench) error {
	var idle, taken samples
	if err := takeMemory(ctx, p.running, &idle, direct); err != nil {
		return err
	}
	for n := range gateCrowd {
		c, err := reachAPI(ctx, p.to[through])
		if err != nil {
			return err
		}
		defer c.close()
		if err := c.globalState(); err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		if err := takeMemory(ctx, p.running, &taken, direct); err != nil {
			return err
		}
	}
	if err := takeMemory(ctx, p.running, &taken, through); err != nil {
		return err
	}
	b.gated.add(figure{"memory, 100 clients and one", taken.median(), mebibytes, above(gateCrowdAim, mebibytes)})
	return nil
}

// processor is what the gateway, the daemon and this program had of the processor so far.
func (p *passage) processor() (sum time.Duration, err error) {
	for _, pid := range []int{p.cmd.Process.Pid, p.daemon, os.Getpid()} {
		tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
		if err != nil || len(tasks) == 0 {
			return 0, fmt.Errorf("processor time of process %d: it has no threads", pid)
		}
		for _, task := range tasks {
			text, err := os.ReadFile(task)
			if errors.Is(err, os.ErrNotExist) {
				continue // this thread ended since they were listed
			}
			var ns time.Duration
			if _, scan := fmt.Sscan(string(text), &ns); errors.Join(err, scan) != nil {
				return 0, fmt.Errorf("processor time of process %d: %w", pid, errors.Join(err, scan))
			}
			sum += ns
		}
	}
	return sum, nil
}
