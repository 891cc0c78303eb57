package fsm

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A BadLineError tells which line of a journal cannot be read, counted from 1. Those after it can.
type BadLineError struct {
	Line int
	Torn bool // it is the last line, and only the beginning of one, or NULs: the writer was killed, or the power cut
	Err  error
}

func (e *BadLineError) Error() string { return fmt.Sprintf("journal line %d: %v", e.Line, e.Err) }
func (e *BadLineError) Unwrap() error { return e.Err }

var errTorn = errors.New("torn: it does not end")

// Reader reads the lines of a journal, each for itself: a bad one says nothing of the next.
type Reader struct {
	in     *bufio.Reader
	number int
	last   uint64
	sealed bool  // a line so far has a checksum
	whole  int64 // bytes of the lines so far, without a torn one
	open   bool  // the last of them does not end
}

// NewReader returns a reader of r. With sealed a line without a checksum is damaged; otherwise it is so after a line that has one.
func NewReader(r io.Reader, sealed bool) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, MaxLine), sealed: sealed}
}

// Next returns the next line. One that cannot be read is a [BadLineError], after which Next may be called again. At the end it
// returns io.EOF. A last line that lacks its end and nothing else counts.
func (r *Reader) Next() (Line, error) {
	text, err := r.in.ReadSlice('\n')
	ended := err == nil
	switch {
	case len(text) == 0 && errors.Is(err, io.EOF):
		return Line{}, io.EOF
	case errors.Is(err, bufio.ErrBufferFull):
		r.number++
		return Line{}, r.long(text)
	case !ended && !errors.Is(err, io.EOF):
		return Line{}, fmt.Errorf("read journal: %w", err)
	}
	r.number++
	l, err := parseLine(bytes.TrimSuffix(text, []byte("\n")), r.last, r.sealed)
	if err != nil && !ended {
		return Line{}, &BadLineError{Line: r.number, Torn: true, Err: errTorn}
	}
	r.whole, r.open = r.whole+int64(len(text)), !ended
	if err != nil {
		return Line{}, &BadLineError{Line: r.number, Err: err}
	}
	r.last, r.sealed = l.Seq, r.sealed || l.sealed
	return l, nil
}

// long passes over a line that is longer than the buffer, of which it gets the beginning. NULs up to the end of the
// journal are none: some file systems leave them where the power was cut before the data reached the disk.
func (r *Reader) long(text []byte) error {
	size, void := int64(len(text)), text[len(text)-1] == 0
	for {
		more, err := r.in.ReadSlice('\n')
		size += int64(len(more))
		void = void && len(bytes.Trim(more, "\x00")) == 0
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read journal: %w", err)
		}
		if err != nil && void {
			return &BadLineError{Line: r.number, Torn: true, Err: errTorn}
		}
		r.whole, r.open = r.whole+size, err != nil
		return &BadLineError{Line: r.number, Err: fmt.Errorf("longer than %d bytes", MaxLine)}
	}
}

// Sealed reports whether a line so far has a checksum.
func (r *Reader) Sealed() bool { return r.sealed }

// Whole returns how many bytes the lines so far take, without a torn one, and whether the last of them lacks its end.
func (r *Reader) Whole() (bytes int64, open bool) { return r.whole, r.open }

// ReadJournal calls each with every entry in r, in order, and returns how many bytes hold whole lines. A line that cannot be read is
// passed over; the first of them is returned as a [BadLineError] when all is read, a torn end only if there is no other. An error of r or
// of each ends it with that error.
func ReadJournal(r io.Reader, each func(Entry) error) (whole int64, err error) {
	in := NewReader(r, false)
	var damage *BadLineError
	for {
		l, err := in.Next()
		bad, damaged := errors.AsType[*BadLineError](err)
		switch {
		case errors.Is(err, io.EOF):
			whole, _ = in.Whole()
			if damage != nil {
				return whole, damage
			}
			return whole, nil
		case damaged:
			if damage == nil {
				damage = bad
			}
			continue
		case err == nil:
			err = each(l.Entry)
		}
		if err != nil {
			whole, _ = in.Whole()
			return whole, err
		}
	}
}
