package console

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// hidden stands where a secret stood.
const hidden = "******"

// mask takes secrets out of what the daemon prints: what follows a flag that takes one, wherever it
// comes from, and the secrets that it was told.
type mask struct {
	secrets []string
}

// flags are the console commands' flags that take a secret.
var flags = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(-(?:code|login_pwd|login_pwd_md5)=)\S+`) })

// hide adds a secret.
func (m *mask) hide(secret string) {
	if secret != "" {
		m.secrets = append(m.secrets, secret)
	}
}

func (m *mask) clean(text string) string {
	if strings.IndexByte(text, '=') >= 0 {
		text = flags().ReplaceAllString(text, "${1}"+hidden)
	}
	if ValidCode(text) {
		return hidden // a code typed without its command
	}
	for _, s := range m.secrets {
		switch {
		case sumForm().MatchString(s):
			text = hideAnyCase(text, s)
		case strings.Contains(text, s):
			text = m.replace(text, s)
		}
	}
	if len(text) > maxLine-utf8.UTFMax {
		text = m.hideCut(text)
	}
	return text
}

// sumForm is an MD5, whose letters may be printed in either case.
var sumForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-fA-F]{32}$`) })

func hideAnyCase(text, secret string) string {
	for i := 0; i+len(secret) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(secret)], secret) {
			text = text[:i] + hidden + text[i+len(secret):]
			i += len(hidden) - 1
		}
	}
	return text
}

// hideCut hides the beginning of a secret at the end of a line that was cut there.
func (m *mask) hideCut(text string) string {
	for _, s := range m.secrets {
		for n := min(len(s)-1, len(text)); n >= 2; n-- {
			if end := text[len(text)-n:]; end == s[:n] || sumForm().MatchString(s) && strings.EqualFold(end, s[:n]) {
				return text[:len(text)-n] + hidden
			}
		}
	}
	return text
}

// replace hides each place where a secret stands. Digits within a longer number are not a code: a four-digit
// code must not cut holes into dates and ports.
func (m *mask) replace(text, secret string) string {
	if !ValidCode(secret) {
		return strings.ReplaceAll(text, secret, hidden)
	}
	var b strings.Builder
	for {
		i := strings.Index(text, secret)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		rest := text[i+len(secret):]
		b.WriteString(text[:i])
		if endsInDigit(text[:i]) || startsWithDigit(rest) {
			b.WriteString(secret)
		} else {
			b.WriteString(hidden)
		}
		text = rest
	}
}

func endsInDigit(s string) bool     { return s != "" && isDigit(s[len(s)-1]) }
func startsWithDigit(s string) bool { return s != "" && isDigit(s[0]) }
func isDigit(c byte) bool           { return '0' <= c && c <= '9' }
