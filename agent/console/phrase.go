package console

import "github.com/ostai/futuopend-gateway/fsm"

// phrase is one thing that the daemon says. A line is a phrase, several that are joined, or a failed login and its
// reason; how the daemon joins some of them is not known, so nothing here depends on it.
type phrase struct {
	kind fsm.Kind // what it means in a line of its own, or joined with others
	// failed is what it means as the reason of a failed login, where that is something else than kind.
	failed fsm.Kind
	// quotes and trade are what it means beside the name of that connection; empty if the name changes nothing.
	quotes, trade fsm.Kind
	names         link     // which connection it names
	texts         []string // its wordings, see wording.go
	// prompt: the line may never end, so it counts as soon as its beginning is there. What
	// follows on the line is the answer being echoed, and is dropped.
	prompt bool
	// loose: any text that is no word may follow, as later versions do. Elsewhere only what is known may.
	loose bool
	whole bool // the detail is the phrase as printed, with what follows
}

// link is a connection to the broker.
type link byte

const (
	quoteLink link = iota + 1
	tradeLink
)

// tables are all phrases. Of several on one line the first in this order decides: failure before success before
// what is wanted. Sources: captured output, the daemon's own table of texts (7.1 to 9.1), scripts that run against the
// real daemon, the official manual.
var tables = [][]phrase{failurePhrases, loginPhrases, answerPhrases, linkPhrases, startPhrases, weakPhrases}

// fails is what the phrase means as the reason of a failed login; empty if it is no reason.
func (p *phrase) fails() fsm.Kind {
	if p.failed != "" {
		return p.failed
	}
	switch p.kind {
	case fsm.CodeRejected, fsm.CodeVoid, fsm.CodeSuperseded, fsm.CodeNotSent, fsm.CaptchaRejected, fsm.CaptchaVoid, fsm.CaptchaNotSent:
		return p.kind // the daemon goes on, or says that it exits
	case fsm.Exiting, fsm.LoginFailed, fsm.Crashed:
		return ""
	}
	if failureKinds[p.kind] {
		return p.kind
	}
	return ""
}
