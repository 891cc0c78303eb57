package console

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/ostai/futuopend-gateway/fsm"
)

// matcher is one rule made ready.
type matcher struct {
	rule *rule
	re   *regexp.Regexp
}

// byFirst holds the matchers by the first character that their text demands, and under
// 0 those that begin with anything, so that a line is compared with a few rules, not with all.
var byFirst = func() map[rune][]matcher {
	index := map[rune][]matcher{}
	for i := range rules {
		for _, text := range spellings(rules[i].text) {
			first, _ := utf8.DecodeRuneInString(literal(text))
			if rules[i].has != "" {
				first = 0
			}
			index[first] = append(index[first], matcher{&rules[i], compile(rules[i], text)})
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

// literal returns what a line must begin with to fit the text.
func literal(text string) string {
	prefix, _ := regexp.MustCompile(text).LiteralPrefix()
	return prefix
}

func compile(r rule, text string) *regexp.Regexp {
	if r.prompt {
		return regexp.MustCompile(`^` + text)
	}
	return regexp.MustCompile(`^` + text + ` *(?:[^\pL\pN\s].*)?$`)
}

// match finds the rule for a line and returns its event. lower is text lower-cased, byte for byte.
func match(text, lower string) (e fsm.Event, m matcher, ok bool) {
	first, _ := utf8.DecodeRuneInString(lower)
	for _, candidates := range [2][]matcher{byFirst[first], byFirst[0]} {
		for _, m := range candidates {
			if m.rule.has != "" && !strings.Contains(lower, m.rule.has) {
				continue
			}
			if at := m.re.FindStringSubmatchIndex(lower); at != nil {
				return fsm.Event{Kind: m.rule.kind, Detail: detail(text, at)}, m, true
			}
		}
	}
	return fsm.Event{}, matcher{}, false
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
