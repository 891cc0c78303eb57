package main

import (
	"context"
	"time"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
)

// How often each program is started. Memory varies little.
const (
	startRounds = 15
	idleRounds  = 3
	settleAfter = time.Second // what a login needed in memory is not all given back at once
)

// starts measures the time from exec until the first STATUS is answered, while the simulated daemon starts beside.
func (b *bench) starts(ctx context.Context) error {
	var took samples
	err := alternate(startRounds, func(i int) error {
		return b.withClient(ctx, i, b.simulated, func(r *running, c *client) error {
			if err := c.askStatus(ctx); err != nil {
				return err
			}
			took.addSince(i, r.began)
			return nil
		})
	})
	if err != nil {
		return err
	}
	b.add(figure{name: "exec to first STATUS", values: took.median(), show: milliseconds, aim: aim})
	return nil
}

// idle measures the memory of a program that is done: the account is logged in and one client listens.
func (b *bench) idle(ctx context.Context) error {
	var taken samples
	err := alternate(idleRounds, func(i int) error {
		return b.withClient(ctx, i, b.simulated, func(r *running, c *client) error {
			if err := c.await(ctx, requestCode); err != nil {
				return err
			}
			if err := c.submit(ctx, opendsim.Code); err != nil {
				return err
			}
			if err := c.await(ctx, connected); err != nil {
				return err
			}
			return takeMemory(ctx, r, &taken, i)
		})
	})
	if err != nil {
		return err
	}
	b.add(figure{name: "memory, idle", values: taken.median(), show: mebibytes, aim: aimIdle})
	return nil
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
