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
		var pairs []string
		for i, name := range f.form.SubexpNames()[1:] {
			value := m[i+1]
			if d, err := time.ParseDuration(value); err == nil && name == "span" {
				value = span(lang, d)
			}
			pairs = append(pairs, name, value)
		}
		return words.Text(lang, f.key, pairs...)
	}
	return strings.TrimSpace(detail)
}
