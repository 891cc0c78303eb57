package opendsim

import (
	"unicode"
	"unicode/utf8"
)

// maxTyped bounds a line; what is typed beyond it is thrown away.
const maxTyped = 4096

// Keys that the editor knows.
const (
	keyBackspace = 0x08
	keyErase     = 0x15
	keyEscape    = 0x1b
	keyDelete    = 0x7f
)

// editor makes lines of what is typed, one byte at a time. It shows nothing.
type editor struct {
	line   []byte
	escape int // how far an escape sequence has come: 0 none, 1 after ESC, 2 after ESC [
}

// text is the line so far, without the bytes of a character that has not arrived in full.
func (e *editor) text() string {
	for i := max(0, len(e.line)-utf8.UTFMax+1); i < len(e.line); i++ {
		if !utf8.FullRune(e.line[i:]) {
			return string(e.line[:i])
		}
	}
	return string(e.line)
}

// key takes one byte. When it ends the line, the line is returned and the next one begins.
func (e *editor) key(b byte) (line string, done bool) {
	switch {
	case e.skips(b):
	case b == '\r' || b == '\n':
		line = string(e.line)
		e.line = e.line[:0]
		return line, true
	case b == keyBackspace || b == keyDelete:
		_, n := utf8.DecodeLastRune(e.line)
		e.line = e.line[:len(e.line)-n]
	case b == keyErase:
		e.line = e.line[:0]
	case (b >= utf8.RuneSelf || unicode.IsPrint(rune(b))) && len(e.line) < maxTyped:
		e.line = append(e.line, b)
	}
	return "", false
}

// skips reports that a byte belongs to an escape sequence, such as that of an arrow key.
func (e *editor) skips(b byte) bool {
	switch {
	case e.escape == 0 && b == keyEscape:
		e.escape = 1
	case e.escape == 1 && b == '[':
		e.escape = 2
	case e.escape == 2 && (b < '@' || b > '~'):
		// a parameter
	case e.escape > 0:
		e.escape = 0
	default:
		return false
	}
	return true
}

// clear forgets what has been typed.
func (e *editor) clear() { e.line = e.line[:0] }
