package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/transport/client"
)

// gateway is the one that is looked after. It is connected to when it is first needed, since it may come up later than the agent.
type gateway struct {
	address string
	options client.Options

	mu sync.Mutex // guards c, also while it dials
	c  *client.Client
}

// within bounds a call: a gateway that goes away is told. The outcome of a code is known after a minute at the latest.
const within = 90 * time.Second

// connected is the client, which connects anew by itself once it was connected.
func (g *gateway) connected(ctx context.Context) (*client.Client, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.c != nil {
		return g.c, nil
	}
	c, err := client.Dial(ctx, g.address, g.options)
	if err != nil {
		return nil, err
	}
	g.c = c
	return c, nil
}

// close ends the connection. No call runs any more.
func (g *gateway) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.c != nil {
		g.c.Close()
	}
}

// told is an error as an agent can act on it: with the word of the table of errors, and how long to wait.
func told(err error) error {
	refused, ok := errors.AsType[*client.RefusedError](err)
	switch {
	case !ok:
		return err
	case refused.Wait > 0:
		return fmt.Errorf("%s: %w; wait %v before the next try", refused.Code, err, refused.Wait)
	}
	return fmt.Errorf("%s: %w", refused.Code, err)
}
