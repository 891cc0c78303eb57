package journalfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// A daemon that prints much can fill all files within a day. What the login rules count must survive
// that, so each new file begins with copies of it, marked as carried.
const (
	// maxKept bounds how many entries are carried. The rules count at most six starts and three failures.
	maxKept = 64
)

// remember keeps a copy of an entry that a new file is to begin with.
func (f *File) remember(e fsm.Entry) {
	if e.Kind.CarriedFor() == 0 {
		return
	}
	e.Carried = true
	line, err := json.Marshal(e)
	if err != nil {
		panic(fmt.Sprintf("journalfile: marshal %+v: %v", e, err)) // it was read from JSON
	}
	if len(f.keep) == maxKept {
		f.keep = append(f.keep[:0], f.keep[1:]...)
	}
	f.keep = append(f.keep, append(line, '\n'))
}

// rememberLines does so for lines that were written. Most are not looked at closely.
func (f *File) rememberLines(lines []byte) {
	for line := range bytes.Lines(lines) {
		if kind, ok := kindOf(line); ok && kind.CarriedFor() > 0 {
			var e fsm.Entry
			if json.Unmarshal(line, &e) == nil {
				f.remember(e)
			}
		}
	}
}

// kindOf finds the kind in a line without decoding it all.
func kindOf(line []byte) (fsm.Kind, bool) {
	_, rest, ok := bytes.Cut(line, []byte(`"kind":"`))
	kind, _, ends := bytes.Cut(rest, []byte(`"`))
	return fsm.Kind(kind), ok && ends
}

// carry begins a new file with what must not be forgotten.
func (f *File) carry() error {
	var b bytes.Buffer
	for _, line := range f.keep {
		var e fsm.Entry
		if json.Unmarshal(line, &e) == nil && time.Since(e.At) < e.Kind.CarriedFor() {
			b.Write(line)
		}
	}
	if _, err := f.out.Write(b.Bytes()); err != nil {
		f.torn = true
		return fmt.Errorf("carry attempts over: %w", err)
	}
	f.size += int64(b.Len())
	return nil
}
