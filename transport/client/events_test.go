package client_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
)

// heard is what a loop over Events got, as text.
type heard struct {
	mu   sync.Mutex // guards seen
	seen []string
	done chan struct{}
}

func (h *heard) add(s string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen = append(h.seen, s)
}

func listen(ctx context.Context, c *client.Client, after uint64) *heard {
	h := &heard{done: make(chan struct{})}
	go func() { // ends with ctx or with the client
		defer close(h.done)
		for e, err := range c.Events(ctx, after) {
			_, lost := errors.AsType[*client.UnreachableError](err)
			switch {
			case lost:
				h.add("lost")
			case err != nil:
				h.add(err.Error())
			default:
				h.add(fmt.Sprint(e.Seq, " ", e.Kind))
			}
		}
	}()
	return h
}

// wants compares what was heard, when nothing moves any more.
func (h *heard) wants(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	if got := slices.CompactFunc(slices.Clone(h.seen), func(a, b string) bool { return a == "lost" && b == "lost" }); !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
}

func TestEventsGoOnWhereTheyWereCutOff(t *testing.T) { within(t, testEvents) }
func testEvents(h *house) {
	h.serve()
	h.happens(fsm.Boot, fsm.Start)
	c := h.connect()
	ctx, cancel := context.WithCancel(h.t.Context())
	got := listen(ctx, c, 1)
	synctest.Wait()
	h.happens(fsm.CodeWanted)
	got.wants(h.t, "2 start", "3 code_wanted")
	h.leave()
	h.happens(fsm.CodeTyped)
	got.wants(h.t, "2 start", "3 code_wanted", "lost")
	time.Sleep(10 * time.Minute) // virtual
	h.serve()
	time.Sleep(15 * time.Second) // no wait between tries is longer
	h.happens(fsm.LoggedIn)
	got.wants(h.t, "2 start", "3 code_wanted", "lost", "4 code_typed", "5 logged_in")
	cancel()
	<-got.done
	c.Close()
	got.wants(h.t, "2 start", "3 code_wanted", "lost", "4 code_typed", "5 logged_in", "context canceled")
	h.leave()
}

func TestALostConnectionIsTriedAgainWithGrowingWaits(t *testing.T) { within(t, testWaits) }
func testWaits(h *house) {
	h.serve()
	c := h.connect()
	defer c.Close()
	h.leave()
	var waits []time.Duration
	last := time.Now()
	for _, err := range c.Events(h.t.Context(), 0) {
		if _, lost := errors.AsType[*client.UnreachableError](err); !lost {
			h.t.Fatal(err)
		}
		waits = append(waits, time.Since(last))
		if last = time.Now(); len(waits) == 10 {
			break
		}
	}
	want := []time.Duration{0, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second,
		15 * time.Second, 15 * time.Second, 15 * time.Second}
	if !slices.Equal(waits, want) {
		h.t.Errorf("waits %v, want %v", waits, want)
	}
}

func TestASlowLoopLosesNothing(t *testing.T) { within(t, testSlow) }
func testSlow(h *house) {
	h.serve()
	defer h.leave()
	h.happens(fsm.Boot, fsm.Start, fsm.Version, fsm.CodeWanted, fsm.CodeTyped, fsm.LoggedIn)
	c := h.connect()
	defer c.Close()
	var seqs []uint64
	for e, err := range c.Events(h.t.Context(), 0) {
		if err != nil {
			continue // the gateway dropped a client that does not read
		}
		seqs = append(seqs, e.Seq)
		if time.Sleep(time.Minute); e.Seq == 6 {
			break
		}
	}
	if !slices.Equal(seqs, []uint64{1, 2, 3, 4, 5, 6}) {
		h.t.Errorf("got %v", seqs)
	}
}

func TestAQuietGatewayIsNotTakenForADeadOne(t *testing.T) { within(t, testQuiet) }
func testQuiet(h *house) {
	h.serve()
	defer h.leave()
	h.happens(fsm.Boot)
	c := h.connect()
	defer c.Close()
	ctx, cancel := context.WithTimeout(h.t.Context(), time.Hour)
	defer cancel()
	got := listen(ctx, c, 0)
	<-got.done
	got.wants(h.t, "1 boot", "context deadline exceeded")
}

func TestAJournalThatWasBegunAnewIsFollowedFromItsStart(t *testing.T) { within(t, testAnew) }
func testAnew(h *house) {
	h.serve()
	defer h.leave()
	h.happens(fsm.Boot, fsm.Start)
	c := h.connect()
	ctx, cancel := context.WithCancel(h.t.Context())
	got := listen(ctx, c, 500)
	got.wants(h.t, "1 boot", "2 start")
	cancel()
	<-got.done
	c.Close()
}

func TestCloseEndsTheLoops(t *testing.T) { within(t, testCloseEnds) }
func testCloseEnds(h *house) {
	h.serve()
	defer h.leave()
	h.happens(fsm.Boot)
	c := h.connect()
	got := listen(h.t.Context(), c, 0)
	synctest.Wait()
	c.Close()
	<-got.done
	got.wants(h.t, "1 boot", client.ErrClosed.Error())
}
