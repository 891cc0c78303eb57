package console

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sheetSize is the memory of a sheet, in bytes: about what a terminal gives at a time.
const sheetSize = 4096

// sheet has the texts of lines, many in one piece of memory: nearly all of them are looked at once, and a piece for each would be
// most of what a line costs.
type sheet struct{ b strings.Builder }

// text is a line, which is valid for as long as it is kept.
func (s *sheet) text(line []byte) string {
	if s.b.Len()+len(line) > s.b.Cap() {
		s.b.Reset()
		s.b.Grow(max(sheetSize, len(line)))
	}
	at := s.b.Len()
	s.b.Write(line)
	return s.b.String()[at:]
}

// printable makes text of a line: invalid UTF-8 becomes U+FFFD, control characters
// beyond ASCII, which could move a terminal's cursor, are dropped, and so are those that turn the direction of text or have no width.
func (s *sheet) printable(line []byte) string {
	at := slices.IndexFunc(line, func(c byte) bool { return c >= utf8.RuneSelf })
	for size := 0; 0 <= at && at < len(line); at += size {
		var r rune
		if r, size = utf8.DecodeRune(line[at:]); r == utf8.RuneError && size == 1 || invisible(r) {
			return strings.Map(func(r rune) rune {
				if invisible(r) {
					return -1
				}
				return r
			}, strings.ToValidUTF8(string(line), "\uFFFD"))
		}
	}
	return s.text(line) // nearly every line: nothing is to be done
}

// invisible reports whether a character beyond ASCII is not shown. None of the ideographs is, which are looked at in no table.
func invisible(r rune) bool {
	if r < utf8.RuneSelf || '\u2070' <= r && r < '\uFE00' {
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}
