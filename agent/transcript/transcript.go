package transcript

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// sampled is how much of the beginning tells the form, in bytes: a login with all that the gateway's log says beside it.
const sampled = 256 << 10

// maxLayers bounds how many layers are taken off: a quoted mail of a quoted mail with compose's names, times and our mark has six.
const maxLayers = 8

// Form is how the output reached whoever has it.
type Form struct {
	encoding string   // empty for UTF-8
	layers   []string // around what the daemon printed, outermost first
}

// String is the form for a person, from the innermost part to the outermost.
func (f Form) String() string { return strings.Join(f.Parts(), ", ") }

// Parts are the names of what there is around what the daemon printed, from the innermost to the outermost. Each is one of [PartNames].
func (f Form) Parts() []string {
	parts := []string{rawBytes}
	for i := len(f.layers) - 1; i >= 0; i-- {
		if base := f.layers[i] == byGateway || f.layers[i] == inGTWLog; base && len(parts) == 1 {
			parts[0] = f.layers[i]
			continue
		}
		parts = append(parts, f.layers[i])
	}
	if f.encoding != "" {
		parts = append(parts, f.encoding)
	}
	return parts
}

// Read finds out the form of what in has, and calls each with what the daemon printed, in pieces, and when it was printed, zero where
// that is not told. Lines keep their numbers: one that is not the daemon's becomes an empty line. A piece is valid until each returns. It holds
// sampled bytes at most. The only errors are those of in.
func Read(in io.Reader, each func(at time.Time, piece []byte)) (Form, error) {
	text, encoding, err := decode(in)
	if err != nil {
		return Form{}, fmt.Errorf("read transcript: %w", err)
	}
	sample, err := text.Peek(sampled)
	if err != nil && !errors.Is(err, io.EOF) {
		return Form{}, fmt.Errorf("read transcript: %w", err)
	}
	names, peels := detect(sample)
	form := Form{encoding, names}
	r := reader{text, peels, each}
	if len(peels) == 0 {
		err = r.whole()
	} else {
		err = r.lines()
	}
	if err != nil {
		return form, fmt.Errorf("read transcript: %w", err)
	}
	return form, nil
}

type reader struct {
	in    *bufio.Reader
	peels []peel
	each  func(time.Time, []byte)
}

// whole passes on what needs nothing taken off.
func (r reader) whole() error {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.in.Read(buf)
		if n > 0 {
			r.each(time.Time{}, buf[:n])
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// lines takes the layers off each line. Of one that is longer than the buffer the beginning tells.
func (r reader) lines() error {
	var at time.Time
	kept, inside := true, false
	for {
		line, err := r.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		text, ended := bytes.CutSuffix(line, []byte("\n"))
		if !inside {
			text, at, kept = off(r.peels, text)
		}
		if kept && len(text) > 0 {
			r.each(at, text)
		}
		if ended {
			r.each(at, []byte("\n"))
		}
		inside = !ended
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
}

// nbsp is what web pages make of a blank. The daemon prints none.
var nbsp = []byte("\u00a0")

// off takes the layers off one line. The time that is told last counts: it is the nearest to the daemon.
func off(peels []peel, line []byte) (rest []byte, at time.Time, kept bool) {
	rest = bytes.ReplaceAll(line, nbsp, []byte(" "))
	for _, p := range peels {
		text, told, keep := p(rest)
		if !keep {
			return nil, at, false
		}
		if !told.IsZero() {
			at = told
		}
		rest = text
	}
	return rest, at, true
}

// detect tells which layers a sample has, outermost first, and how they are taken off.
func detect(sample []byte) (names []string, peels []peel) {
	lines := bytes.Split(bytes.ReplaceAll(sample, nbsp, []byte(" ")), []byte("\n"))
	if len(lines) > 1 {
		lines = lines[:len(lines)-1] // the last is cut, or empty
	}
	for range maxLayers {
		name, p := outermost(lines)
		if p == nil {
			break
		}
		names, peels = append(names, name), append(peels, p)
		lines = through(p, lines)
	}
	return names, peels
}

// through takes one layer off all lines.
func through(p peel, lines [][]byte) (out [][]byte) {
	for _, line := range lines {
		if rest, _, keep := p(line); keep {
			out = append(out, rest)
		}
	}
	return out
}
