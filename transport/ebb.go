package transport

import (
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/transport/memory"
)

const (
	// crowdOf is how many connections must have left for their memory to be given back: fewer have some MiB.
	crowdOf = 128
	// ebbAfter is how long it waits: they may come again.
	ebbAfter = 10 * time.Second
)

// ebb gives memory back to the machine when a crowd has left.
type ebb struct {
	mu        sync.Mutex // guards what follows
	most, now int        // connections, most since memory was given back last
	due       *time.Timer
	over      bool
	working   sync.WaitGroup // the one that gives back; end waits for it
}

// count takes note of how many connections there are. When many have left, memory is given back in a while, once in that time.
func (e *ebb) count(now int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.now, e.most = now, max(e.most, now)
	if e.due == nil && !e.over && e.most-now >= crowdOf && now <= e.most/2 {
		e.working.Add(1)
		e.due = time.AfterFunc(ebbAfter, e.giveBack) // end stops it, or waits for it
	}
}

func (e *ebb) giveBack() {
	defer e.working.Done()
	e.mu.Lock()
	e.due, e.most = nil, e.now
	e.mu.Unlock()
	memory.GiveBack()
}

// end returns when no memory is given back any more.
func (e *ebb) end() {
	e.mu.Lock()
	e.over = true
	if e.due != nil && e.due.Stop() {
		e.working.Done()
	}
	e.mu.Unlock()
	e.working.Wait()
}
