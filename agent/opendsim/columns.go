package opendsim

// wide are the ranges of runes that take two columns, as far as a terminal of this daemon may see them.
var wide = [][2]rune{
	{0x1100, 0x115F},   // Hangul Jamo
	{0x2E80, 0x303E},   // CJK radicals and punctuation
	{0x3041, 0xA4CF},   // kana, CJK ideographs, Yi
	{0xAC00, 0xD7A3},   // Hangul
	{0xF900, 0xFAFF},   // compatibility ideographs
	{0xFE30, 0xFE6F},   // vertical and small forms
	{0xFF00, 0xFF60},   // full-width forms
	{0xFFE0, 0xFFE6},   // full-width signs
	{0x1F300, 0x1FAFF}, // pictographs
	{0x20000, 0x3FFFD}, // ideographs beyond the first plane
}

const tabStop = 8

// columns is how wide a text is on a terminal.
func columns(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case r == '\t':
			n += tabStop - n%tabStop
		case isWide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func isWide(r rune) bool {
	if r < wide[0][0] {
		return false // nearly always
	}
	for _, w := range wide {
		if w[0] <= r && r <= w[1] {
			return true
		}
	}
	return false
}
