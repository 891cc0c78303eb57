package main

import (
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/transport/words"
)

// detailForms are the details of entries that have a number in them, and the key of each in the store.
var detailForms = sync.OnceValue(func() []detailForm {
	return []detailForm{
		{regexp.MustCompile(`^(?P<count>\d+) starts in (?P<span>\S+)$`), "detail.starts"},
		{regexp.MustCompile(`^(?P<count>\d+) failed logins in (?P<span>\S+)$`), "detail.failed"},
		{regexp.MustCompile(`^exit code (?P<code>\d+)$`), "detail.exit"},
		{regexp.MustCompile(`^signal (?P<signal>\d+.*)$`), "detail.signal"},
		{regexp.MustCompile(`^(?P<file>.+): before line (?P<line>\d+) the entries (?P<first>\d+) to (?P<last>\d+) are missing$`), "check.journal.gap"},
		{regexp.MustCompile(`^(?P<file>.+): line (?P<line>\d+) cannot be read: (?P<why>.*); it is passed over$`), "check.journal.line"},
		{regexp.MustCompile(`^(?P<file>.+): line (?P<line>\d+) cannot be read: (?P<why>.*); it is passed over, and so are (?P<more>\d+) more$`), "check.journal.lines"},
		{regexp.MustCompile(`^(?P<file>.+): the last line, (?P<line>\d+), was torn and is cut off`), "check.journal.torn"},
		{regexp.MustCompile(`^(?P<span>(?:\d+h)?(?:\d+m)?\d+s)$`), "detail.span"},
	}
})

type detailForm struct {
	form *regexp.Regexp
	key  string
}

// damages are the reasons for which package fsm does not read a line of a journal, and the key of each in the store.
var damages = sync.OnceValue(func() []detailForm {
	return []detailForm{
		{regexp.MustCompile(`^its checksum is wrong$`), "damage.sum"},
		{regexp.MustCompile(`^not an entry: seq, at or kind is missing$`), "damage.entry"},
		{regexp.MustCompile(`^no such state: "(?P<from>.*)" to "(?P<to>.*)"$`), "damage.state"},
		{regexp.MustCompile(`^seq (?P<seq>\d+) after (?P<last>\d+)$`), "damage.order"},
		{regexp.MustCompile(`^it has no checksum`), "damage.unsealed"},
		{regexp.MustCompile(`^longer than (?P<bytes>\d+) bytes$`), "damage.long"},
	}
})

// damageInWords says in a language why a line of a journal cannot be read. Whatever is none of the reasons, a JSON decoder said.
func damageInWords(lang, why string) string {
	for _, f := range damages() {
		if m := f.form.FindStringSubmatch(why); m != nil {
			return words.Text(lang, f.key, f.pairs(m)...)
		}
	}
	return words.Text(lang, "damage.other", "why", why)
}

// pairs are the names of a form's groups, each with what it matched.
func (f detailForm) pairs(match []string) (pairs []string) {
	for i, name := range f.form.SubexpNames()[1:] {
		pairs = append(pairs, name, match[i+1])
	}
	return pairs
}

// detailInWords says in a language what the gateway itself wrote as the detail of an entry. The daemon's words stay as they are.
func detailInWords(lang, detail string) string {
	if slug := words.Slug(detail); slug != "" {
		if text := words.Text(lang, "detail."+slug); text != "" {
			return text
		}
	}
	for _, f := range detailForms() {
		m := f.form.FindStringSubmatch(detail)
		if m == nil {
			continue
		}
		pairs := f.pairs(m)
		for i := 0; i < len(pairs); i += 2 {
			switch d, err := time.ParseDuration(pairs[i+1]); {
			case pairs[i] == "why":
				pairs[i+1] = damageInWords(lang, pairs[i+1])
			case pairs[i] == "span" && err == nil:
				pairs[i+1] = span(lang, d)
			}
		}
		return words.Text(lang, f.key, pairs...)
	}
	return strings.TrimSpace(detail)
}
