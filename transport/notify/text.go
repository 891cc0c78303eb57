package notify

import (
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// maxDetail bounds, in characters, what is shown of the daemon's own words.
const maxDetail = 300

// text tells of the state and why it was entered, for a person who knows nothing else of the gateway.
func (n *Notifier) text(why fsm.Kind) string {
	lines := []string{n.say(why)}
	if h := n.sum.Halted; n.sum.State == fsm.Halted {
		class, detail := h.Class(), h.Detail
		lines = []string{n.word("message.halted", "why", n.word("event."+string(class)))}
		if advice := n.word("advice." + string(class)); advice != "" {
			lines = append(lines, n.word("message.advice", "advice", advice))
		}
		if detail != "" {
			lines = append(lines, n.word("message.reason", "detail", n.plain(detail)))
		}
		lines = append(lines, n.starts())
	}
	if n.sum.Challenge.Shut {
		lines = append(lines, n.word("error.codes_spent"))
	}
	if n.sum.State == fsm.Closed {
		lines = append(lines, n.word("message.advice", "advice", n.word("advice."+string(why))))
	}
	lines = append(lines, n.word("message.account", "account", Masked(n.cfg.Account)))
	return strings.Join(lines, "\n")
}

// word is a sentence in the notifier's language.
func (n *Notifier) word(key string, pairs ...string) string { return words.Text(n.lang, key, pairs...) }

// say is the sentence of a state that wants a person, or of being logged in again. Where the way to the state
// matters, a sentence on that stands before it.
func (n *Notifier) say(why fsm.Kind) string {
	if n.sum.State == fsm.Connected {
		return n.word("message.back")
	}
	says := n.word("says." + string(n.sum.State))
	if !refusals[why] && !outside(why) {
		return says
	}
	if n.lang == words.Chinese {
		return n.word("event."+string(why)) + "。" + says
	}
	return n.word("event."+string(why)) + ". " + says
}

// outside reports whether a login was ended from outside, which a person wants to know although nothing is wanted at once.
func outside(why fsm.Kind) bool {
	f, _ := why.Failure()
	return f.Outside
}

// refusals are the ways to a question that a person wants to know: the answer before was of no use.
var refusals = map[fsm.Kind]bool{
	fsm.CodeRejected: true, fsm.CodeVoid: true, fsm.CodeSuperseded: true, fsm.CodeTimeout: true,
	fsm.CaptchaRejected: true, fsm.CaptchaVoid: true, fsm.CaptchaTimeout: true,
}

// link is the line with the link. While an answer is wanted it has a ticket, made anew each time, after the #: what
// stands there is not sent to a server, so that no proxy's log has it.
func (n *Notifier) link() string {
	ticket := ""
	if n.cfg.Ticket != nil && n.cfg.Link != "" {
		ticket = n.cfg.Ticket(n.sum.Challenge.ID)
	}
	switch {
	case n.cfg.Link == "":
		return ""
	case ticket == "":
		return "\n" + n.word("message.link", "link", n.cfg.Link)
	}
	return "\n" + n.word("message.ticket", "link", n.cfg.Link+"#ticket="+ticket)
}

// starts says when the daemon is started again by itself.
func (n *Notifier) starts() string {
	if n.sum.Next.IsZero() {
		return n.word("message.never")
	}
	return n.word("message.again", "at", n.sum.Next.In(time.Local).Format("2006-01-02 15:04 MST"))
}

// plain is the daemon's words on one line, bounded, and without the account.
func (n *Notifier) plain(detail string) string {
	if n.cfg.Account != "" {
		detail = strings.ReplaceAll(detail, n.cfg.Account, Masked(n.cfg.Account))
	}
	runes := []rune(strings.Join(strings.Fields(words.Visible(detail)), " "))
	if len(runes) > maxDetail {
		return string(runes[:maxDetail]) + "…"
	}
	return string(runes)
}

// Masked shows the last three digits of an account and nothing else of it. One with so few digits that
// three tell too much shows none.
func Masked(account string) string {
	var digits []rune
	for _, r := range account {
		if r >= '0' && r <= '9' {
			digits = append(digits, r)
		}
	}
	if len(digits) < 6 {
		return "…"
	}
	return "…" + string(digits[len(digits)-3:])
}

// TestText is the message that a person sends to try the targets. The language is the daemon's.
func TestText(daemon, link string) string {
	lang := words.Like(daemon)
	text := words.Text(lang, "message.test")
	if link != "" {
		text += "\n" + words.Text(lang, "message.link", "link", link)
	}
	return text
}
