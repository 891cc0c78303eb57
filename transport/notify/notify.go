// Package notify tells a person when the gateway needs one: a code, a captcha or the password is wanted, an SMS was refused, or the
// account is not ready and nobody is asked; and when it is ready again after that.
//
// It is one more reader of the journal, beside everything else: it commands nothing, nobody waits for
// it, and what goes wrong with a message is a line in the log. Whether and when a trouble is told is decided by package
// fsm and written by the agent, so that a restart of the gateway tells nothing a second time.
package notify

import (
	"context"
	"runtime"
	"sync"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// Config is what a [Notifier] works with. All of it is required, but for Name, Link, Shell, Ticket and State.
type Config struct {
	Journal *fsm.Journal
	Log     *zap.Logger
	Targets []Target
	Lang    string // of the text: chs or en, as the daemon's
	Account string // shown by its last three digits only
	Name    string // of this gateway, where there are several
	Link    string // the address of the gateway's page; empty for none
	Shell   string // what stands before a command of the gateway to run it where it runs, such as docker exec NAME

	// Ticket makes what lets a person in by the link, once, to answer a challenge. It may return nothing.
	Ticket func(challenge uint64) string
	// State is a snapshot as GET /status has it, for those who read JSON.
	State func(fsm.Snapshot) []byte
}

// Notifier follows the journal and sends messages.
//
// The goroutine of [Notifier.Run] owns sum, begun and told. Each target has a goroutine of its own, so
// that a slow one delays no other.
type Notifier struct {
	cfg     Config
	lang    string // of the sentences
	sum     fsm.Snapshot
	begun   bool // sum is what to begin with
	told    bool // a person was told of a question, and the account is not connected since
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

// Begin makes the present the beginning: what happened before is not told, and what happens from now on is, also before Run.
// Call it at most once, before Run, which calls it otherwise.
func (n *Notifier) Begin() { n.sum, n.begun = n.cfg.Journal.Snapshot(), true }

// Run sends messages until ctx ends, and returns when all that it started is done. Only a send that
// the library cannot be stopped in may outlast it; it changes nothing any more.
func (n *Notifier) Run(ctx context.Context) {
	if len(n.workers) == 0 {
		<-ctx.Done() // there is nobody to tell
		return
	}
	var running sync.WaitGroup
	for _, w := range n.workers {
		running.Go(func() { w.run(ctx) })
	}
	n.follow(ctx)
	running.Wait()
}

// follow tells of the state that the gateway is in, and then of what happens.
func (n *Notifier) follow(ctx context.Context) {
	if !n.begun {
		n.Begin()
	}
	n.arrive(fsm.Entry{}, "")
	for {
		e, err := n.cfg.Journal.Next(ctx, n.sum.Seq)
		if err != nil {
			return
		}
		runtime.Gosched() // clients are answered first: what follows takes longer than that
		before := n.sum
		n.sum = n.sum.After(e)
		switch {
		case e.Kind.Tells():
			n.trouble(e, before.Trouble)
		case e.Stopped():
			n.takeBack(true)
		case e.Changed() || e.Kind == fsm.CodeRefused:
			n.arrive(e, reason(before.Challenge, e))
		case unsentSMS[e.Kind] && n.sum.Challenge.ID != 0:
			n.tell(n.message(e, string(n.sum.State)+" "+string(e.Kind), n.asks(e.Kind)))
		}
	}
}

// unsentSMS are the kinds after which a person would wait for something that does not come.
var unsentSMS = map[fsm.Kind]bool{fsm.CodeNotSent: true, fsm.CaptchaNotSent: true}

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

// arrival is what is told of arriving in a state.
type arrival byte

const (
	silence  arrival = iota + 1 // nothing: it passes by itself, or a trouble of its own is told
	question                    // a person must answer
	goodNews                    // nobody is needed any more
)

// arrivals has every state. One that is missing would leave a person untold; a test names it.
var arrivals = map[fsm.State]arrival{
	fsm.Halted: silence, fsm.Closed: silence, fsm.Idle: silence, fsm.Initializing: silence, fsm.Verifying: silence, fsm.Reconnecting: silence,
	fsm.AwaitingCode: question, fsm.AwaitingCaptcha: question, fsm.AwaitingPassword: question,
	fsm.Connected: goodNews,
}

// arrive tells of a state that wants a person, or that none is needed any more. Any other takes back the question before, whose
// state is over. A challenge is opened by the entry that arrives in its state, so that none is told of twice.
func (n *Notifier) arrive(e fsm.Entry, why fsm.Kind) {
	switch arrivals[n.sum.State] {
	case question:
		if !n.sum.Challenge.Held { // a code that came early answers
			n.told = true
			n.tell(n.message(e, string(n.sum.State), n.asks(why)))
			return
		}
	case goodNews:
		if n.told && n.sum.Trouble.Told.IsZero() { // the end of a trouble is told when it is one
			n.told = false
			n.tell(n.message(e, string(n.sum.State), n.back()))
			return
		}
	}
	n.takeBack(false)
}

// trouble tells of a trouble, of one that goes on, or of its end; before is what was known of it.
func (n *Notifier) trouble(e fsm.Entry, before fsm.Trouble) {
	switch {
	case e.Kind != fsm.TroubleOver:
		n.tell(n.message(e, string(e.Kind), n.troubled(e.Kind)))
	case !before.Told.IsZero():
		n.told = false
		n.tell(n.message(e, string(e.Kind), n.back()))
	}
}

// tell offers a message to every target, each with a link of its own.
func (n *Notifier) tell(m message) {
	for _, w := range n.workers {
		each := m
		n.lead(&each)
		n.invite(&each, w.target)
		w.offer(each)
	}
}

// takeBack takes back what is not sent yet: a question, whose state is over; and if somebody stopped the daemon, also a trouble.
func (n *Notifier) takeBack(all bool) {
	for _, w := range n.workers {
		w.offer(message{all: all})
	}
}
