package agent

import (
	"time"

	"go.uber.org/zap"

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
	throttleFor = fsm.StartsWithin
	// silenceFor: a login that has stood still for so long does not go on.
	silenceFor = 10 * time.Minute
)

// silence is what is known of a daemon that says nothing.
type silence struct {
	listening bool   // it printed its addresses
	loggingIn bool   // it went on to log in, or asked something
	told      bool   // the present silence was told
	status    string // what the daemon's own log last named, and was told

	due time.Time // when it has said nothing for too long, zero while nobody waits for a word
}

// progress takes one event into account.
func (s *silence) progress(k fsm.Kind) {
	switch k {
	case fsm.APIListening:
		s.listening = true
	case fsm.LoginMethod, fsm.LoggingIn, fsm.AccountPrompt, fsm.PasswordPrompt, fsm.RememberPrompt:
		s.loggingIn = true
	}
}

// expectWord says until when the daemon has to say something again. It is called whenever it did.
func (a *Agent) expectWord(now time.Time) {
	if a.run == nil || a.now.State != fsm.Initializing {
		return
	}
	a.run.silence.told = false
	wait := silenceAfter
	switch s := a.run.silence; {
	case a.run.parser.Pending() != "":
		wait = questionAfter
	case s.listening && !s.loggingIn:
		wait = throttleAfter
	}
	a.run.silence.due = now.Add(wait)
}

// silent is called when the daemon has said nothing for too long. The first time that is told; the
// second time the daemon is given up, but one that waits at a question is left to a person.
func (a *Agent) silent(now time.Time) {
	s := &a.run.silence
	told := s.told
	s.told = true
	switch pending := a.run.parser.Pending(); {
	case told:
		a.apply(fsm.Event{Kind: fsm.Hung, Detail: "it said nothing for too long"})
	case pending != "":
		a.noteSilence(fsm.Question, pending)
	case s.listening && !s.loggingIn:
		a.noteSilence(fsm.Throttle, a.heard.lastWords())
		s.due = now.Add(throttleFor)
	default:
		a.noteSilence(fsm.Silence, a.heard.lastWords())
		s.due = now.Add(silenceFor)
	}
}

// noteSilence tells of a silence, and first what the daemon's own log says meanwhile. That is for a person: its form is not publicly
// known, so nothing is done because of it.
func (a *Agent) noteSilence(k fsm.Kind, detail string) {
	log := ""
	if a.cfg.Status != nil {
		log = a.cfg.Status(a.run.began)
	}
	if log != "" && log != a.run.silence.status {
		a.run.silence.status = log
		a.apply(fsm.Event{Kind: fsm.ProgramStatus, Detail: log})
	}
	a.apply(fsm.Event{Kind: k, Detail: detail})
	fields := []zap.Field{zap.String("last", detail)}
	if log != "" {
		fields = append(fields, zap.String("own_log", log))
	}
	a.cfg.Log.Warn(silences[k], fields...)
}

// silences names the line of the log for each kind of silence.
var silences = map[fsm.Kind]string{
	fsm.Question: "the daemon waits at a question",
	fsm.Throttle: "the daemon is silent after its start",
	fsm.Silence:  "the daemon is silent in the middle of the login",
}
