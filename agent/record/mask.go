package record

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// shortest is how long something must be to be looked for wherever it stands: a shorter answer, such as y, stands everywhere.
const shortest = 4

// maxTyped bounds how many typed lines are remembered. Their echo follows at once.
const maxTyped = 16

// maxSegment bounds how much of a line is looked at, in bytes.
const maxSegment = 4096

// secretFlags are the flags of the console commands that take a secret.
var secretFlags = []string{"code", "login_pwd", "login_pwd_md5"}

// commands are what the gateway types that is no answer to a question.
var commands = []string{
	"req_phone_verify_code", "input_phone_verify_code", "req_pic_verify_code", "input_pic_verify_code", "relogin", "exit",
}

// mask overwrites secrets. It keeps every byte's place.
type mask struct {
	account string   // is no secret
	lasting []string // the secrets of the settings
	typed   []answer // the latest last
	segment []byte   // the line that is being printed, as it was, from its beginning
}

// answer is a line that was typed; its secret is from..to.
type answer struct {
	line     string
	from, to int
}

func (a answer) secret() string { return a.line[a.from:a.to] }

// types takes a line that is about to be typed, and returns it without its secret. A line that is no command is an answer
// to a question, and all of it is a secret, but for the account and for yes and no.
func (m *mask) types(text string) string {
	line := strings.TrimRight(text, "\r\n")
	a := answer{line: line, to: len(line)}
	switch from, isCommand := flagged(line); {
	case isCommand:
		a.from = from
	case len(line) < 2 || strings.Contains(m.account, line):
		return text
	}
	if len(m.typed) == maxTyped {
		m.typed = slices.Delete(m.typed, 0, 1)
	}
	m.typed = append(m.typed, a)
	return line[:a.from] + strings.Repeat("*", a.to-a.from) + text[len(line):]
}

// flagged reports whether a line is a command, and where the value of its secret flag begins, if it has one.
func flagged(line string) (from int, isCommand bool) {
	if name, _, _ := strings.Cut(line, " "); !slices.Contains(commands, name) {
		return 0, false
	}
	for _, flag := range secretFlags {
		if at := strings.Index(line, " -"+flag+"="); at >= 0 {
			return at + len(" -"+flag+"="), true
		}
	}
	return len(line), true
}

// echo overwrites the secrets in what the line editor draws while something is being typed: a prompt and the line so far.
func (m *mask) echo(chunk []byte) {
	for i, c := range chunk {
		if c == '\r' || c == '\n' {
			m.segment = m.segment[:0]
			continue
		}
		if len(m.segment) == maxSegment {
			continue
		}
		m.segment = append(m.segment, c)
		if text, drawn := bytes.CutPrefix(m.segment, []byte(">>>")); drawn && m.hides(strings.TrimLeft(string(text), " >")) {
			chunk[i] = '*'
		}
	}
}

// hides reports whether the last byte of a line behind the prompt is part of a secret.
func (m *mask) hides(text string) bool {
	last := len(text) - 1
	if last < 0 {
		return false
	}
	for _, a := range m.typed {
		if strings.HasPrefix(a.line, text) && a.from <= last && last < a.to {
			return true
		}
	}
	from, isCommand := flagged(text)
	return isCommand && from <= last || strings.Trim(text, "0123456789") == ""
}

// secrets are those that are looked for wherever they stand.
func (m *mask) secrets(each func(secret []byte)) {
	for _, s := range m.lasting {
		if len(s) >= shortest {
			each([]byte(s))
		}
	}
	for _, a := range m.typed {
		if s := a.secret(); len(s) >= shortest {
			each([]byte(s))
		}
	}
}

// sumForm is an MD5, whose letters may be printed in either case.
var sumForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-f]{32}$`) })

// whole overwrites each secret that stands in b, and returns how many bytes at its end may be the beginning of one.
func (m *mask) whole(b []byte) (open int) {
	lower := lowered(b)
	m.secrets(func(s []byte) {
		in := b
		if sumForm().Match(s) {
			in = lower
		}
		for at := bytes.Index(in, s); at >= 0; at = bytes.Index(in, s) {
			blot(b[at : at+len(s)])
			blot(lower[at : at+len(s)])
		}
		for n := min(len(s)-1, len(b)); n > open; n-- {
			if bytes.HasSuffix(in, s[:n]) {
				open = n
			}
		}
	})
	return open
}

// lowered is a copy with the letters of ASCII in lower case, so that every byte stays at its place.
func lowered(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}

func blot(b []byte) {
	for i := range b {
		b[i] = '*'
	}
}
