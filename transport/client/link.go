package client

import (
	"context"
	"strconv"
	"sync"
)

// link is the connection for commands. Its reader is the only one who reads; whoever waits for
// something is in calls, and the reader hands each of them every frame, in order, under the lock.
type link struct {
	*socket
	gone chan struct{} // closed by the reader when the connection is over
	why  error         // set before that

	mu    sync.Mutex // guards what follows, for the time of handing out one frame
	seq   uint64     // of the latest event that was told of
	calls map[string]hearer
	last  int // the number of the latest call
}

// hearer waits for frames. hear never blocks; once it returns true it is called no more.
type hearer interface{ hear(frame) (over bool) }

func (l *link) alive() bool {
	if l == nil {
		return false
	}
	select {
	case <-l.gone:
		return false
	default:
		return true
	}
}

// read hands out frames until the connection is over.
func (l *link) read() {
	defer close(l.gone)
	defer l.close()
	for {
		f, err := l.next(context.Background())
		if err != nil {
			l.why = &UnreachableError{err}
			return
		}
		l.hand(f)
	}
}

func (l *link) hand(f frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.Type == "EVENT" {
		var e Event
		f.read(&e)
		l.seq = max(l.seq, e.Seq)
	}
	for id, h := range l.calls {
		if h.hear(f) {
			delete(l.calls, id)
		}
	}
}

// call sends a command, and h hears what follows. make gets the id of the command, and the
// sequence number that every event of its doing is after.
func (l *link) call(command map[string]any, make func(id string, seq uint64) hearer) (id string, err error) {
	l.mu.Lock()
	l.last++
	id = strconv.Itoa(l.last)
	l.calls[id] = make(id, l.seq)
	l.mu.Unlock()
	command["id"] = id
	if err := l.send(command); err != nil {
		l.forget(id)
		return "", err
	}
	return id, nil
}

// forget is for those who do not wait any longer.
func (l *link) forget(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.calls, id)
}

// wait waits until done is closed. What was heard before the connection ended counts.
func (l *link) wait(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-l.gone:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case <-done:
		return nil
	default:
		return l.why
	}
}
