package console

import (
	"bytes"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Line is one line of the daemon as a person may see it: without prompt, padding, escape
// sequences and secrets. Empty lines, and the echo of what the gateway typed, are left out.
type Line struct {
	Number int       // which line of the output, as an editor counts them, from 1
	Text   string    // shares its memory with other lines: whoever keeps it keeps a copy
	Event  fsm.Event // its Kind is empty if no rule knows the line
	Echo   bool      // the line is a command that somebody else typed
}

// Unknown reports whether no rule knows the line.
func (l Line) Unknown() bool { return l.Event.Kind == "" && !l.Echo }

// Parser turns what a daemon prints into lines. One parser reads one run of the daemon; it belongs to
// one goroutine. Its memory is bounded by the largest chunk that it was given, whatever it reads.
type Parser struct {
	split splitter
	sheet sheet
	mask  mask
	lines []Line    // completed by the present Write
	now   time.Time // of the present Write
	again again

	typed   []string // what the gateway typed lately
	lasting int      // how many of the mask's secrets are never forgotten
	asked   bool     // the unfinished line is a prompt that was told already
	failed  bool     // the daemon said that the login failed, and not why

	unended bool // the output's last line had no end
}

// NewParser returns a parser that hides the given secrets.
func NewParser(secrets []string) *Parser {
	p := &Parser{}
	for _, s := range secrets {
		p.mask.hide(s)
	}
	p.lasting = len(p.mask.secrets)
	return p
}

// maxTyped bounds how much of what was typed is remembered. An echo follows at once, and ten codes a
// minute are the most that the daemon takes.
const maxTyped = 8

// Expect tells p what is about to be typed: line, in which secret must not be shown. The echo of the
// line, which the daemon's editor redraws after each character, is left out.
func (p *Parser) Expect(line, secret string) {
	if len(p.typed) == maxTyped {
		p.typed = append(p.typed[:0], p.typed[1:]...)
	}
	p.typed = append(p.typed, line)
	if len(p.mask.secrets) == p.lasting+maxTyped {
		p.mask.secrets = slices.Delete(p.mask.secrets, p.lasting, p.lasting+1)
	}
	p.mask.hide(secret)
}

// Forget drops what [Parser.Expect] was told: its echo is over.
func (p *Parser) Forget() {
	p.typed = nil
	p.mask.secrets = p.mask.secrets[:p.lasting]
}

// Pending is the unfinished line as a person may see it: a question, perhaps. It is empty for
// a prompt that was told.
func (p *Parser) Pending() string {
	text := p.sheet.printable(trim(p.split.line))
	if p.asked || text == "" || p.echoed(text) {
		return ""
	}
	return strings.Clone(cut(p.mask.clean(text), maxDetail))
}

// echoed reports whether text is what was typed, or a beginning of it.
func (p *Parser) echoed(text string) bool {
	for _, t := range p.typed {
		if strings.HasPrefix(t, text) {
			return true
		}
	}
	return false
}

// Write reads what the daemon printed and returns the lines that are complete now; they are valid until the next
// call. now is when it was printed, zero where that is not known. It keeps no reference to b.
func (p *Parser) Write(b []byte, now time.Time) []Line {
	p.lines, p.now = p.lines[:0], now
	p.split.write(b, p.end)
	p.prompt()
	return p.lines
}

// Close ends the last line, and returns it as [Parser.Write] does.
func (p *Parser) Close(now time.Time) []Line {
	p.lines, p.now = p.lines[:0], now
	p.unended = len(p.split.line) > 0
	p.end(p.split.line)
	p.split.line = nil
	return p.lines
}

// Lines returns how many lines were read, empty ones too, as an editor counts them. It is meant for after Close.
func (p *Parser) Lines() int {
	if p.unended {
		return p.split.feeds + 1
	}
	return p.split.feeds
}

// end takes a whole line.
func (p *Parser) end(line []byte) {
	told := p.asked
	p.asked = false
	if told {
		return // the rest of a prompt's line is the answer
	}
	help := indented(line)
	if line = trim(line); len(line) == 0 {
		return
	}
	switch text := p.sheet.printable(line); {
	case p.echoed(text):
	case help:
		p.pass(text, fsm.Event{})
	default:
		p.tell(text)
	}
}

// indented reports whether a line begins with three blanks, as the explanations of a help text do, which may read like
// an event. What the daemon tells stands at the left, but for a crash's second line, which has two.
func indented(line []byte) bool { return bytes.HasPrefix(line, []byte("   ")) }

// prompt looks whether the unfinished line is a question, which the daemon may leave unfinished for ever. The
// prompts' rules look at a line's beginning only, so that it does not matter when this happens to be called.
func (p *Parser) prompt() {
	if p.asked || len(p.split.line) == 0 {
		return
	}
	text := string(trim(p.split.line))
	if text == "" || indented(p.split.line) {
		return
	}
	if _, phrase, _ := match(text); phrase != nil && phrase.prompt {
		p.asked = true
		p.tell(text)
	}
}

// tell finds out what a line means and passes it on.
func (p *Parser) tell(text string) {
	if reason, ok := failure(text); ok {
		kind, _ := classify(reason)
		p.pass(text, fsm.Event{Kind: kind, Detail: reason})
		return
	}
	e, phrase, end := match(text)
	switch {
	case (phrase == nil && p.failed || phrase == &rightPhrase) && echo(text):
		e = fsm.Event{} // what somebody types may have a reason's words in it, and a market may have any name
	case p.failed && (phrase == nil || phrase.failed != ""):
		// The reason, in a line of its own.
		if kind, known := classify(text); known {
			e = fsm.Event{Kind: kind, Detail: text}
		}
	case phrase == nil:
	case phrase.prompt:
		text = text[:end]
	case e.Kind == fsm.LoginFailed:
		p.failed = true
	case e.Kind == fsm.LoggingIn || e.Kind == fsm.LoggedIn:
		p.failed = false
	}
	p.pass(text, e)
}

// pass adds a line to those that are returned. Its event is final: nobody else looks at the text.
func (p *Parser) pass(text string, e fsm.Event) {
	e.Detail = strings.Clone(cut(p.mask.clean(e.Detail), maxDetail))
	e = p.again.sort(e)
	e.Until = until(e, p.now)
	p.lines = append(p.lines, Line{Number: p.split.feeds + 1, Text: p.mask.clean(text), Event: e, Echo: e.Kind == "" && echo(text)})
}

// maxDetail bounds a detail, in bytes: a reason with a link fits.
const maxDetail = 512

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

// trim removes blanks and the prompt of the daemon's line editor from both ends.
func trim(line []byte) []byte {
	line = bytes.Trim(line, " ")
	for bytes.HasPrefix(line, []byte(">>>")) {
		line = bytes.TrimLeft(line[3:], " ")
	}
	return line
}

// Knows reports whether some rule knows a line by itself.
func Knows(line string) bool {
	lines := NewParser(nil).Write([]byte(line+"\n"), time.Time{})
	return len(lines) == 1 && lines[0].Event.Kind != ""
}
