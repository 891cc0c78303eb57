package console

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ostai/futuopend-gateway/fsm"
)

// rightPhrase stands for every line of quote rights, which begins with the name of a market.
var rightPhrase = phrase{}

// right reads a line of quote rights: a market and its level, a comma, and the status of the permission. Markets are
// named differently by each version, so any name will do.
func right(text string) (fsm.Event, *phrase) {
	for _, name := range [2]string{"权限状态", "permission status"} {
		i := indexFold(text, name)
		if i < 0 {
			continue
		}
		begins := strings.TrimRight(text[:i], " ")
		level := strings.TrimSuffix(strings.TrimSuffix(begins, ","), "，")
		status := text[i+len(name):]
		n := separator(status, colon)
		if level == begins || !isLevel(level) || n == 0 {
			return fsm.Event{}, nil
		}
		if kind := rightStatus(strings.TrimLeft(status[n:], " ")); kind != "" {
			return fsm.Event{Kind: kind, Detail: strings.TrimSpace(level)}, &rightPhrase
		}
		return fsm.Event{}, nil
	}
	return fsm.Event{}, nil
}

// isLevel reports whether a text may be a market and its level: two names with one colon between them. What begins with a phrase
// is about something else.
func isLevel(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	colons := strings.Count(text, ":") + strings.Count(text, "：")
	var h hits
	return unicode.IsLetter(first) && colons == 1 && !strings.ContainsAny(text, ",，=") && !h.longest(text, 0, len(text)+1)
}

// rightStatus is what the status of a permission means, empty if that is not known.
func rightStatus(status string) fsm.Kind {
	for _, normal := range [2]string{"正常", "normal"} {
		if hasPrefixFold(status, normal) && ends(status[len(normal):]) {
			return fsm.QuoteRight
		}
	}
	var h hits
	if h.read(status, 0) {
		if k := h.best().phrase.kind; k == fsm.QuoteRightKicked || k == fsm.QuoteRightLimited {
			return k
		}
	}
	return ""
}
