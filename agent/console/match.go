package console

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ostai/futuopend-gateway/fsm"
)

// wordings are all of them by the character that they begin with, and those that begin with anything under 0, so
// that a line is compared with a few of them. They are taken apart when a line first needs them.
var wordings = sync.OnceValue(func() map[rune][]wording {
	index := map[rune][]wording{}
	order := 0
	for _, table := range tables {
		for i := range table {
			for _, text := range table[i].texts {
				for _, spelling := range spellings(text) {
					w := compile(spelling)
					w.phrase, w.order = &table[i], order
					first := rune(0)
					if w.pieces[0].kind == literal {
						first, _ = utf8.DecodeRuneInString(w.pieces[0].text)
					}
					index[first] = append(index[first], w)
				}
			}
			order++
		}
	}
	return index
})

// failureKinds are the classes of a failed login.
var failureKinds = func() map[fsm.Kind]bool {
	kinds := map[fsm.Kind]bool{}
	for _, k := range fsm.Failures() {
		kinds[k] = true
	}
	return kinds
}()

// spellings writes out both names of the daemon.
func spellings(text string) []string {
	if !strings.Contains(text, "«opend»") {
		return []string{text}
	}
	return []string{strings.ReplaceAll(text, "«opend»", "Futu OpenD"), strings.ReplaceAll(text, "«opend»", "moomoo OpenD")}
}

// maxPhrases bounds how many phrases are read on one line. The longest that is known has three.
const maxPhrases = 6

// hit is a phrase that was found on a line.
type hit struct {
	*wording
	at, end int
	detail  span
}

// hits are the phrases of one line, in the order in which they stand there.
type hits struct {
	all [maxPhrases]hit
	n   int
}

// read finds the phrases that the whole of text from at on consists of. Of several that fit the longest counts. It
// reports false, and leaves h as it was, if there is anything else: a phrase within other text means nothing.
func (h *hits) read(text string, at int) bool {
	if at >= len(text) || h.n == maxPhrases {
		return false
	}
	for limit, n := len(text)+1, h.n; ; h.n = n {
		if !h.longest(text, at, limit) {
			return false
		}
		limit = h.all[n].end
		if h.follow(text) {
			return true
		}
	}
}

// longest adds the longest phrase at a place of text that ends before limit.
func (h *hits) longest(text string, at, limit int) (found bool) {
	first, _ := utf8.DecodeRuneInString(text[at:])
	if first < utf8.RuneSelf {
		first = rune(fold(byte(first)))
	}
	index := wordings()
	for _, candidates := range [2][]wording{index[first], index[0]} {
		for i := range candidates {
			w := &candidates[i]
			end, detail, ok := w.find(text, at)
			if !ok || end >= limit || found && end <= h.all[h.n].end {
				continue
			}
			h.all[h.n], found = hit{w, at, end, detail}, true
		}
	}
	if found {
		h.n++
	}
	return found
}

// follow reads what stands after the last phrase, and reports whether it may stand there.
func (h *hits) follow(text string) bool {
	last := &h.all[h.n-1]
	after := text[last.end:]
	if last.phrase.prompt || strings.Trim(after, " .。!！…()0123456789:：") == "" && !startsWithDigit(after) {
		return true
	}
	joint := strings.TrimLeft(after, " .。,，:：")
	if joined := len(joint) < len(after); joined && h.read(text, len(text)-len(joint)) {
		return true
	}
	last = &h.all[h.n-1]
	if last.tail == path {
		joint = strings.TrimLeft(strings.TrimPrefix(joint, "to "), " ")
	}
	if last.tail == path && (joint != after || strings.HasPrefix(joint, "/")) || last.tail == why && ends(after) {
		last.detail = span{len(text) - len(strings.TrimLeft(joint, ".。(")), len(text)}
		last.end = len(text)
		return true
	}
	return last.phrase.loose && ends(after)
}

// ends reports whether a text may end before rest: what goes on with a letter or a digit is another text.
func ends(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r)
}

// match finds what a line means. The phrase is nil if it means nothing; end is where the first phrase ends.
func match(text string) (e fsm.Event, p *phrase, end int) {
	var h hits
	if !h.read(text, 0) {
		e, p = right(text)
		return e, p, 0
	}
	best := h.best()
	p = best.phrase
	e = fsm.Event{Kind: h.kind(best), Detail: strings.TrimSpace(text[best.detail.from:best.detail.to])}
	if p.whole || e.Detail == "" && failureKinds[e.Kind] && e.Kind != fsm.LoginFailed {
		e.Detail = text
	}
	return e, p, h.all[0].end
}

// best is the phrase that decides.
func (h *hits) best() *hit {
	best := &h.all[0]
	for i := range h.n {
		if h.all[i].order < best.order {
			best = &h.all[i]
		}
	}
	return best
}

// kind is what a phrase means beside the others: the name of a connection says which one it is about.
func (h *hits) kind(best *hit) fsm.Kind {
	p := best.phrase
	if p.quotes == "" {
		return p.kind
	}
	kind := p.kind
	for i := range h.n {
		switch h.all[i].phrase.names {
		case quoteLink:
			return p.quotes
		case tradeLink:
			kind = p.trade
		}
	}
	return kind
}
