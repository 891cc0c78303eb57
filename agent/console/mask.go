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
	secrets []secret
}

// secret is a text that nobody may see. The letters of a sum, an MD5, may be printed in either case.
type secret struct {
	text string
	sum  bool
}

// flags are the console commands' flags that take a secret.
var flags = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(-(?:code|login_pwd|login_pwd_md5)=)\S+`) })

// hide adds a secret.
func (m *mask) hide(text string) {
	if text != "" {
		m.secrets = append(m.secrets, secret{text, isSum(text)})
	}
}

// sumLen is how many hexadecimal digits an MD5 has.
const sumLen = 32

func isSum(s string) bool { return len(s) == sumLen && hexRun(s) == sumLen }

// hexRun is how many hexadecimal digits s begins with, sumLen at most.
func hexRun(s string) (n int) {
	for n < min(len(s), sumLen) && (isDigit(s[n]) || 'a' <= s[n]|0x20 && s[n]|0x20 <= 'f') {
		n++
	}
	return n
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
		case s.sum:
			text = hideSum(text, s.text)
		case strings.Contains(text, s.text):
			text = m.replace(text, s.text)
		}
	}
	if len(text) > maxLine-utf8.UTFMax {
		text = m.hideCut(text)
	}
	return text
}

// hideSum hides a sum in whatever case. It compares only where there are as many hexadecimal digits, which is in few lines.
func hideSum(text, sum string) string {
	for i := 0; i+sumLen <= len(text); {
		switch n := hexRun(text[i:]); {
		case n < sumLen:
			i += n + 1
		case strings.EqualFold(text[i:i+sumLen], sum):
			text = text[:i] + hidden + text[i+sumLen:]
			i += len(hidden)
		default:
			i++
		}
	}
	return text
}

// hideCut hides the beginning of a secret at the end of a line that was cut there.
func (m *mask) hideCut(text string) string {
	for _, s := range m.secrets {
		for n := min(len(s.text)-1, len(text)); n >= 2; n-- {
			if end := text[len(text)-n:]; end == s.text[:n] || s.sum && strings.EqualFold(end, s.text[:n]) {
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
