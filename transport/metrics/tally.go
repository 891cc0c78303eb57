package metrics

import (
	"maps"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// tally is what the entries of this run amount to.
type tally struct {
	sum    fsm.Snapshot
	since  time.Time // when the state was entered, or the counting began
	spent  map[fsm.State]time.Duration
	starts uint64
	logins map[login]uint64
	// codes and captchas are what became of answers of each kind.
	codes, captchas map[fsm.Result]uint64

	judged  bool // the outcome of the present login is known
	unnamed bool // it failed, and the daemon has not said why yet
}

// login is how a login ended.
type login struct {
	outcome outcome
	class   fsm.Kind // of the failure
}

type outcome string

const (
	succeeded outcome = "succeeded"
	failed    outcome = "failed"
	ended     outcome = "ended" // it had succeeded, and was ended from outside
)

// noClass is the class of a login that succeeded. An empty label would be none.
const noClass fsm.Kind = "none"

func newTally(sum fsm.Snapshot, now time.Time) tally {
	t := tally{
		sum: sum, since: now, spent: map[fsm.State]time.Duration{},
		logins: map[login]uint64{{succeeded, noClass}: 0},
		codes:  map[fsm.Result]uint64{}, captchas: map[fsm.Result]uint64{},
	}
	for _, s := range fsm.States() {
		t.spent[s] = 0
	}
	for _, class := range fsm.Failures() {
		t.logins[failure(class)] = 0
	}
	for _, r := range fsm.Results() {
		t.codes[r], t.captchas[r] = 0, 0
	}
	return t
}

// failure is the outcome of a login that a class tells of.
func failure(class fsm.Kind) login {
	if f, _ := class.Failure(); f.Outside {
		return login{ended, class} // the daemon's API tells it, which nobody asks before the login succeeded
	}
	return login{failed, class}
}

// note takes one entry into account. now is the present time and not that of the entry: the journal's times
// are those of a clock that may be set back, which a counter must not follow.
func (t *tally) note(e fsm.Entry, now time.Time) {
	if e.Kind == fsm.Boot {
		t.sum, t.since = t.sum.After(e), now // what it ends was of an earlier run
		return
	}
	if e.Kind == fsm.Start {
		t.starts++
	}
	if r, ok := e.Result(t.sum.Challenge); ok {
		switch kind := t.sum.Challenge.Kind; {
		case e.Kind == fsm.CodeDropped || kind == fsm.ChallengeCode:
			t.codes[r]++
		case kind == fsm.ChallengeCaptcha:
			t.captchas[r]++
		}
	}
	t.login(e)
	if e.Changed() {
		t.leave(now)
	}
	t.sum = t.sum.After(e)
}

// skip goes on with a state whose entries were missed. What they would count is lost; the state must be right.
func (t *tally) skip(to fsm.Snapshot, now time.Time) {
	t.leave(now)
	t.sum = to
}

// leave counts the time in the state.
func (t *tally) leave(now time.Time) {
	t.spent[t.sum.State] += now.Sub(t.since)
	t.since = now
}

// login counts how logins end. A failure is counted once, however many lines it takes to say so. One without a
// reason waits until the daemon is gone: the reason may come in a line after it.
func (t *tally) login(e fsm.Entry) {
	_, fails := e.Kind.Failure()
	switch {
	case e.Kind == fsm.Start || e.Kind == fsm.Exited:
		t.settle()
		t.judged = t.judged && e.Kind != fsm.Start
	case e.To == fsm.Connected && e.Changed() && e.Kind != fsm.SessionBack:
		t.logins[login{succeeded, noClass}]++
	case e.Kind == fsm.LoginFailed && !t.judged:
		t.judged, t.unnamed = true, true
	case fails && e.Kind != fsm.LoginFailed && (!t.judged || t.unnamed):
		t.logins[failure(e.Kind)]++
		t.judged, t.unnamed = true, false
	}
}

// settle counts a failure whose reason never came.
func (t *tally) settle() {
	if t.unnamed {
		t.logins[failure(fsm.LoginFailed)]++
		t.unnamed = false
	}
}

// asOf is a copy of t that counts the present state up to now.
func (t tally) asOf(now time.Time) tally {
	t.spent, t.logins = maps.Clone(t.spent), maps.Clone(t.logins)
	t.codes, t.captchas = maps.Clone(t.codes), maps.Clone(t.captchas)
	t.leave(now)
	return t
}
