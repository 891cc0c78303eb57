// Package metrics tells Prometheus how the gateway is.
//
// It is one more reader of the journal, beside everything else: it commands nothing, and nobody waits for it. What
// is in no journal it asks of whoever counts it, when it is scraped.
//
// Counters begin with the program: Prometheus knows what a restart does to them. Labels have few values, which
// are all there from the first scrape on, so that an alert need not tell "never" from "not yet". None of them is
// free text, and none tells the account.
package metrics

import (
	"bytes"
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/gate"
)

// Messages is what became of messages to people, each counted once for each target.
type Messages struct {
	Sent, GivenUp, Dropped uint64
	Failed                 uint64 // tries that failed, those of a message that was sent in the end too
}

// Config is what [Metrics] tells of. All of it is required. The functions are called at each scrape, by several
// goroutines if several scrape.
type Config struct {
	Journal *fsm.Journal

	Version, Revision string // of the program

	Proven        func() time.Time                                                // when the API last proved that quotes work, zero if it does not
	Budget        func(ctx context.Context) (starts, failedLogins int, err error) // what the gateway may still spend by itself
	Lines         func() (all, unknown uint64)                                    // of the daemon
	Unwritten     func() uint64                                                   // times that the journal could not be written
	JournalSize   func() (bytes int64, err error)                                 // with its rotated files
	Clients       func() int                                                      // WebSockets that are open
	WrongTokens   func() uint64                                                   // requests with a wrong token, or none
	Notifications func() Messages                                                 // what became of messages
	Doors         func() []gate.DoorStatus                                        // where clients reach the daemon; none without a gate
}

// Metrics counts what happens, and answers scrapes.
//
// Two take entries into account, by the same function: the goroutine of [Metrics.Run] as they happen, and each
// scrape those that are there. A scrape alone would miss what left the journal's window since the one before, or
// before the first; the goroutine alone would let a scrape tell less than the journal.
type Metrics struct {
	cfg   Config
	pages chan *bytes.Buffer // one for each scrape that may be answered at once; each keeps its room, some 30 KiB, for the next

	mu    sync.Mutex // guards tally, for the time of catching up and of a copy
	tally tally
}

// New returns metrics that begin to count after the journal's present end, in the state that it ends in.
func New(cfg Config) *Metrics {
	m := &Metrics{cfg: cfg, pages: make(chan *bytes.Buffer, maxScrapes), tally: newTally(cfg.Journal.Snapshot(), time.Now())}
	for range maxScrapes {
		m.pages <- new(bytes.Buffer)
	}
	return m
}

// Run counts what happens until ctx ends.
func (m *Metrics) Run(ctx context.Context) {
	for {
		select {
		case <-m.catchUp():
			runtime.Gosched() // clients are answered first
		case <-ctx.Done():
			return
		}
	}
}

// catchUp takes the entries up to the present one into account, and returns what closes when there may be more.
func (m *Metrics) catchUp() (more <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for {
		seq := m.tally.sum.Seq
		e, ok, more := m.cfg.Journal.Look(seq)
		if !ok {
			return more
		}
		if e.Seq != seq+1 {
			m.tally.skip(m.cfg.Journal.Snapshot(), time.Now()) // it fell so far behind that entries are gone
			continue
		}
		m.tally.note(e, time.Now())
	}
}

// present is a copy of the tally as of now.
func (m *Metrics) present() tally {
	m.catchUp()
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tally.asOf(time.Now())
}
