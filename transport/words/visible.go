package words

import (
	"strings"
	"unicode"
)

// Visible is text without what a reader does not see: control characters, but for blanks, and Unicode's format characters, which turn
// the direction of what follows or have no width. Whoever shows words that are not ours lets them through here.
func Visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, text)
}
