package main

import (
	"context"
	"time"
)

// floodRounds is how often each program reads each flood, and linesAim the share of the bare program's lines a second that
// puts the gateway ahead of the program that it replaces.
const (
	floodRounds = 4
	linesAim    = 0.91
)

// lines measures how fast the daemon's lines are taken: from the code that lets them loose until
// the client hears of the success, which is the last line.
func (b *bench) lines(ctx context.Context) error {
	for _, flood := range []struct{ name, code string }{
		{"lines per second, 1 in 20 known", mixedCode},
		{"lines per second, none known", unknownCode},
	} {
		var rate samples
		err := alternate(floodRounds, func(i int) error {
			return b.withClient(ctx, i, b.own, func(_ *running, c *client) error {
				if err := c.await(ctx, requestCode); err != nil {
					return err
				}
				began := time.Now()
				if err := c.submit(ctx, flood.code); err != nil {
					return err
				}
				if err := c.await(ctx, connected); err != nil {
					return err
				}
				rate.add(i, floodLines/time.Since(began).Seconds())
				return nil
			})
		})
		if err != nil {
			return err
		}
		b.bare.add(figure{flood.name, rate.median(), thousands, share(linesAim)})
	}
	return nil
}
