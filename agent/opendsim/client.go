package opendsim

import (
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

// wire is how a client is spoken to. write may be called beside read, and waits no longer than writeWait; close makes
// both return.
type wire interface {
	read(wait time.Duration) (request, error)
	write(request, openapi.Response) error
	close()
}

// request is a message of a client. A push is written as an answer to a request that has only an id.
type request struct {
	id     uint32
	serial uint64
	format byte
	c2s    []byte
}

// client is one connection to the API. The goroutine of serve owns it, but for what is under the mutex of the API.
type client struct {
	wire wire

	id    uint64
	alive time.Time // when it last gave a sign of life
	wants bool      // asked for what happens

	served bool // its InitConnect was answered; under mu
	told   bool // what happens is pushed to it; under mu
}

// join takes a connection in, or closes it and returns nil. serve has to follow.
func (a *api) join(w wire) *client {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed || a.mode == apiDrop || len(a.clients) == maxSockets {
		w.close()
		return nil
	}
	a.lastID++
	c := &client{wire: w, id: a.lastID, alive: time.Now()}
	a.clients[c] = true
	a.goroutines.Add(1)
	return c
}

// serve answers a client until it goes or is silent for too long.
func (a *api) serve(c *client) {
	defer a.leave(c)
	for {
		r, err := c.wire.read(time.Until(c.alive.Add(a.heartbeat)))
		if err != nil {
			return
		}
		if err := c.wire.write(r, a.answer(c, r)); err != nil {
			return
		}
		if c.wants {
			a.tellFromNowOn(c) // no push comes before the answer to InitConnect
		}
	}
}

func (a *api) leave(c *client) {
	c.wire.close()
	a.mu.Lock()
	delete(a.clients, c)
	a.mu.Unlock()
	a.goroutines.Done()
}
