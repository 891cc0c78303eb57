package journalfile

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// reading passes on the entries of one file after the other, and keeps account of what is missing. A line that cannot be read is
// passed over. Where an entry is lost, one stands for it that says so.
type reading struct {
	each func(fsm.Entry)
	now  time.Time // what is dated later is taken as of now

	last   fsm.Entry // the latest that was passed on
	own    uint64    // the number of the latest that was no copy
	sealed bool      // a line so far has a checksum
	bad    int       // lines since then that cannot be read
	badAt  string    // the first of them
	moved  bool      // an entry was dated later than now
	notes  []string  // what is wrong, for a person
}

// end is how a file ends.
type end struct {
	whole int64 // bytes without a torn last line
	torn  int   // the number of that line, 0 if there is none
	open  bool  // the last line is whole, and lacks its end
}

// file reads a file from the line on that begins at an offset.
func (r *reading) file(path string, from int64, newest bool) (end, error) {
	in, err := os.Open(path)
	if err != nil {
		return end{}, err
	}
	defer in.Close()
	lines := fsm.NewReader(io.NewSectionReader(in, from, math.MaxInt64), r.sealed)
	d := damage{path: path, in: in, from: from}
	for number := 1; ; number++ {
		l, err := lines.Next()
		bad, isBad := errors.AsType[*fsm.BadLineError](err)
		switch {
		case err == nil:
			r.account(l, number, &d)
			r.take(l)
		case errors.Is(err, io.EOF):
			r.sealed = lines.Sealed()
			r.notes = append(r.notes, d.notes()...)
			whole, open := lines.Whole()
			return end{from + whole, d.torn, open}, nil
		case isBad && bad.Torn && newest:
			d.torn = d.line(bad.Line)
		case isBad:
			at := d.add(bad)
			if r.bad++; r.bad == 1 {
				r.badAt = at
			}
		default:
			return end{}, fmt.Errorf("read %s: %w", path, err)
		}
	}
}

// account looks whether entries are lost before a line. A line with copies has what counts of them.
func (r *reading) account(l fsm.Line, number int, d *damage) {
	if l.Carried {
		return
	}
	where := r.badAt
	if r.bad == 0 && r.own > 0 && l.Seq > r.own+1 {
		where = d.gap(r.own+1, l.Seq-1, number)
	}
	r.bad, r.badAt = 0, ""
	if where != "" && l.Kept == nil {
		r.pass(lost(l.Seq-1, l.At, l.From, where)) // which leaves it out if the entry with that number was read
	}
	r.own = l.Seq
}

// finish looks whether entries are lost at the very end.
func (r *reading) finish() {
	if r.bad > 0 {
		state := r.last.To
		if !state.Known() {
			state = fsm.Idle
		}
		r.pass(lost(r.last.Seq+uint64(r.bad), r.now, state, r.badAt))
	}
}

// lost stands for entries that are lost, with the number of the last of them.
func lost(seq uint64, at time.Time, state fsm.State, where string) fsm.Entry {
	return fsm.Entry{Seq: seq, At: at, Event: fsm.Event{Kind: fsm.LinesLost, Detail: where}, From: state, To: state}
}

func (r *reading) take(l fsm.Line) {
	for _, e := range l.Kept {
		e.Carried = true
		r.pass(e)
	}
	r.pass(l.Entry)
}

// pass passes an entry on, but for copies of what was read.
func (r *reading) pass(e fsm.Entry) {
	if e.Seq <= r.last.Seq {
		return
	}
	if e.At.After(r.now) {
		e, r.moved = e.AsOf(r.now), true
	}
	r.last = e
	r.each(e)
}
