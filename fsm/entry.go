package fsm

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// MaxLine bounds one line of a journal, in bytes. The console bounds a detail to far
// less; a longer line was not written by this program.
const MaxLine = 64 << 10

// Entry is one event as it happened: one line of the journal.
type Entry struct {
	Seq uint64    `json:"seq"` // grows by one with each entry, across restarts and rotated files
	At  time.Time `json:"at"`
	Event
	From State `json:"from"`
	To   State `json:"to"`
	// Held says that a code sent early is about to answer this request, so nobody needs to be asked.
	Held bool `json:"held,omitempty"`
	// Carried marks a copy that a rotated journal begins with, so that attempts are not forgotten.
	Carried bool `json:"carried,omitempty"`
}

// Changed reports whether the entry moved the machine.
func (e Entry) Changed() bool { return e.From != e.To }

// A BadLineError tells which line of a journal cannot be read, counted from 1.
type BadLineError struct {
	Line int
	Torn bool // it is the last line, and only the beginning of one: the writer was killed
	Err  error
}

func (e *BadLineError) Error() string { return fmt.Sprintf("journal line %d: %v", e.Line, e.Err) }
func (e *BadLineError) Unwrap() error { return e.Err }

// ReadJournal calls each with every entry in r, in order, and returns how many bytes
// hold whole entries. A line that is no entry ends it with a [BadLineError], an error
// of r or of each with that error.
func ReadJournal(r io.Reader, each func(Entry) error) (whole int64, err error) {
	in := bufio.NewReaderSize(r, MaxLine)
	var last uint64
	for n := 1; ; n++ {
		line, err := in.ReadSlice('\n')
		if len(line) == 0 && errors.Is(err, io.EOF) {
			return whole, nil
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return whole, fmt.Errorf("read journal: %w", err)
		}
		entry, bad := parseEntry(line, last, err)
		if bad != nil {
			bad.Line = n
			return whole, bad
		}
		last = entry.Seq
		if err := each(entry); err != nil {
			return whole, err
		}
		whole += int64(len(line))
	}
}

// parseEntry decodes one line as ReadSlice returned it. last is the sequence number before it, 0 for none.
func parseEntry(line []byte, last uint64, end error) (Entry, *BadLineError) {
	if errors.Is(end, bufio.ErrBufferFull) {
		return Entry{}, &BadLineError{Err: fmt.Errorf("longer than %d bytes", MaxLine)}
	}
	if end != nil {
		return Entry{}, &BadLineError{Torn: true, Err: errors.New("torn: it does not end")}
	}
	var e Entry
	dec := json.NewDecoder(bytes.NewReader(line))
	if err := dec.Decode(&e); err != nil {
		return Entry{}, &BadLineError{Err: err}
	}
	if rest := bytes.TrimSpace(line[dec.InputOffset():]); len(rest) > 0 {
		return Entry{}, &BadLineError{Err: errors.New("more than one value on the line")}
	}
	switch {
	case e.Seq == 0 || e.Kind == "" || e.At.IsZero():
		return Entry{}, &BadLineError{Err: errors.New("not an entry: seq, at or kind is missing")}
	case !e.From.Known() || !e.To.Known():
		return Entry{}, &BadLineError{Err: fmt.Errorf("no such state: %q to %q", e.From, e.To)}
	case e.Seq <= last:
		return Entry{}, &BadLineError{Err: fmt.Errorf("seq %d after %d", e.Seq, last)}
	}
	e.Event = e.split()
	return e, nil
}
