package siege

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// What an honest client may have to wait while a crowd is there.
const (
	StatusWithin = 50 * time.Millisecond  // for STATUS, in 99 of 100 cases
	NewWithin    = 250 * time.Millisecond // to connect and be told the status
)

// Waits are how long an honest client waited, each time.
type Waits struct {
	Stays []time.Duration // for STATUS on the connection that it has
	New   []time.Duration // for a connection and its first STATUS
}

// honestPause is how long an honest client does nothing between two questions.
const honestPause = 5 * time.Millisecond

// Ask has a client that stays and one that comes anew each time ask in turn, for a time.
func Ask(ctx context.Context, address string, lasting time.Duration) (w Waits, err error) {
	stays, err := Dial(ctx, address)
	if err != nil {
		return w, fmt.Errorf("the client that stays: %w", err)
	}
	defer stays.Close()
	for end := time.Now().Add(lasting); time.Now().Before(end) && ctx.Err() == nil; wait(ctx, honestPause) {
		began := time.Now()
		if err := stays.Status(); err != nil {
			return w, fmt.Errorf("the client that stays, after %d answers: %w", len(w.Stays), err)
		}
		w.Stays = append(w.Stays, time.Since(began))
		if len(w.Stays)%4 != 0 {
			continue
		}
		began = time.Now()
		if err := anew(ctx, address); err != nil {
			return w, fmt.Errorf("a new client, after %d: %w", len(w.New), err)
		}
		w.New = append(w.New, time.Since(began))
	}
	return w, nil
}

func anew(ctx context.Context, address string) error {
	c, err := Dial(ctx, address)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Status()
}

// Quantile is the wait that a share q of them does not exceed, 0 for none.
func Quantile(waits []time.Duration, q float64) time.Duration {
	if len(waits) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(waits))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

func (w Waits) String() string {
	return fmt.Sprintf("stays p50 %.1f, p99 %.1f, max %.1f ms; new p50 %.1f, max %.1f ms",
		ms(Quantile(w.Stays, 0.5)), ms(Quantile(w.Stays, 0.99)), ms(Quantile(w.Stays, 1)), ms(Quantile(w.New, 0.5)), ms(Quantile(w.New, 1)))
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
