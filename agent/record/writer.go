package record

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// errLost ends a record that the disk does not keep up with.
var errLost = errors.New("the disk is too slow")

// writer writes a record. It belongs to one goroutine.
type writer struct {
	config Config
	file   *os.File // nil once the record has ended
	began  time.Time
	size   int
	mask   mask
	held   []item // chunks whose end may be the beginning of a secret
}

// run writes what comes, until the daemon has exited.
func (w *writer) run(queue <-chan item, lost *atomic.Bool) {
	for i := range queue {
		switch {
		case w.file == nil:
		case lost.Load():
			w.stop(errLost)
		default:
			w.take(i)
		}
		if i.exit != nil {
			w.close()
			return
		}
	}
}

func (w *writer) take(i item) {
	if i.out == nil {
		w.release(0, true)
	}
	switch {
	case i.out != nil:
		w.mask.echo(i.out)
		w.held = append(w.held, i)
		w.release(maxHeld, false)
	case i.exit != nil:
		w.add(i.at, Entry{Exit: i.exit.String()})
	default:
		w.add(i.at, Entry{In: w.mask.types(i.in)})
	}
}

// release writes the chunks that are held, unless their end may be the beginning of a secret and they are shorter than
// limit. What may be one is overwritten when it cannot be waited for.
func (w *writer) release(limit int, now bool) {
	var joined []byte
	for _, i := range w.held {
		joined = append(joined, i.out...)
	}
	open := w.mask.whole(joined)
	if open > 0 && !now && len(joined) < limit {
		return
	}
	blot(joined[len(joined)-open:])
	for _, i := range w.held {
		chunk := joined[:len(i.out)]
		joined = joined[len(i.out):]
		w.add(i.at, printed(chunk))
	}
	w.held = w.held[:0]
}

func (w *writer) add(at time.Time, e Entry) {
	if w.file == nil {
		return
	}
	e.At = at.Sub(w.began).Milliseconds()
	text := line(e)
	if w.size+len(text) > maxRecord {
		w.stop(fmt.Errorf("it has its size of %d bytes", maxRecord))
		return
	}
	w.put(text)
}

func (w *writer) put(text []byte) {
	if _, err := w.file.Write(text); err != nil {
		w.file.Truncate(int64(w.size)) // a part of a line would make the rest unreadable
		w.stop(err)
		return
	}
	w.size += len(text)
}

// stop ends the record before the daemon does, and says so, in the record too if that is possible.
func (w *writer) stop(why error) {
	w.config.Warn("the record of this daemon stops: " + why.Error())
	w.file.Write(line(Entry{At: time.Since(w.began).Milliseconds(), Stopped: why.Error()}))
	w.close()
}

func (w *writer) close() {
	if w.file != nil {
		w.file.Close()
		w.file = nil
	}
}
