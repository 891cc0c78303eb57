package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	// askFor is how long the gateway keeps one request that waits for quotes; whole seconds. Proxies give up after a minute.
	askFor = 50 * time.Second
	// leastWait is the least time between two such requests: a gateway that is older than the parameter answers at once.
	leastWait = time.Second
	// maxHealth bounds the answer, in bytes.
	maxHealth = 4 << 10
)

// health is what /readyz answers.
type health struct {
	State   string `json:"state"`
	Missing string `json:"missing"`
}

// WaitReady returns the state once quotes work, however long that takes: a login that waits for a person is waited for, and so
// is a gateway that is out of reach or starts again. Bound it with ctx. The error is a [*RefusedError], for a token that is
// wrong, ErrClosed, or wraps why ctx ended and says what was missing last.
func (c *Client) WaitReady(ctx context.Context) (Status, error) {
	ctx, stop := c.whileOpen(ctx)
	defer stop()
	var last health
	for wait := firstWait; ; {
		begun := time.Now()
		ready, err := c.ready(ctx, &last)
		if ready {
			var now Status
			if now, err = c.Status(ctx); err == nil && now.Ready {
				return now, nil
			}
		}
		_, lost := errors.AsType[*UnreachableError](err)
		refusal, refused := errors.AsType[*RefusedError](err)
		switch {
		case ctx.Err() != nil:
			return Status{}, waited(last, context.Cause(ctx))
		case lost || refused && refusal.Code == "too_many_clients":
			wait = min(2*wait, longest)
		case err != nil:
			return Status{}, err
		default:
			wait = max(0, leastWait-time.Since(begun))
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		wait = max(wait, firstWait)
	}
}

// waited is the error of a wait that ended in vain.
func waited(last health, why error) error {
	if last.State == "" {
		return fmt.Errorf("wait until quotes work: %w", why)
	}
	return fmt.Errorf("wait until quotes work: the state is %s, and %s is missing: %w", last.State, last.Missing, why)
}

// ready asks once, and waits for as long as the gateway keeps the request.
func (c *Client) ready(ctx context.Context, last *health) (bool, error) {
	u := c.base.JoinPath("readyz")
	u.RawQuery = "wait=" + strconv.Itoa(int(askFor.Seconds()))
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return false, fmt.Errorf("wait until quotes work: %w", err)
	}
	r.Header = c.header()
	resp, err := c.options.HTTPClient.Do(r)
	if err != nil {
		return false, &UnreachableError{err}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.Header.Get("Content-Type") != "application/json" {
		return false, refused(resp)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxHealth))
	if err != nil || json.Unmarshal(body, last) != nil {
		return false, &UnreachableError{fmt.Errorf("%s answers %s, not as a gateway does", resp.Request.URL.Redacted(), resp.Status)}
	}
	return resp.StatusCode == http.StatusOK, nil
}

// whileOpen is a context that ends with the client, too. Call stop when done with it.
func (c *Client) whileOpen(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	watching := make(chan struct{})
	go func() { // ends with stop, which waits for it
		defer close(watching)
		select {
		case <-c.closing:
			cancel(ErrClosed)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil); <-watching }
}
