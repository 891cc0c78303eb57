package journalfile

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/ostai/futuopend-gateway/fsm"
)

// A daemon that prints much can fill all files within a day. What must not be forgotten survives that: each new file begins with
// copies of it, and each stretch of keepEvery bytes with a line that has them, too, so that a start reads no more than that.
const keepEvery = 64 << 10

// remember takes note of lines that were written. Most are not looked at closely.
func (f *File) remember(lines []byte) {
	for line := range bytes.Lines(lines) {
		if !counts(line) {
			continue
		}
		var e fsm.Entry
		if json.Unmarshal(line, &e) == nil {
			f.kept.Note(e)
		}
	}
}

var toConnected = []byte(`"to":"connected"`)

// counts reports whether a line may have what must not be forgotten, without decoding it.
func counts(line []byte) bool {
	_, rest, _ := bytes.Cut(line, []byte(`"kind":"`))
	kind, _, _ := bytes.Cut(rest, []byte(`"`))
	return fsm.Kind(kind).Counts() || bytes.Contains(line, toConnected)
}

// withKept returns lines, the first of them with what must not be forgotten if that is due.
func (f *File) withKept(lines []byte) []byte {
	if f.since < keepEvery {
		return lines
	}
	end := bytes.IndexByte(lines, '\n') + 1
	first := fsm.WithKept(lines[:end], f.kept.Entries())
	if len(first) > fsm.MaxLine {
		return lines // the next one has room
	}
	return append(first, lines[end:]...)
}

// carry begins a new file with what must not be forgotten: releases that do not look into lines find it there.
func (f *File) carry() error {
	var b []byte
	for _, e := range f.kept.Entries() {
		b = fsm.AppendLine(b, e)
	}
	if _, err := f.out.Write(b); err != nil {
		f.torn = true
		return fmt.Errorf("carry attempts over: %w", err)
	}
	f.size += int64(len(b))
	return nil
}
