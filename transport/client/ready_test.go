package client_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
)

func TestWaitReadyOutlastsALoginAndARestartOfTheGateway(t *testing.T) { within(t, testWaitReady) }
func testWaitReady(h *house) {
	h.serve()
	c := h.connect()
	defer c.Close()
	type got struct {
		now client.Status
		err error
	}
	came := make(chan got, 1)
	go func() {
		now, err := c.WaitReady(h.t.Context())
		came <- got{now, err}
	}()
	h.happens(fsm.Start, fsm.CodeWanted)
	time.Sleep(3 * askedFor) // nobody gives a code for a while
	h.leave()
	time.Sleep(time.Minute)
	h.serve()
	h.happens(fsm.CodeTyped, fsm.LoggedIn)
	time.Sleep(askedFor)
	synctest.Wait()
	if len(came) != 0 {
		h.t.Fatal("it is ready before that is proven")
	}
	h.happens(fsm.APIReady)
	if g := <-came; g.err != nil || !g.now.Ready || g.now.State != "connected" {
		h.t.Errorf("got %+v and %v", g.now, g.err)
	}
	c.Close()
	h.leave()
}

// askedFor is longer than one request waits.
const askedFor = time.Minute

func TestWaitReadyEndsWithItsContextAndSaysWhatIsMissing(t *testing.T) { within(t, testWaitEnds) }
func testWaitEnds(h *house) {
	h.serve()
	defer h.leave()
	c := h.connect()
	defer c.Close()
	h.happens(fsm.Start, fsm.CodeWanted)
	ctx, cancel := context.WithTimeout(h.t.Context(), askedFor)
	defer cancel()
	_, err := c.WaitReady(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "the state is awaiting_code, and login is missing") {
		h.t.Errorf("got %v", err)
	}
	go c.Close()
	if _, err := c.WaitReady(h.t.Context()); !errors.Is(err, client.ErrClosed) {
		h.t.Errorf("of a client that is closed: %v", err)
	}
}
