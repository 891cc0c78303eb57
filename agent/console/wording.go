package console

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A wording is written as the daemon prints it, with these freedoms. ASCII letters match in either case. A blank stands
// for any number of blanks, none too: 7.1 wrote FutuOpenD, and Chinese texts lost blanks over the years. A comma
// and a colon match in both widths, with blanks after them. «opend» stands for either brand's name.
//
//	{min} {sec} {no}  digits; {no} may be missing
//	{word}            anything until the text that follows
//	{cmd} {broker}    a command of the daemon's console; a broker's name, which begins with a brand
//	{version}         a version with its build
//	{rest} {some}     what follows to the end of the line; {some} is not kept
//	{why} {path}      what may follow to the end of the line, after a comma or colon; a path after a blank too
type wording struct {
	phrase *phrase
	order  int // among all phrases
	pieces []piece
	tail   pieceKind // why or path if one may follow, otherwise literal
}

type piece struct {
	kind pieceKind
	text string // of a literal, lower-cased
}

type pieceKind byte

const (
	literal pieceKind = iota
	blanks
	comma
	colon
	digits
	number // optional digits
	word
	command
	broker
	version
	rest
	some
	why
	path
)

var pieceNames = map[string]pieceKind{
	"min": digits, "sec": digits, "no": number, "word": word, "cmd": command, "broker": broker, "version": version, "rest": rest, "some": some, "why": why, "path": path,
}

// compile takes a wording apart. It panics on a name that does not exist: the tables are ours.
func compile(text string) (w wording) {
	for text != "" {
		switch r, size := utf8.DecodeRuneInString(text); r {
		case ' ':
			w.add(piece{kind: blanks})
			text = text[size:]
		case ',', '，':
			w.add(piece{kind: comma})
			text = strings.TrimLeft(text[size:], " ")
		case ':', '：':
			w.add(piece{kind: colon})
			text = strings.TrimLeft(text[size:], " ")
		case '{':
			name, after, _ := strings.Cut(text[1:], "}")
			kind, ok := pieceNames[name]
			if !ok {
				panic("console: no such piece of a wording: " + name)
			}
			w.add(piece{kind: kind})
			text = after
		default:
			n := strings.IndexAny(text, " ,，:：{")
			if n < 0 {
				n = len(text)
			}
			w.add(piece{literal, lower(text[:n])})
			text = text[n:]
		}
	}
	return w
}

func (w *wording) add(p piece) {
	if p.kind == why || p.kind == path {
		w.tail = p.kind
		return
	}
	w.pieces = append(w.pieces, p)
}

// span is where something stands in a line; empty for nothing.
type span struct{ from, to int }

// maxWord bounds what a {word} stands for, in bytes: a flag, a command or a broker's name.
const maxWord = 64

// find matches the wording at a place of a line and returns where it ends, and where its detail stands.
func (w *wording) find(text string, at int) (end int, detail span, ok bool) {
	for i, p := range w.pieces {
		from := at
		switch p.kind {
		case literal:
			if !hasPrefixFold(text[at:], p.text) {
				return 0, span{}, false
			}
			at += len(p.text)
		case blanks:
			at = skip(text, at, " ")
		case comma, colon:
			n := separator(text[at:], p.kind)
			if n == 0 {
				return 0, span{}, false
			}
			at = skip(text, at+n, " ")
		case digits, number:
			at = skip(text, at, "0123456789")
			if at == from && p.kind == digits {
				return 0, span{}, false
			}
		case word:
			n := indexFold(text[at:], w.pieces[i+1].text)
			if n <= 0 || n > maxWord || strings.ContainsAny(text[at:at+n], ",:") {
				return 0, span{}, false
			}
			at += n
			detail = span{from, at}
		case command:
			at += len(commandOf(text[at:]))
			detail = span{from, at}
		case broker:
			at += brokerLen(text[at:], w.pieces[i+1].text)
			detail = span{from, at}
		case version:
			at = skip(text, at, "0123456789.()")
			detail = span{from, at}
		case rest, some:
			at = len(text)
			if p.kind == rest {
				detail = span{from, at}
			}
		}
		if at == from && p.kind > number {
			return 0, span{}, false
		}
	}
	return at, detail, true
}

// brands are how the names of the brokers begin. The daemon names FUTU HK, Moomoo US and others; its table does not say which.
var brands = [3]string{"futu", "moomoo", "富途"}

// brokerLen returns how long the broker's name is that text begins with, up to what follows it; 0 if there is none.
func brokerLen(text, follows string) int {
	if !slices.ContainsFunc(brands[:], func(b string) bool { return hasPrefixFold(text, b) }) {
		return 0 // most lines, whose rest need not be searched
	}
	n := indexFold(text, follows)
	if n <= 0 || n > maxWord {
		return 0
	}
	if strings.ContainsFunc(text[:n], func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune(" ()（）", r) }) {
		return 0
	}
	return n
}

// separator returns how long the comma or colon is that text begins with, 0 if there is none.
func separator(text string, kind pieceKind) int {
	half, full := ",", "，"
	if kind == colon {
		half, full = ":", "："
	}
	switch {
	case strings.HasPrefix(text, half):
		return len(half)
	case strings.HasPrefix(text, full):
		return len(full)
	}
	return 0
}

// skip returns the first place from at on that has none of the ASCII characters in set.
func skip(text string, at int, set string) int {
	for at < len(text) && strings.IndexByte(set, text[at]) >= 0 {
		at++
	}
	return at
}

// hasPrefixFold reports whether text begins with lower, a text without large ASCII letters.
func hasPrefixFold(text, lower string) bool {
	if len(text) < len(lower) {
		return false
	}
	for i := range len(lower) {
		if fold(text[i]) != lower[i] {
			return false
		}
	}
	return true
}

// indexFold returns the first place of lower in text, -1 if there is none.
func indexFold(text, lower string) int {
	first := lower[0]
	at := indexFrom(text, first, lower)
	if 'a' <= first && first <= 'z' {
		if large := indexFrom(text, first-'a'+'A', lower); at < 0 || large >= 0 && large < at {
			return large
		}
	}
	return at
}

// indexFrom returns the first place of lower in text whose first byte is that one.
func indexFrom(text string, first byte, lower string) int {
	for i := 0; ; i++ {
		next := strings.IndexByte(text[i:], first)
		if next < 0 {
			return -1
		}
		if i += next; hasPrefixFold(text[i:], lower) {
			return i
		}
	}
}

// fold lower-cases an ASCII letter only, so that positions stay those of the original.
func fold(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// lower lower-cases ASCII letters only.
func lower(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] = fold(b[i])
	}
	return string(b)
}
