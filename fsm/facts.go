package fsm

import (
	"slices"
	"strings"
)

// What is kept of lists that the daemon prints, at most. It prints sixteen markets and two connections.
const (
	maxRights      = 48
	maxConnections = 8
)

// Facts are what the daemon printed of itself since it was started last, as printed; empty for what it did not print.
type Facts struct {
	Version     string
	RSA         string   // yes or no, in the daemon's language
	Quota       string   // of subscriptions and historical candlesticks
	Rights      []string // the quote rights: a market and a level each
	Connections []string // the access points
}

// after returns the facts after one more event.
func (f Facts) after(e Event) Facts {
	switch e.Kind {
	case Start:
		return Facts{}
	case Version:
		f.Version = e.Detail
	case RSA:
		f.RSA = e.Detail
	case Quota:
		f.Quota = e.Detail
	case QuoteRight:
		f.Rights = renewed(f.Rights, e.Detail, maxRights)
	case Connection:
		f.Connections = renewed(f.Connections, e.Detail, maxConnections)
	}
	return f
}

// renewed is a list with one more text in it, in the place of the one that tells of the same. What it was is left as it is, since
// snapshots share it.
func renewed(list []string, text string, most int) []string {
	list = slices.Clone(list)
	if i := slices.IndexFunc(list, func(old string) bool { return subject(old) == subject(text) }); i >= 0 {
		list[i] = text
		return list
	}
	if len(list) == most {
		return list
	}
	return append(list, text)
}

// subject is what a text of the form "subject: value" tells of.
func subject(text string) string {
	name, _, _ := strings.Cut(text, ":")
	return strings.TrimSpace(name)
}
