package transport

import (
	"sync"
	"time"
)

// watch drops the clients that do not read: those whose connection has taken a frame for longer than
// writeWithin. One timer serves all of them, and runs only while somebody writes.
type watch struct {
	mu      sync.Mutex // guards what follows, for the time of a look at each client
	clients map[*stream]bool
	running bool

	cutting sync.WaitGroup // connections that are being cut; Serve waits for them
}

// begin takes note that a stream writes.
func (w *watch) begin(c *stream, by who) {
	c.writing[by].Store(time.Now().UnixNano())
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.clients == nil {
		w.clients = map[*stream]bool{}
	}
	w.clients[c] = true
	if !w.running {
		w.running = true
		time.AfterFunc(writeWithin, w.look) // ends by itself: look goes on only while somebody writes
	}
}

func (w *watch) end(c *stream, by who) { c.writing[by].Store(0) }

// forget is called when a stream is over.
func (w *watch) forget(c *stream) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.clients, c)
}

// look cuts off who writes for too long, and looks again when the next one may.
func (w *watch) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	var next time.Duration
	for c := range w.clients {
		for i := range c.writing {
			began := c.writing[i].Load()
			if began == 0 {
				continue
			}
			left := writeWithin - now.Sub(time.Unix(0, began))
			if left <= 0 {
				w.cutting.Go(func() { c.conn.CloseNow() })
			} else if next == 0 || left < next {
				next = left
			}
		}
	}
	w.running = next > 0
	if w.running {
		time.AfterFunc(next, w.look)
	}
}
