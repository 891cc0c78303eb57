package agent

import (
	"context"
	"io"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Config is what an agent needs. All of it is required, but for Status, Prove, Gate, PortFree, Remembers, Reread, Setup, Fetch, HasPassword, Reach and what Credentials has.
type Config struct {
	Version string // of the gateway, for the journal
	// Launch starts the daemon. With typed it is not to log in with what it remembers, but to ask. Its error says why nothing
	// runs; it is ErrStopped if the context of Run has ended.
	Launch    func(typed bool) (Process, error)
	Remembers func() bool            // the daemon would log in with what it remembers
	Device    func() (string, error) // the fingerprint of the device's identity, empty if there is none
	// Picture is the captcha's picture, if it is newer. named is where the daemon says that it is, empty if it does not.
	Picture func(named string, after time.Time) ([]byte, error)
	// Status is the last program status that the daemon's own log names since a time, empty if it names none. Without it nobody looks.
	Status func(since time.Time) string
	// Prove asks the daemon's own API until ctx ends, and then returns at once: it tells what changed, and when
	// it was last proven that quotes work. Without it nothing is ever proven.
	Prove func(ctx context.Context, tell func(fsm.Event), proven func(time.Time))
	// Gate is opened and shut with the login. Without it the daemon's API is nobody's business here.
	Gate Gate
	// PortFree reports whether the port is free without which nothing is started. It is asked while a start that failed waits for that;
	// without it such a start is tried again as any other.
	PortFree func() bool
	Journal  *fsm.Journal
	Log      *zap.Logger
	Console  io.Writer // gets the daemon's lines; must not block

	StartAtOnce bool // start the daemon when the agent runs, not at the first INIT
	Supervise   bool // start it again when it exits
	// Setup is what a start depends on beside the login, as "the program 1a2b; the port free". It is asked for only while a start waits for a change of it.
	Setup func() string
	// Fetch brings the daemon's program here before the daemon is first started; nil if it is here. It tells of its progress, and
	// returns soon after ctx ended, with what it brought, or with an error that says what to do.
	Fetch func(ctx context.Context, tell func(fsm.Event)) (what string, err error)
	// Reclaim is how long the account is left to whoever logged in elsewhere before it is taken back; 0 for as long as nobody takes it back.
	Reclaim time.Duration
	// ReloginAfter is how long a session may be lost before the daemon is ended for one new login; 0 for ever. It is made only with Supervise, within
	// the budget, where HasPassword says that it needs nobody, and while Reach, which returns at once when ctx ends, finds the network up.
	ReloginAfter time.Duration
	HasPassword  func() bool
	Reach        func(ctx context.Context) (down error)

	Market fsm.Market // when a person wants to hear once more of what is not mended; may be left out

	Account string // typed where the daemon asks for it
	Credentials
	// Reread reads the files with secrets again, before each start. Its error names what cannot be used, and no secret.
	Reread func() (Credentials, error)
	Ledger *fsm.Ledger // what the journal remembers; New takes it over
}

// Agent runs the daemon. The goroutine of Run owns it, but for the two channels and for what is atomic: the counts
// of heard and book, and when the prover last had a proof.
type Agent struct {
	cfg      Config
	commands chan command
	done     chan struct{} // closed when Run returns

	machine *fsm.Machine
	now     fsm.Snapshot // what the entries so far amount to

	run      *run // nil while no daemon runs
	question question
	will     will
	book     book
	heard    heard
	prover   prover
	fetch    fetching
	door     door
	outage   outage
	ledger   *fsm.Ledger
	login    login

	timer *time.Timer // fires at the earliest deadline of run, question, will, book, prover and outage
}

// New returns an agent that goes on where the journal ends. Nothing happens before Boot and Run.
func New(cfg Config) *Agent {
	now := cfg.Journal.Snapshot()
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	a := &Agent{
		cfg:      cfg,
		commands: make(chan command),
		done:     make(chan struct{}),
		machine:  fsm.NewMachine(now.State),
		now:      now,
		book:     book{journal: cfg.Journal, log: cfg.Log},
		ledger:   cfg.Ledger,
		timer:    timer,
	}
	a.login.use(cfg.Credentials)
	return a
}

// Run runs the daemon until ctx ends, then stops it and returns. It returns within the time
// that a deaf daemon takes: see run_ending.go.
func (a *Agent) Run(ctx context.Context) error {
	defer close(a.done)
	defer a.timer.Stop()

	a.decide(time.Now())
	stop, commands := ctx.Done(), a.commands
	for {
		a.flush()
		if a.will.wish == end && a.run == nil {
			a.door.settled()
			return a.book.journal.Sync()
		}
		a.arm()
		select {
		case <-stop:
			stop, commands = nil, nil
			a.shutDown()
		case o := <-a.run.out():
			a.receive(o)
		case e := <-a.prover.events():
			a.told(e, time.Now())
		case e := <-a.fetch.events():
			a.brought(e, time.Now())
		case down := <-a.outage.reach.answers():
			a.reached(down, time.Now())
		case <-a.timer.C:
			if err := a.timeout(time.Now()); err != nil {
				return err
			}
		case c := <-commands:
			c.reply <- c.do()
		}
	}
}

// apply is the one place where the state changes: it decides, persists, and then acts. To act may apply one more event
// (a start is followed by started, a request by the held code): it is never nested deeper than two.
func (a *Agent) apply(e fsm.Event) {
	before := a.now
	from, to := a.machine.Apply(e)
	arrived := from != to
	e.Shut = arrived && to == fsm.AwaitingCode && a.countWrong(before, e.Kind)
	held := arrived && to == fsm.AwaitingCode && !e.Shut && a.question.held.fresh()
	entry := a.book.journal.Append(time.Now(), from, to, held, e)
	a.ledger.Note(entry)
	a.now = before.After(entry)
	if !arrived {
		a.reasonCame(entry)
		a.logNews(entry)
		return // written with the rest of its chunk
	}
	a.flush()
	a.log(entry)
	a.leave(before)
	a.enter(entry)
}

// flush writes what was appended and shows the daemon's lines.
func (a *Agent) flush() {
	a.book.flush(time.Now())
	a.heard.show(a.cfg.Console)
}

// arm sets the timer to the earliest deadline.
func (a *Agent) arm() {
	if at := earliest(a.run.due(), a.question.due(), a.will.next, a.book.syncAt, a.prover.hearsay.due, a.outage.due(), a.alarmAt()); at.IsZero() {
		a.timer.Stop()
	} else {
		a.timer.Reset(time.Until(at))
	}
}

// earliest returns the first of some deadlines, zero if there is none.
func earliest(deadlines ...time.Time) (first time.Time) {
	for _, at := range deadlines {
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// timeout asks each part whether its time has come.
func (a *Agent) timeout(now time.Time) error {
	if elapsed(&a.book.syncAt, now) {
		a.book.report(a.book.journal.Sync())
	}
	if elapsed(&a.will.next, now) {
		a.decide(now)
	}
	if elapsed(&a.question.askAt, now) {
		a.requestOnce(now)
	}
	if elapsed(&a.question.verifyBy, now) {
		a.unanswered()
	}
	if a.run != nil && elapsed(&a.run.silence.due, now) {
		a.silent(now)
	}
	if a.run != nil && elapsed(&a.run.unheard.due, now) {
		a.trust(now)
	}
	if elapsed(&a.prover.hearsay.due, now) {
		a.interrupted(a.prover.hearsay.event)
	}
	if elapsed(&a.outage.tellAt, now) {
		a.stillLost()
	}
	if elapsed(&a.outage.loginAt, now) {
		a.considerLogin(now)
	}
	a.alarm(now)
	if a.run != nil && elapsed(&a.run.ending.due, now) {
		return a.pressOn(now)
	}
	return nil
}

// elapsed reports whether a deadline has come, and clears it then.
func elapsed(deadline *time.Time, now time.Time) bool {
	if deadline.IsZero() || deadline.After(now) {
		return false
	}
	*deadline = time.Time{}
	return true
}
