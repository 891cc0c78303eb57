package notify

import (
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// maxDetail bounds, in characters, what is shown of the daemon's own words.
const maxDetail = 300

// text tells of the state and why it was entered, for a person who knows nothing else of the gateway.
func (n *Notifier) text(why fsm.Kind) string {
	w := n.words
	lines := []string{w.why[why] + w.state[n.sum.State]}
	if h := n.sum.Halted; n.sum.State == fsm.Halted {
		class, detail := class(h)
		lines[0] += w.class[class]
		lines = append(lines, w.advice(class))
		if detail != "" {
			lines = append(lines, w.said+n.plain(detail))
		}
		lines = append(lines, n.starts())
	}
	lines = append(lines, w.account+Masked(n.cfg.Account))
	return strings.Join(nonEmpty(lines), "\n")
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
		return "\n" + n.words.link + n.cfg.Link
	}
	return "\n" + n.words.ticket + n.cfg.Link + "#ticket=" + ticket
}

// starts says when the daemon is started again by itself.
func (n *Notifier) starts() string {
	if n.sum.Next.IsZero() {
		return n.words.never
	}
	return n.words.again + n.sum.Next.In(time.Local).Format("2006-01-02 15:04 MST")
}

// class is what halted the gateway. What halted an earlier run, and still does, stands in the detail.
func class(h fsm.Event) (fsm.Kind, string) {
	if earlier, detail, ok := strings.Cut(h.Detail, ": "); h.Kind == fsm.StillHalted && ok && fsm.Kind(earlier).Advice() != "" {
		return fsm.Kind(earlier), detail
	}
	return h.Kind, h.Detail
}

// plain is the daemon's words on one line, bounded, and without the account.
func (n *Notifier) plain(detail string) string {
	if n.cfg.Account != "" {
		detail = strings.ReplaceAll(detail, n.cfg.Account, Masked(n.cfg.Account))
	}
	runes := []rune(strings.Join(strings.Fields(detail), " "))
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

// TestText is the message that a person sends to try the targets.
func TestText(lang, link string) string {
	w := wordsIn(lang)
	if link == "" {
		return w.test
	}
	return w.test + "\n" + w.link + link
}

func nonEmpty(lines []string) (out []string) {
	for _, l := range lines {
		if l != "" {
			out = append(out, l)
		}
	}
	return out
}
