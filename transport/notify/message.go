package notify

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Urgency is how loudly a message asks for a person.
type Urgency byte

const (
	Quiet  Urgency = iota // nothing needs to be done
	Normal                // it may wait for a moment of leisure
	Urgent                // a person is needed
)

// Message is what a person is told. What a service has no place for, it leaves out.
type Message struct {
	Event   fsm.Kind // the entry that it is sent for; empty for a test
	At      time.Time
	Title   string // one line
	Text    string // a sentence first, the account last; without the link
	Link    string // where a person can act; empty for none. It may let him in, so it is a secret
	Opens   string // what a button that leads there says
	Way     string // the last line: the link in words, or the command to run; empty for neither
	Urgency Urgency
	State   []byte // one JSON object: the state as GET /status has it; empty if it is not known
	Name    string // of the gateway, where somebody gave it one
	Account string // masked
}

// Whole is the text of a service that has no place of its own for a link: that is its last line.
func (m Message) Whole() string {
	if m.Way == "" {
		return m.Text
	}
	return m.Text + "\n" + m.Way
}

// Unlinked is the text of a service that shows the link by itself. A command to run stays.
func (m Message) Unlinked() string {
	if m.Link != "" {
		return m.Text
	}
	return m.Whole()
}
