// Package notify tells a person when the gateway needs one: a code, a captcha or the password is wanted, the daemon is halted, or
// the login was ended from outside; and when it is connected again after that.
//
// It is one more reader of the journal, beside everything else: it commands nothing, nobody waits for
// it, and what goes wrong with a message is a line in the log.
package notify

import (
	"context"
	"sync"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// Config is what a [Notifier] works with. All of it is required, but for Link and Ticket.
type Config struct {
	Journal *fsm.Journal
	Log     *zap.Logger
	Targets []Target
	Lang    string // of the text: chs or en, as the daemon's
	Account string // shown by its last three digits only
	Link    string // the address of the gateway's page; empty for none

	// Ticket makes what lets a person in by the link, once, to answer a challenge. It may return nothing.
	Ticket func(challenge uint64) string
}

// Notifier follows the journal and sends messages.
//
// The goroutine of [Notifier.Run] owns sum and told. Each target has a goroutine of its own, so
// that a slow one delays no other.
type Notifier struct {
	cfg     Config
	lang    string // of the sentences
	sum     fsm.Snapshot
	told    bool // a person was told that one is needed, and the account is not connected since
	workers []*worker
	counts  counters
}

// New returns a notifier, which does nothing until it is run.
func New(cfg Config) *Notifier {
	n := &Notifier{cfg: cfg, lang: words.Like(cfg.Lang)}
	for i, t := range cfg.Targets {
		log := cfg.Log.With(zap.String("target", t.Name), zap.Int("number", i+1))
		n.workers = append(n.workers, newWorker(t, log, &n.counts))
	}
	return n
}

// Counts is what became of messages so far, each target counted on its own.
func (n *Notifier) Counts() Counts { return n.counts.read() }

// Run sends messages until ctx ends, and returns when all that it started is done. Only a send that
// the library cannot be stopped in may outlast it; it changes nothing any more.
func (n *Notifier) Run(ctx context.Context) {
	var running sync.WaitGroup
	for _, w := range n.workers {
		running.Go(func() { w.run(ctx) })
	}
	n.follow(ctx)
	running.Wait()
}

// follow tells of the state that the gateway is in, and then of each that it comes to. What
// happened before is not told: it is over.
func (n *Notifier) follow(ctx context.Context) {
	n.sum = n.cfg.Journal.Snapshot()
	n.arrive("")
	for {
		e, err := n.cfg.Journal.Next(ctx, n.sum.Seq)
		if err != nil {
			return
		}
		before := n.sum.Challenge
		n.sum = n.sum.After(e)
		if e.Changed() || e.Kind == fsm.CodeRefused {
			n.arrive(reason(before, e))
		}
	}
}

// reason is why the state was entered. A daemon that asks the same again after an answer has refused
// it, whichever of its lines comes first.
func reason(before fsm.Challenge, e fsm.Entry) fsm.Kind {
	switch {
	case e.From != fsm.Verifying || e.Kind == fsm.CodeTimeout || e.Kind == fsm.CaptchaTimeout:
		return e.Kind
	case e.Kind == fsm.CodeNotTyped || e.Kind == fsm.CaptchaNotTyped:
		return e.Kind
	case refusals[e.Kind]:
		return e.Kind // it says more than that the answer was wrong
	case e.To == fsm.AwaitingCode && before.Kind == fsm.ChallengeCode:
		return fsm.CodeRejected
	case e.To == fsm.AwaitingCaptcha && before.Kind == fsm.ChallengeCaptcha:
		return fsm.CaptchaRejected
	}
	return e.Kind
}

// arrive offers the message for the state to every target, each with a link of its own. Without one it takes back the message before,
// whose state is over. A challenge is opened by the entry that arrives in its state, so that
// none is told of twice.
func (n *Notifier) arrive(why fsm.Kind) {
	text := n.message(why)
	for _, w := range n.workers {
		if text == "" {
			w.offer(message{})
			continue
		}
		w.offer(message{n.sum.State, text + n.link()})
	}
}

// message is the text for the state, empty if nobody needs to know of it.
func (n *Notifier) message(why fsm.Kind) string {
	switch n.sum.State {
	case fsm.AwaitingCode, fsm.AwaitingCaptcha, fsm.AwaitingPassword:
		if n.sum.Challenge.Held {
			return "" // a code that came early answers
		}
		n.told = true
	case fsm.Halted:
		n.told = true
	case fsm.Closed:
		if !outside(why) {
			return "" // it is started again by itself, or somebody wished it
		}
		n.told = true
	case fsm.Connected:
		if !n.told {
			return ""
		}
		n.told = false
	default:
		return ""
	}
	return n.text(why)
}
