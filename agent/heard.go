package agent

import (
	"context"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// heard is what the daemon said, in this run of the gateway: the latest lines, and those that are still to be shown.
type heard struct {
	all     console.Ring // every line
	unknown console.Ring // those that no rule knows
	shown   []byte       // lines for the console, written after each chunk

	lines, unknownLines atomic.Uint64 // the loop adds to them, anybody may read them

	mu    sync.Mutex // guards tally
	tally fsm.Tally  // of the lines that no rule knows
}

// mark stands before each line of the daemon on the console.
const mark = "opend | "

// add takes one line that was printed at a time.
func (h *heard) add(l console.Line, at time.Time) {
	h.shown = append(append(append(h.shown, mark...), l.Text...), '\n')
	h.all.Add(l.Text)
	h.lines.Add(1)
	if l.Unknown() {
		h.unknown.Add(l.Text)
		h.unknownLines.Add(1)
		h.mu.Lock()
		h.tally.Add(l.Text, at)
		h.mu.Unlock()
	}
}

// show writes the lines that were not shown yet.
func (h *heard) show(console io.Writer) {
	if len(h.shown) > 0 {
		console.Write(h.shown) // it tells nobody when it fails: there is nothing to be done
		h.shown = h.shown[:0]
	}
}

// lastWords is the end of what the daemon said, in one line.
func (h *heard) lastWords() string { return strings.Join(h.all.Latest(3), " | ") }

// Lines returns the daemon's latest lines, oldest first, at most [console.RingSize]. Secrets were taken out. It
// is safe for concurrent use.
func (a *Agent) Lines(ctx context.Context) (lines []string, err error) {
	err = a.do(ctx, func() error {
		lines = a.heard.all.Latest(console.RingSize)
		return nil
	})
	return lines, err
}

// Unknown returns the lines that no rule knows, the latest first, at most [fsm.MaxUnknown]. Secrets were taken out. It is safe for
// concurrent use.
func (a *Agent) Unknown() []fsm.Unknown {
	a.heard.mu.Lock()
	defer a.heard.mu.Unlock()
	return a.heard.tally.Lines()
}

// Counts is what an agent has seen so far, in this run of the gateway. None of it is in the journal: a
// line that no rule knows is no event, and a journal that cannot be written tells nothing.
type Counts struct {
	Lines     uint64 // the daemon's lines, without empty ones and the echo of what was typed
	Unknown   uint64 // those of them that no rule knows
	Unwritten uint64 // times that the journal could not be written
}

// Counts is safe for concurrent use.
func (a *Agent) Counts() Counts {
	return Counts{a.heard.lines.Load(), a.heard.unknownLines.Load(), a.book.unwritten.Load()}
}
