package journalfile

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"

	"github.com/ostai/futuopend-gateway/fsm"
)

// damage is what is wrong with one file, which is told once however many lines it is.
type damage struct {
	path string
	in   io.ReaderAt
	from int64 // where reading began, at the beginning of a line

	before int    // the lines before that, counted when the first is needed
	first  string // the first bad line, and why
	bad    int    // how many there are
	gaps   []string
	torn   int // the number of a torn last line, 0 if there is none
}

// line returns the number in the file of a line that was counted from where reading began.
func (d *damage) line(number int) int {
	if d.before == 0 && d.from > 0 {
		d.before = newlines(io.NewSectionReader(d.in, 0, d.from))
	}
	return d.before + number
}

// add takes a bad line, and returns where it is.
func (d *damage) add(bad *fsm.BadLineError) (where string) {
	number := d.line(bad.Line)
	if d.bad++; d.bad == 1 {
		d.first = fmt.Sprintf("line %d cannot be read: %v", number, bad.Err)
	}
	return fmt.Sprintf("%s: line %d", filepath.Base(d.path), number)
}

// gap takes entries that are missing before a line, and returns where that is.
func (d *damage) gap(first, last uint64, number int) (where string) {
	number = d.line(number)
	if len(d.gaps) < maxGaps {
		d.gaps = append(d.gaps, fmt.Sprintf("%s: before line %d the entries %d to %d are missing", d.path, number, first, last))
	}
	return fmt.Sprintf("%s: before line %d", filepath.Base(d.path), number)
}

// maxGaps bounds how many gaps of one file are told.
const maxGaps = 3

// notes tells what is wrong, but for a torn end.
func (d *damage) notes() []string {
	switch d.bad {
	case 0:
		return d.gaps
	case 1:
		return append(d.gaps, fmt.Sprintf("%s: %s; it is passed over", d.path, d.first))
	}
	return append(d.gaps, fmt.Sprintf("%s: %s; it is passed over, and so are %d more", d.path, d.first, d.bad-1))
}

// newlines counts the ends of lines in r, as far as it can be read.
func newlines(r io.Reader) (n int) {
	buf := make([]byte, 32<<10)
	for {
		got, err := r.Read(buf)
		n += bytes.Count(buf[:got], []byte("\n"))
		if err != nil {
			return n
		}
	}
}
