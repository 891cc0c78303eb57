package words

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// details has a row for each form in which the gateway itself writes what an entry adds to its kind, and the key of the sentence that says
// it to a person. The groups of a form are the holes of the sentence. The first row that fits counts. The page's scripts read the same
// table, so a form is written as both languages' regular expressions have it.
//
//go:embed details.json
var details string

// Within are the groups of a form that have a form of their own: what was wrong underneath.
var within = []string{"why", "also", "by"}

// detailForm is one row. A form is compiled when a text has what it cannot do without: all of them take two milliseconds, and a run meets few.
type detailForm struct {
	form   func() *regexp.Regexp
	always string // stands in each text of the form
	key    string
}

var detailForms = sync.OnceValue(func() (forms []detailForm) {
	for _, row := range parsed[[][2]string](details) {
		forms = append(forms, detailForm{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(row[0]) }), literal(row[0]), row[1]})
	}
	return forms
})

// literal is the longest text of a form outside its groups in which nothing has a meaning of its own. A character that may be left out is
// none of it.
func literal(form string) (longest string) {
	run, depth := "", 0
	for i := 0; i < len(form); i++ {
		c := form[i]
		if depth == 0 && !strings.ContainsRune(`\[](){}.*+?|^$`, rune(c)) {
			run += form[i : i+1]
			continue
		}
		if strings.ContainsRune("*?{", rune(c)) && run != "" {
			run = run[:len(run)-1]
		}
		if len(run) > len(longest) {
			longest = run
		}
		run = ""
		switch c {
		case '\\':
			i++ // what it stands before
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	if len(run) > len(longest) {
		return run
	}
	return longest
}

// Detail says in a language what the gateway itself wrote as the detail of an entry, or as the reason of an error that its journal has, too.
// The daemon's words stay as they are.
func Detail(lang, detail string) string {
	if slug := Slug(detail); slug != "" {
		if text := Text(lang, "detail."+slug); text != "" {
			return text
		}
	}
	for _, f := range detailForms() {
		if !strings.Contains(detail, f.always) {
			continue
		}
		if m := f.form().FindStringSubmatch(detail); m != nil {
			return Text(lang, f.key, f.pairs(lang, m)...)
		}
	}
	return strings.TrimSpace(detail)
}

// Beside is [Detail] for a place beside a sentence. It is empty where that says already what the gateway wrote.
func Beside(lang, sentence, detail string) string {
	text := Detail(lang, detail)
	if text != detail && strings.Contains(strings.ToLower(sentence), strings.ToLower(text)) {
		return ""
	}
	return text
}

// pairs are the names of a form's groups, each with what it matched, in the language.
func (f detailForm) pairs(lang string, match []string) (pairs []string) {
	for i, name := range f.form().SubexpNames()[1:] {
		value := match[i+1]
		switch d, err := time.ParseDuration(value); {
		case slices.Contains(within, name):
			value = Detail(lang, value) // it is shorter, so this ends
		case name == "span" && err == nil:
			value = Span(lang, d)
		}
		pairs = append(pairs, name, value)
	}
	return pairs
}

// Span is a time that something takes, to the second.
func Span(lang string, d time.Duration) string {
	var parts []string
	for _, unit := range []struct {
		key  string
		size time.Duration
	}{{"unit.hour", time.Hour}, {"unit.minute", time.Minute}, {"unit.second", time.Second}} {
		if n := d / unit.size; n > 0 {
			parts = append(parts, Text(lang, unit.key, "n", strconv.FormatInt(int64(n), 10)))
			d -= n * unit.size
		}
	}
	if len(parts) == 0 {
		return Text(lang, "unit.second", "n", "0")
	}
	return strings.Join(parts, " ")
}
