package notify

import (
	"cmp"

	"github.com/ostai/futuopend-gateway/fsm"
)

// commands are what answers a question where there is no page to open. -i and -t are what docker exec needs for the two that ask.
var commands = map[fsm.ChallengeKind]struct {
	command string
	asks    bool // it asks at the terminal
}{
	fsm.ChallengeCode:     {"futuopend-gateway code 123456", false},
	fsm.ChallengeCaptcha:  {"futuopend-gateway captcha", true},
	fsm.ChallengePassword: {"futuopend-gateway password", true},
}

// lead gives a message the way to where a person can act: a link, made anew for each target, or the command to run. While an answer
// is wanted the link has a ticket, after the #: what stands there is not sent to a server, so that no proxy's log has it. A password
// is not typed into a page, so its message has the command, and a link without a ticket.
func (n *Notifier) lead(m *message) {
	challenge := n.sum.Challenge
	password := challenge.Kind == fsm.ChallengePassword
	if n.cfg.Link == "" || password {
		m.Way = n.word("message.run", "command", n.command(challenge.Kind))
	}
	if n.cfg.Link == "" {
		return
	}
	if password {
		m.Text += "\n" + m.Way
	}
	ticket := ""
	if n.cfg.Ticket != nil && challenge.ID != 0 && !password {
		ticket = n.cfg.Ticket(challenge.ID)
	}
	m.Link, m.Opens = n.cfg.Link, n.word("message.open")
	if ticket == "" {
		m.Way = n.word("message.link", "link", m.Link)
		return
	}
	m.Link += "#ticket=" + ticket
	m.Way = n.word("message.ticket", "link", m.Link)
}

// command is what a person runs where the gateway runs.
func (n *Notifier) command(kind fsm.ChallengeKind) string {
	c := commands[kind]
	if n.cfg.Shell == "" {
		return cmp.Or(c.command, "futuopend-gateway status")
	}
	return n.cfg.Shell + " " + cmp.Or(c.command, "futuopend-gateway status")
}

// invite says that the answer may be written where the message is, if somebody listens there.
func (n *Notifier) invite(m *message, to Target) {
	asked := map[fsm.ChallengeKind]string{fsm.ChallengeCode: "message.reply.code", fsm.ChallengeCaptcha: "message.reply.captcha"}[n.sum.Challenge.Kind]
	switch {
	case !to.Listens || asked == "":
	case to.Chat != nil:
		m.Text += "\n" + n.word(asked)
	case to.Topic != nil && n.sum.Challenge.Kind == fsm.ChallengeCode:
		m.Text += "\n" + n.word("message.publish")
	}
}
