package agent

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// Config is what an agent needs. All of it is required, but for Prove, Secrets, Password and Login.
type Config struct {
	Version string                                // of the gateway, for the journal
	Launch  func() (Process, error)               // starts the daemon
	Device  func() string                         // the fingerprint of the device's identity, empty if there is none
	Picture func(after time.Time) ([]byte, error) // the captcha's picture, if it is newer
	// Prove asks the daemon's own API until ctx ends, and then returns at once: it tells what changed, and when
	// it was last proven that quotes work. Without it nothing is ever proven.
	Prove   func(ctx context.Context, tell func(fsm.Event), proven func(time.Time))
	Journal *fsm.Journal
	Log     *zap.Logger
	Console io.Writer // gets the daemon's lines; must not block

	StartAtOnce bool     // start the daemon when the agent runs, not at the first INIT
	Supervise   bool     // start it again when it exits
	Secrets     []string // never shown, whoever prints them

	Account  string   // typed where the daemon asks for it
	Password string   // typed where the daemon asks for it; empty if only its MD5 is known
	Login    string   // tells apart what is logged in with, see [fsm.Event]
	History  *History // what the journal remembers; New takes it over
}

// Agent runs the daemon. Everything below the commands channel belongs to the goroutine of Run.
type Agent struct {
	cfg      Config
	commands chan command
	done     chan struct{} // closed when Run returns
	proven   atomic.Int64  // when the API last proved it, in nanoseconds of Unix time; the prover writes it, 0 for never
	counts   counters      // the loop adds to them

	machine *fsm.Machine
	child   *child  // nil while no daemon runs
	prover  *prover // nil while the API is not asked
	timer   *time.Timer
	sync    *time.Timer
	ladder  ladder
	history *History
	ring    console.Ring // lines that no rule knows
	said    console.Ring // all lines
	shown   []byte       // lines for the console, written after each chunk

	held          held
	connectedAt   time.Time // when Connected was entered, zero elsewhere
	wasConnected  bool      // this daemon was connected at some time
	exit          Exit      // how this daemon ended, zero until it did
	verifying     fsm.State // the state that the code being verified was asked in
	challenge     uint64    // the Seq of the entry in which the daemon last wanted something of a person
	pictureAfter  time.Time // the captcha's picture must be newer than this
	startAgain    bool      // somebody wants a daemon as soon as the old one is gone
	stayDown      bool      // somebody wants no daemon
	stopping      bool      // Run is to return once no daemon is left
	syncing       bool      // the sync timer runs
	journalFailed bool      // the last write failed, and was told
}

// New returns an agent that goes on where the journal ends. Nothing happens before Boot and Run.
func New(cfg Config) *Agent {
	return &Agent{
		cfg:      cfg,
		commands: make(chan command),
		done:     make(chan struct{}),
		machine:  fsm.NewMachine(cfg.Journal.Last().To),
		history:  cfg.History,
		timer:    stopped(),
		sync:     stopped(),
	}
}

// stopped returns a timer that does not run.
func stopped() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

// Run runs the daemon until ctx ends, then stops it and returns. It returns within the time
// that a deaf daemon takes: see ending.go.
func (a *Agent) Run(ctx context.Context) error {
	defer close(a.done)
	defer a.timer.Stop()
	defer a.sync.Stop()

	a.resume()
	stop := ctx.Done()
	for {
		a.flush()
		if a.stopping && a.child == nil {
			return a.cfg.Journal.Sync()
		}
		commands := a.commands
		if a.stopping {
			commands = nil
		}
		select {
		case <-stop:
			stop = nil
			a.shutDown()
		case o := <-a.child.out():
			a.hear(o)
		case <-a.child.due():
			if err := a.pressOn(); err != nil {
				return err
			}
		case e := <-a.prover.events():
			a.apply(e)
		case <-a.timer.C:
			a.timeout()
		case <-a.sync.C:
			a.syncing = false
			a.report(a.cfg.Journal.Sync())
		case c := <-commands:
			c.reply <- c.do()
		}
	}
}

// apply is the one place where the state changes: it decides, persists, and then acts.
func (a *Agent) apply(e fsm.Event) {
	from, to := a.machine.Apply(e)
	arrived := from != to
	held := arrived && to == fsm.AwaitingCode && a.held.fresh()
	entry := a.cfg.Journal.Append(time.Now(), from, to, held, e)
	a.history.Note(entry)
	if !arrived {
		a.logNews(entry)
		return // written with the rest of its chunk
	}
	a.flush()
	a.log(entry)
	a.leave(from)
	a.enter(entry)
}

// syncWithin bounds how much a power cut may lose of what nobody acted upon.
const syncWithin = time.Second

// flush writes what was appended and shows the daemon's lines.
func (a *Agent) flush() {
	a.report(a.cfg.Journal.Flush())
	if a.cfg.Journal.Dirty() && !a.syncing {
		a.syncing = true
		a.sync.Reset(syncWithin)
	}
	if len(a.shown) > 0 {
		a.cfg.Console.Write(a.shown) // it tells nobody when it fails: there is nothing to be done
		a.shown = a.shown[:0]
	}
}

// hear takes what the daemon's reader sent.
func (a *Agent) hear(o output) {
	switch {
	case o.exit != nil:
		a.buried(*o.exit)
	case o.ended:
		a.lines(a.child.parser.Close(time.Now()))
		a.apply(fsm.Event{Kind: fsm.OutputEnded})
	default:
		a.lines(a.child.parser.Write(o.bytes, time.Now()))
		a.listen()
	}
}

// mark stands before each line of the daemon on the console.
const mark = "opend | "

func (a *Agent) lines(lines []console.Line) {
	for _, l := range lines {
		a.line(l)
	}
}

// line takes one line of the daemon.
func (a *Agent) line(l console.Line) {
	a.shown = append(append(append(a.shown, mark...), l.Text...), '\n')
	a.said.Add(l.Text)
	a.counts.lines.Add(1)
	switch e := l.Event; e.Kind {
	case "":
		if l.Unknown() {
			a.ring.Add(l.Text)
			a.counts.unknown.Add(1)
		}
		return
	case fsm.AccountPrompt, fsm.PasswordPrompt, fsm.RememberPrompt:
		a.child.silence.hears(e.Kind)
		a.prompted(e)
	case fsm.CodeRequesting, fsm.CodeSent:
		a.codeIsAsked()
		a.apply(e)
	default:
		a.child.silence.hears(e.Kind)
		a.apply(e)
	}
}
