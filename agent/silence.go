package agent

import (
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// How long a daemon that logs in may say nothing before that is told.
const (
	// questionAfter: a line that does not end is a question; no part of a line takes this long.
	questionAfter = 30 * time.Second
	// throttleAfter: after its addresses the daemon goes on at once, unless the broker lets it wait.
	throttleAfter = time.Minute
	// silenceAfter: a login takes up to three minutes, and prints nothing in between.
	silenceAfter = 3 * time.Minute
)

// How long a silence that was told may go on before the daemon is stopped and the login counts as failed.
const (
	// throttleFor: the broker's memory for starts is a few hours, and each new start lengthens it.
	throttleFor = startsWithin
	// silenceFor: a login that has stood still for so long does not go on.
	silenceFor = 10 * time.Minute
)

// silence is what is known of a daemon that says nothing.
type silence struct {
	listening bool // it printed its addresses
	loggingIn bool // it went on to log in, or asked something
	told      bool // the present silence was told
}

// hears takes one event into account.
func (s *silence) hears(k fsm.Kind) {
	switch k {
	case fsm.APIListening:
		s.listening = true
	case fsm.LoginMethod, fsm.LoggingIn, fsm.AccountPrompt, fsm.PasswordPrompt, fsm.RememberPrompt:
		s.loggingIn = true
	}
}

// listen arms the timer that notices silence. It is called whenever the daemon said something.
func (a *Agent) listen() {
	if a.child == nil || a.machine.State() != fsm.Initializing {
		return
	}
	a.child.silence.told = false
	switch s := a.child.silence; {
	case a.child.parser.Pending() != "":
		a.timer.Reset(questionAfter)
	case s.listening && !s.loggingIn:
		a.timer.Reset(throttleAfter)
	default:
		a.timer.Reset(silenceAfter)
	}
}

// silent is called when the daemon has said nothing for too long. The first time that is told; the
// second time the daemon is given up, but one that waits at a question is left to a person.
func (a *Agent) silent() {
	s := &a.child.silence
	switch pending := a.child.parser.Pending(); {
	case s.told:
		a.apply(fsm.Event{Kind: fsm.Hung, Detail: "it said nothing for too long"})
	case pending != "":
		a.tellSilence(fsm.Question, pending)
	case s.listening && !s.loggingIn:
		a.tellSilence(fsm.Throttle, a.lastLines())
		a.timer.Reset(throttleFor)
	default:
		a.tellSilence(fsm.Silence, a.lastLines())
		a.timer.Reset(silenceFor)
	}
	s.told = true
}

func (a *Agent) tellSilence(k fsm.Kind, detail string) {
	a.apply(fsm.Event{Kind: k, Detail: detail})
	a.cfg.Log.Warn(silences[k] + "; last: " + detail)
}

// silences is what each kind of silence means to a person.
var silences = map[fsm.Kind]string{
	fsm.Question: "the daemon waits at a question that the gateway does not know",
	fsm.Throttle: "the daemon is silent after its start, as when the broker throttles it; it is left to wait, because each new start makes that longer",
	fsm.Silence:  "the daemon stands still in the middle of the login",
}

// lastLines is the end of what the daemon said, in one line.
func (a *Agent) lastLines() string { return strings.Join(a.said.Latest(3), " | ") }
