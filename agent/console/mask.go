package console

import (
	"regexp"
	"strings"
)

// hidden stands where a secret stood.
const hidden = "******"

// mask takes secrets out of what the daemon prints: what follows a flag that takes one, wherever it
// comes from, and the secrets that it was told.
type mask struct {
	secrets []string
}

// flags are the console commands' flags that take a secret.
var flags = regexp.MustCompile(`(?i)(-(?:code|login_pwd|login_pwd_md5)=)\S+`)

// hide adds a secret.
func (m *mask) hide(secret string) {
	if secret != "" {
		m.secrets = append(m.secrets, secret)
	}
}

func (m *mask) clean(text string) string {
	if strings.IndexByte(text, '=') >= 0 {
		text = flags.ReplaceAllString(text, "${1}"+hidden)
	}
	if ValidCode(text) {
		return hidden // a code typed without its command
	}
	for _, s := range m.secrets {
		if strings.Contains(text, s) {
			text = m.replace(text, s)
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
