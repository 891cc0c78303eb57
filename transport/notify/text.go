package notify

import (
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// maxDetail bounds, in characters, what is shown of the daemon's own words.
const maxDetail = 300

// said is what a message says: a line for its title, and lines that begin with a sentence.
type said struct {
	title   string
	lines   []string
	urgency Urgency
}

// word is a sentence in the notifier's language.
func (n *Notifier) word(key string, pairs ...string) string { return words.Text(n.lang, key, pairs...) }

// message is what is said, for an entry, to a person who knows nothing else of the gateway. about tells apart what is said seldom.
func (n *Notifier) message(e fsm.Entry, about string, s said) message {
	account := Masked(n.cfg.Account)
	line := n.word("message.account", "account", account)
	if n.cfg.Name != "" {
		line = n.word("message.account.named", "account", account, "name", n.cfg.Name)
	}
	m := Message{
		Event: e.Kind, At: e.At, Title: n.title(s.title), Text: strings.Join(append(s.lines, line), "\n"),
		Urgency: s.urgency, Name: n.cfg.Name, Account: account,
	}
	if m.Event == "" {
		m.Event, m.At = n.sum.Trouble.Why.Class(), n.sum.Since // the state was there before the notifier
	}
	if n.cfg.State != nil {
		m.State = n.cfg.State(n.sum)
	}
	return message{about: about, lasts: e.Kind.Tells(), Message: m}
}

// title is what a message is about, and of which account.
func (n *Notifier) title(about string) string {
	of := "FutuOpenD"
	if n.cfg.Name != "" {
		of = n.cfg.Name
	}
	if account := Masked(n.cfg.Account); account != hidden {
		of += " " + account
	}
	return about + " · " + of
}

// asks is the question of a state that wants a person. Where the way to the state matters, a sentence on that stands before it.
func (n *Notifier) asks(why fsm.Kind) said {
	s := said{title: n.word("state." + string(n.sum.State)), urgency: Urgent}
	says := n.word("says." + string(n.sum.State))
	if refusals[why] || unsentSMS[why] {
		s.title = n.word("event." + string(why))
		says = words.Joined(n.lang, s.title, says)
	}
	s.lines = []string{says}
	if n.sum.Challenge.Shut {
		s.lines = append(s.lines, n.word("error.codes_spent"))
	}
	if c := n.sum.Trouble.Why; unsentSMS[why] {
		if c.Detail != "" {
			s.lines = append(s.lines, n.word("message.reason", "detail", n.plain(words.Detail(n.lang, c.Detail))))
		}
		s.lines = append(s.lines, n.word("message.advice", "advice", n.word("advice."+string(why))))
	}
	return s
}

// refusals are the ways to a question that a person wants to know: the answer before was of no use.
var refusals = map[fsm.Kind]bool{
	fsm.CodeRejected: true, fsm.CodeVoid: true, fsm.CodeSuperseded: true, fsm.CodeTimeout: true,
	fsm.CaptchaRejected: true, fsm.CaptchaVoid: true, fsm.CaptchaTimeout: true,
}

// back says that the account is logged in again.
func (n *Notifier) back() said {
	return said{title: n.word("message.back.title"), lines: []string{n.word("message.back")}}
}

// troubled says why the account is not ready, what to do, and what happens next by itself.
func (n *Notifier) troubled(what fsm.Kind) said {
	t := n.sum.Trouble
	class := t.Why.Class()
	why := words.Reason(n.lang, class, t.Why.Part)
	s := said{title: why, urgency: Urgent}
	switch {
	case what == fsm.TroubleAgain:
		s.title = n.word("message.still.title", "why", why)
		s.lines = []string{n.word("message.still", "why", why, "at", clock(t.Since))}
	case n.sum.State == fsm.Halted:
		s.lines = []string{n.word("message.halted", "why", why)}
	default:
		s.lines = []string{n.word("message.trouble", "why", why)}
	}
	if advice := words.Advice(n.lang, class); advice != "" {
		s.lines = append(s.lines, n.word("message.advice", "advice", advice))
	}
	if detail := words.Beside(n.lang, why, t.Why.Detail); detail != "" {
		s.lines = append(s.lines, n.word("message.reason", "detail", n.plain(detail)))
	}
	s.lines = append(s.lines, words.Next(n.lang, n.sum.State, class, n.sum.Next))
	if help := words.Help(n.lang, class); help != "" {
		s.lines = append(s.lines, n.word("message.help", "link", help))
	}
	return s
}

// clock is a time for a person, in the zone of this machine.
func clock(t time.Time) string { return t.In(time.Local).Format("2006-01-02 15:04 MST") }

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

// hidden stands for an account that has too few digits to show any.
const hidden = "…"

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
		return hidden
	}
	return hidden + string(digits[len(digits)-3:])
}

// Test is the message that a person sends to try the targets. The language is the daemon's.
func Test(daemon, name, link string) Message {
	lang := words.Like(daemon)
	m := Message{Event: "test", At: time.Now(), Title: words.Text(lang, "message.test.title"), Text: words.Text(lang, "message.test"), Urgency: Normal, Name: name}
	if name != "" {
		m.Title += " · " + name
	}
	if link != "" {
		m.Link, m.Opens, m.Way = link, words.Text(lang, "message.open"), words.Text(lang, "message.link", "link", link)
	}
	return m
}
