package transcript

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// The encodings that a form names: UTF-8 is named by its mark alone.
const (
	withMark = "with a BOM"
	inUTF16  = "UTF-16"
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
		return raw, withMark, err
	case len(begins) >= 2 && string(begins[:2]) == "\xff\xfe":
	case len(begins) >= 2 && string(begins[:2]) == "\xfe\xff":
		order = unicode.BigEndian
	case looksUTF16(begins, binary.BigEndian, binary.LittleEndian):
		order = unicode.BigEndian
	case looksUTF16(begins, binary.LittleEndian, binary.BigEndian):
	default:
		return raw, "", nil
	}
	decoder := unicode.UTF16(order, unicode.UseBOM).NewDecoder()
	return bufio.NewReaderSize(decoder.Reader(raw), sampled), inUTF16, nil
}

// looksUTF16 reports whether bytes without a mark are what a daemon prints in UTF-16 of one order rather than of the other. Two
// letters of ASCII are an ideograph in it too, but a line has an end, and beside that stands a NUL, which no terminal prints. One
// character in ten may be anything.
func looksUTF16(text []byte, order, other binary.ByteOrder) bool {
	all := len(text) / 2
	ascii, chinese := count16(text, order)
	ascii2, chinese2 := count16(text, other)
	return ascii > 0 && 32*ascii >= all && 10*(ascii+chinese) >= 9*all && 2*ascii+chinese > 2*ascii2+chinese2
}

// count16 counts the characters of ASCII, and those of Chinese: ideographs, and the signs between them.
func count16(text []byte, order binary.ByteOrder) (ascii, chinese int) {
	for ; len(text) >= 2; text = text[2:] {
		switch c := order.Uint16(text); {
		case 0 < c && c < utf8.RuneSelf:
			ascii++
		case 0x4e00 <= c && c <= 0x9fff, 0x3000 <= c && c <= 0x3011, 0xff01 <= c && c <= 0xff5e:
			chinese++
		}
	}
	return ascii, chinese
}
