package testbed

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// Patience bounds every wait for a program. It is reached only when something is broken.
const Patience = 20 * time.Second

// Tape keeps what a program prints, and wakes those who wait for something in it. A test bounds its length.
type Tape struct {
	mu   sync.Mutex // guards text and more
	text bytes.Buffer
	more chan struct{} // is closed when text has grown
}

// NewTape is an empty one.
func NewTape() *Tape { return &Tape{more: make(chan struct{})} }

func (w *Tape) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.more)
	w.more = make(chan struct{})
	return w.text.Write(p)
}

// Look returns what is there, and a channel that is closed when there is more.
func (w *Tape) Look() (string, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String(), w.more
}

func (w *Tape) String() string { s, _ := w.Look(); return s }

// Until waits for a text. If it does not come, the test ends, with what else there was.
func (w *Tape) Until(t testing.TB, text string, others ...*Tape) {
	t.Helper()
	for deadline := time.After(Patience); ; {
		got, more := w.Look()
		if strings.Contains(got, text) {
			return
		}
		select {
		case <-more:
		case <-deadline:
			for _, o := range others {
				t.Logf("beside it:\n%s", o)
			}
			t.Fatalf("no %q within %v in\n%s", text, Patience, got)
		}
	}
}
