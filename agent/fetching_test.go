package agent_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// server is what a daemon is fetched from: each try ends with what is sent on out, or is cut.
type server struct {
	out   chan error
	tries chan struct{} // one for each try that began
	cut   chan struct{} // one for each that was cut
}

func newServer() *server {
	return &server{out: make(chan error), tries: make(chan struct{}, 100), cut: make(chan struct{}, 100)}
}

func (s *server) fetch(ctx context.Context, tell func(fsm.Event)) (string, error) {
	s.tries <- struct{}{}
	tell(fsm.Event{Kind: fsm.Fetching, Detail: "FutuOpenD: 1 of 2 MB"})
	select {
	case err := <-s.out:
		return "FutuOpenD 10.11", err
	case <-ctx.Done():
		s.cut <- struct{}{}
		return "", ctx.Err()
	}
}

func (s *server) config(c *agent.Config) { c.Fetch = s.fetch }

func TestADaemonIsFetchedBeforeItsFirstStartAndNoLoginIsSpentOnThat(t *testing.T) {
	synctest.Test(t, testFetched)
}
func testFetched(t *testing.T) {
	s := newServer()
	h := open(t, s.config)
	defer h.close()
	after(time.Hour)
	h.want("on its way", fsm.Idle)
	if trouble := h.journal.Snapshot().Trouble; trouble.Why.Kind != fsm.Fetching || trouble.Why.Detail == "" {
		t.Errorf("the trouble is %+v, want what is on its way", trouble)
	}
	if _, err := h.agent.Init(t.Context(), false); err != nil || h.started() != 0 {
		t.Errorf("a person's start: %v, and %d starts", err, h.started())
	}
	s.out <- nil
	synctest.Wait()
	h.want("here", fsm.Initializing)
	h.says("正在登录", "登录成功")
	h.dies(agent.Exit{Code: 1})
	after(time.Hour)
	if h.started() < 2 || len(s.tries) != 1 {
		t.Errorf("%d starts after %d tries, want the second start without another fetch", h.started(), len(s.tries))
	}
}

func TestAFetchThatFailsIsToldAndTriedAgain(t *testing.T) { synctest.Test(t, testFetchFails) }
func testFetchFails(t *testing.T) {
	s := newServer()
	h := open(t, s.config)
	defer h.close()
	for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		s.out <- errors.New("the server answers 403; name another address")
		synctest.Wait()
		h.want("it failed", fsm.Halted)
		now := h.journal.Snapshot()
		if e := h.lastOf(fsm.TroubleTold); now.Halted.Kind != fsm.FetchFailed || e.Of != fsm.FetchFailed {
			t.Errorf("halted by %+v, told %+v", now.Halted, e)
		}
		after(wait - time.Second)
		if len(s.tries) != i+1 {
			t.Errorf("%d tries before the wait of %v was over, want %d", len(s.tries), wait, i+1)
		}
		after(2 * time.Second)
	}
	h.wantBudget("after three tries", 6, 3)
	s.out <- errors.New("no room")
	synctest.Wait()
	if _, err := h.agent.Init(t.Context(), false); err != nil {
		t.Errorf("a person's start: %v", err)
	}
	s.out <- nil
	synctest.Wait()
	h.want("after a person asked", fsm.Initializing)
}

func TestAStopCutsAFetch(t *testing.T) { synctest.Test(t, testFetchStopped) }
func testFetchStopped(t *testing.T) {
	s := newServer()
	h := open(t, s.config)
	if err := h.agent.Stop(t.Context()); err != nil || len(s.cut) != 1 {
		t.Errorf("stop: %v; %d were cut", err, len(s.cut))
	}
	after(24 * time.Hour)
	h.want("stopped", fsm.Idle)
	if _, err := h.agent.Init(t.Context(), false); err != nil {
		t.Error(err)
	}
	synctest.Wait()
	h.close() // it waits for the end of the agent, which waits for that of the fetch
	if len(s.cut) != 2 {
		t.Errorf("%d were cut", len(s.cut))
	}
}
