package metrics_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/gate"
	"github.com/ostai/futuopend-gateway/transport/metrics"
)

// nowhere is a disk that keeps nothing.
type nowhere struct{}

func (nowhere) Append([]byte) error { return nil }
func (nowhere) Sync() error         { return nil }

// house is a journal that the test writes, and metrics that read it.
type house struct {
	t       *testing.T
	journal *fsm.Journal
	machine *fsm.Machine
	metrics *metrics.Metrics
	proven  time.Time
}

// open makes metrics; mend may change their config before. They are run by the test, or by nobody.
func open(t *testing.T, mend func(*metrics.Config)) *house {
	h := &house{t: t, journal: fsm.NewJournal(nowhere{}), machine: fsm.NewMachine(fsm.Idle)}
	h.metrics = metrics.New(h.config(mend))
	return h
}

func (h *house) config(mend func(*metrics.Config)) metrics.Config {
	cfg := metrics.Config{
		Journal: h.journal, Version: "v1.2.3", Revision: "0123abc",
		Proven:      func() time.Time { return h.proven },
		Budget:      func(context.Context) (int, int, error) { return 5, 2, nil },
		Lines:       func() (uint64, uint64) { return 40, 3 },
		Unwritten:   func() uint64 { return 1 },
		JournalSize: func() (int64, error) { return 4096, nil },
		Clients:     func() int { return 7 },
		WrongTokens: func() uint64 { return 6 },
		Doors: func() []gate.DoorStatus {
			return []gate.DoorStatus{{
				Name: "api", Since: time.Unix(1, 0), Clients: 15, Taken: 16, Refused: gate.Refused{Address: 17, Full: 18}, Bytes: gate.Bytes{FromClients: 19, ToClients: 20},
			}, {Name: "websocket"}}
		},
		Notifications: func() metrics.Messages { return metrics.Messages{Sent: 11, GivenUp: 12, Dropped: 13, Failed: 14} },
	}
	if mend != nil {
		mend(&cfg)
	}
	return cfg
}

// run runs the metrics until the function that it returns is called.
func (h *house) run() (stop func()) {
	ctx, cancel := context.WithCancel(h.t.Context())
	done := make(chan struct{})
	go func() { // stop waits for it
		defer close(done)
		h.metrics.Run(ctx)
	}()
	synctest.Wait()
	return func() { cancel(); <-done }
}

// happens applies events as the agent would.
func (h *house) happens(kinds ...fsm.Kind) {
	for _, k := range kinds {
		h.tells(fsm.Event{Kind: k})
	}
	synctest.Wait()
}

func (h *house) tells(e fsm.Event) {
	from, to := h.machine.Apply(e)
	h.journal.Append(time.Now(), from, to, false, e)
	h.journal.Flush()
}

// figures are what a scrape tells, by name and labels, without the prefix.
type figures map[string]float64

// scrape takes the figures that are ours.
func (h *house) scrape() figures {
	h.t.Helper()
	answer := httptest.NewRecorder()
	h.metrics.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if answer.Code != http.StatusOK {
		h.t.Fatalf("a scrape is answered with %d: %s", answer.Code, answer.Body)
	}
	return parse(h.t, answer.Body.String())
}

func parse(t *testing.T, text string) figures {
	t.Helper()
	out := figures{}
	for line := range strings.Lines(text) {
		line, ours := strings.CutPrefix(strings.TrimSpace(line), "futuopend_gateway_")
		if !ours {
			continue
		}
		i := strings.LastIndexByte(line, ' ')
		v, err := strconv.ParseFloat(line[i+1:], 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		out[line[:i]] = v
	}
	return out
}

// want compares the figures of the names in want, those with the value 0 excepted: whatever is not named must be 0.
func (f figures) want(t *testing.T, why, name string, want figures) {
	t.Helper()
	got := maps.Clone(f)
	maps.DeleteFunc(got, func(k string, v float64) bool { return v == 0 || k != name && !strings.HasPrefix(k, name+"{") })
	if !maps.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", why, got, want)
	}
}

// after lets time pass and everything that comes of it happen.
func after(d time.Duration) {
	time.Sleep(d) // in the bubble this is no waiting
	synctest.Wait()
}
