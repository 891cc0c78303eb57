package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
)

// What is measured of memory, and the aims in bytes. Memory varies little, so that few rounds do.
const (
	idleRounds  = 3
	settleAfter = time.Second // what a login needed in memory is not all given back at once
	scrapes     = 20
	leavers     = 4095        // all places but one, which the bench keeps
	leftWithin  = time.Minute // in which what they needed must be given back

	idleAim   = 11 << 20
	scrapeAim = 13 << 20
	leftAim   = 20 << 20
)

// idle measures the memory of a program that is done: the account is logged in and one client listens; and of the
// gateway, after its metrics were read.
func (b *bench) idle(ctx context.Context) error {
	var taken, scraped samples
	err := alternate(idleRounds, func(i int) error {
		return b.withClient(ctx, i, b.simulated, func(r *running, c *client) error {
			if err := c.logIn(ctx); err != nil {
				return err
			}
			if err := takeMemory(ctx, r, &taken, i); err != nil || i != 0 {
				return err
			}
			for range scrapes {
				if err := r.scrape(ctx); err != nil {
					return err
				}
			}
			return takeMemory(ctx, r, &scraped, i)
		})
	})
	if err != nil {
		return err
	}
	b.bare.add(figure{"memory, idle", taken.median(), mebibytes, within(idleAim, mebibytes)})
	b.alone.add(figure{"memory after 20 scrapes of /metrics, and before", [2]float64{scraped.median()[0], taken.median()[0]}, mebibytes,
		within(scrapeAim, mebibytes)})
	return nil
}

// logIn answers the simulated daemon.
func (c *client) logIn(ctx context.Context) error {
	if err := c.await(ctx, requestCode); err != nil {
		return err
	}
	if err := c.submit(ctx, opendsim.Code); err != nil {
		return err
	}
	return c.await(ctx, connected)
}

// scrape reads the metrics once, as Prometheus does.
func (r *running) scrape(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.address+"/metrics", nil)
	if err != nil {
		return fmt.Errorf("read metrics: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("read metrics: %w", err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		return fmt.Errorf("read metrics: status %d, %w", answer.StatusCode, err)
	}
	return nil
}

// leave measures what is left of many idle clients within a minute after they left.
func (b *bench) leave(ctx context.Context) error {
	return b.with(ctx, 0, b.diskless, func(r *running) error {
		c, err := gather(ctx, r, leavers)
		if err != nil {
			return err
		}
		at, err := r.memory()
		c.leave()
		if err != nil {
			return err
		}
		var left float64
		began := time.Now()
		for left = at; left > leftAim && time.Since(began) < leftWithin; {
			var now samples
			if err := takeMemory(ctx, r, &now, 0); err != nil {
				return err
			}
			left = now[0][0]
		}
		name := fmt.Sprintf("memory %s after 4,095 clients left, and with them", time.Since(began).Round(time.Second))
		b.alone.add(figure{name, [2]float64{left, at}, mebibytes, within(leftAim, mebibytes)})
		return nil
	})
}

// takeMemory adds what r has in memory once it has settled.
func takeMemory(ctx context.Context, r *running, to *samples, i int) error {
	select {
	case <-time.After(settleAfter):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	bytes, err := r.memory()
	if err != nil {
		return err
	}
	to.add(i, bytes)
	return nil
}
