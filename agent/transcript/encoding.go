package transcript

import (
	"bufio"
	"errors"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// decode reads UTF-8 or UTF-16, with a byte order mark or without. Windows' shells write UTF-16 into files.
func decode(in io.Reader) (text *bufio.Reader, encoding string, err error) {
	raw := bufio.NewReaderSize(in, sampled)
	begins, err := raw.Peek(4 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	order := unicode.LittleEndian
	switch {
	case len(begins) >= 3 && string(begins[:3]) == "\xef\xbb\xbf":
		_, err := raw.Discard(3)
		return raw, "with a BOM", err
	case len(begins) >= 2 && string(begins[:2]) == "\xff\xfe":
	case len(begins) >= 2 && string(begins[:2]) == "\xfe\xff", halfEmpty(begins, 0):
		order = unicode.BigEndian
	case halfEmpty(begins, 1):
	default:
		return raw, "", nil
	}
	decoder := unicode.UTF16(order, unicode.UseBOM).NewDecoder()
	return bufio.NewReaderSize(decoder.Reader(raw), sampled), "UTF-16", nil
}

// halfEmpty reports whether every second byte from one on is mostly NUL and the others never are, which no terminal prints: ASCII in
// UTF-16 without a mark. Chinese in it has fewer, but no line of the daemon's is without digits, blanks and an end.
func halfEmpty(text []byte, from int) bool {
	empty := 0
	for i, c := range text {
		switch {
		case c != 0:
		case i%2 != from:
			return false
		default:
			empty++
		}
	}
	return empty >= 2 && empty*8 >= len(text)
}
