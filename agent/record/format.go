package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"
)

// Suffix is how the name of a record ends.
const Suffix = ".rec"

// format is the number of the format, which changes when an old reader would misread a new record.
const format = 1

// Header is the first line of a record.
type Header struct {
	Format  int       `json:"record"`
	Version string    `json:"version"` // of the gateway
	Began   time.Time `json:"began"`
}

// Entry is one thing that happened. One of its members is set, beside the time.
type Entry struct {
	At      int64  `json:"ms"`            // milliseconds since the record began
	Out     string `json:"out,omitempty"` // a chunk that the daemon printed
	Raw     []byte `json:"raw,omitempty"` // the same, if it is no UTF-8 by itself
	In      string `json:"in,omitempty"`  // what the gateway typed
	Exit    string `json:"exit,omitempty"`
	Stopped string `json:"stopped,omitempty"` // why nothing follows, though the daemon ran on
}

// printed is an entry for a chunk.
func printed(chunk []byte) Entry {
	if utf8.Valid(chunk) {
		return Entry{Out: string(chunk)}
	}
	return Entry{Raw: chunk}
}

// Chunk is what the daemon printed, nil if the entry is of something else.
func (e Entry) Chunk() []byte {
	if e.Out != "" {
		return []byte(e.Out)
	}
	return e.Raw
}

// line is how a header or an entry is written.
func line(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the prompt is >>>
	if err := enc.Encode(v); err != nil {
		panic("record: encode: " + err.Error()) // strings, bytes and numbers can be
	}
	return b.Bytes()
}

// Is reports whether a text begins as a record does.
func Is(beginning []byte) bool { return bytes.HasPrefix(beginning, []byte(`{"record":`)) }

// maxLine bounds a line, in bytes. The longest chunk is 16 KiB, and a byte takes six at most.
const maxLine = 128 << 10

// Read calls each with the entries of a record and when they happened. A last line without an end, which a crash leaves,
// is left out.
func Read(in io.Reader, each func(at time.Time, e Entry)) error {
	lines := bufio.NewReaderSize(in, maxLine)
	var head Header
	for n := 1; ; n++ {
		text, err := lines.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF) && n > 1:
			return nil
		case err != nil:
			return fmt.Errorf("read record, line %d: %w", n, err)
		}
		if n == 1 {
			if err := json.Unmarshal(text, &head); err != nil {
				return fmt.Errorf("read record, line 1: %w", err)
			}
			if head.Format != format {
				return fmt.Errorf("read record: it has format %d, and this program knows %d", head.Format, format)
			}
			continue
		}
		var e Entry
		if err := json.Unmarshal(text, &e); err != nil {
			return fmt.Errorf("read record, line %d: %w", n, err)
		}
		each(head.Began.Add(time.Duration(e.At)*time.Millisecond), e)
	}
}
