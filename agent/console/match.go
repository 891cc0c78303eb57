package console

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ostai/futuopend-gateway/fsm"
)

// matcher is one spelling of a rule. It is compiled when a line first needs it: a run of the program sees
// few of the rules, and some subcommands see none.
type matcher struct {
	rule *rule
	re   func() *regexp.Regexp
}

// byFirst holds the matchers by the character that their text begins with, and under 0 those that
// begin with anything, so that a line is compared with a few rules, not with all.
var byFirst = func() map[rune][]matcher {
	index := map[rune][]matcher{}
	for i := range rules {
		for _, text := range spellings(rules[i].text) {
			first, _ := utf8.DecodeRuneInString(strings.TrimPrefix(text, "("))
			if rules[i].has != "" {
				first = 0
			}
			re := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^` + text) })
			index[first] = append(index[first], matcher{&rules[i], re})
		}
	}
	return index
}()

// spellings writes out both names of the daemon.
func spellings(text string) []string {
	rest, ok := strings.CutPrefix(text, "«opend»")
	if !ok {
		return []string{text}
	}
	return []string{"futu ?opend" + rest, "moomoo ?opend" + rest}
}

// find returns where the rule's text and its group stand in a line, nil if the line does not fit.
func (m matcher) find(lower string) []int {
	if m.rule.has != "" && !strings.Contains(lower, m.rule.has) {
		return nil
	}
	at := m.re().FindStringSubmatchIndex(lower)
	if at == nil || !m.rule.prompt && !ends(lower[at[1]:]) {
		return nil
	}
	return at
}

// ends reports whether a text may end before rest: what goes on with a letter or a digit is another text.
func ends(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r)
}

// match finds the rule for a line and returns its event. at is where the rule's text stands. lower is
// text lower-cased, byte for byte.
func match(text, lower string) (e fsm.Event, r *rule, at []int) {
	first, _ := utf8.DecodeRuneInString(lower)
	for _, candidates := range [2][]matcher{byFirst[first], byFirst[0]} {
		for _, m := range candidates {
			if at := m.find(lower); at != nil {
				return fsm.Event{Kind: m.rule.kind, Detail: detail(text, at)}, m.rule, at
			}
		}
	}
	return fsm.Event{}, nil, nil
}

// maxDetail bounds a detail, in bytes: a reason with a link fits.
const maxDetail = 512

// detail cuts the group that a rule found out of the line as it was printed.
func detail(text string, at []int) string {
	if len(at) < 4 || at[2] < 0 {
		return ""
	}
	return strings.TrimSpace(text[at[2]:at[3]])
}

// cut shortens s to at most n bytes, at a character's border.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// lower lower-cases ASCII letters only, so that positions stay those of the original.
func lower(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}
