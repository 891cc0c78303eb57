package fsm

import (
	"slices"
	"time"
)

// ChallengeKind says what the daemon wants of a person.
type ChallengeKind string

const (
	ChallengeCode     ChallengeKind = "code"     // an SMS code
	ChallengeCaptcha  ChallengeKind = "captcha"  // the characters of a picture
	ChallengePassword ChallengeKind = "password" // the login password
)

// challenges are the states that want something of a person.
var challenges = map[State]ChallengeKind{
	AwaitingCode: ChallengeCode, AwaitingCaptcha: ChallengeCaptcha, AwaitingPassword: ChallengePassword,
}

// Wants is what a state wants of a person, empty for nothing.
func (s State) Wants() ChallengeKind { return challenges[s] }

// Challenge is one request of the daemon. It is open while its state lasts, and while its answer is verified.
type Challenge struct {
	ID    uint64 // the Seq of the entry that opened it
	Kind  ChallengeKind
	Asked time.Time
	Again time.Time // when another SMS may be asked for; zero if none was asked for yet, or for another kind
	Held  bool      // a code that came early answers it
	Shut  bool      // no code is taken before another SMS: MaxWrongCodes of the last one's were wrong
}

// The daemon's own limits, by its manual: one SMS a minute, and ten codes a minute.
const (
	CodeEvery      = time.Minute
	CodesPerMinute = 10
)

// MaxWrongCodes is how many codes are tried of one SMS. A person who reads it needs two; the broker's own limit is not known.
const MaxWrongCodes = 5

// Snapshot is what a client that has just arrived needs to know: everything that
// the entries so far amount to. It is made of entries alone, so that it never says anything else than they do.
type Snapshot struct {
	State     State
	Since     time.Time // when State was entered
	Seq       uint64    // of the latest entry
	Challenge Challenge // its ID is 0 if none is open
	Halted    Event     // why State is Halted; its Kind is empty elsewhere
	Next      time.Time // when the daemon is started by itself, zero if it is not
	API       API       // what the daemon's own API told
	Trouble   Trouble   // why the account is not ready
	Facts     Facts     // what the daemon printed of itself
	Week      Week      // how the last seven days went

	stopped bool        // somebody wished that no daemon runs
	again   time.Time   // when another SMS may be asked for, whatever is open
	typed   []time.Time // the latest codes typed, at most CodesPerMinute
}

// After returns the snapshot after one more entry.
func (s Snapshot) After(e Entry) Snapshot {
	s.Seq, s.State, s.API, s.Facts = e.Seq, e.To, s.API.after(e), s.Facts.after(e.Event)
	switch e.Kind {
	case CodeAsked, CodeRequesting, CodeSent:
		s.again = e.At.Add(CodeEvery)
	case CodeNotSent:
		if e.Until.After(s.again) {
			s.again = e.Until
		}
	case CodeTyped:
		s.typed = append(slices.Clone(s.typed[max(0, len(s.typed)+1-CodesPerMinute):]), e.At)
	}
	if e.Changed() {
		s.arrive(e)
	}
	switch e.Kind {
	case CodeRefused:
		s.Challenge.Held = false
	case CodesOpen:
		s.Challenge.Shut = false
	}
	switch {
	case e.Kind == Stop:
		s.Next = time.Time{} // somebody called it off
	case e.To == Closed && e.Kind == RestartScheduled, e.To == Halted && e.Passes():
		s.Next = e.Until
	}
	if s.Challenge.Kind == ChallengeCode {
		s.Challenge.Again = s.again
	}
	switch {
	case e.Kind == Boot:
		s.Since, s.stopped = e.At, false // also where the state before was idle, too
	case e.Kind == Start:
		s.stopped = false
	case e.Stopped():
		s.stopped = true
	}
	s.Trouble = s.trouble(e)
	s.Week = s.Week.after(e, s)
	return s
}

func (s *Snapshot) arrive(e Entry) {
	s.Since, s.Next, s.Halted = e.At, time.Time{}, Event{}
	if e.To == Halted {
		s.Halted = e.Event
	}
	if kind, ok := challenges[e.To]; ok {
		s.Challenge = Challenge{ID: e.Seq, Kind: kind, Asked: e.At, Held: e.Held, Shut: e.Shut}
	} else if e.To != Verifying {
		s.Challenge = Challenge{}
	}
}

// NextSMS is when another SMS may be asked for, whatever is open; zero if none was asked for yet.
func (s Snapshot) NextSMS() time.Time { return s.again }

// NextCode is when one more code may be typed, now at the earliest.
func (s Snapshot) NextCode(now time.Time) time.Time {
	return free(s.typed, CodesPerMinute, time.Minute, now)
}

// CodesLeft is how many codes may be typed before the daemon's limit, as of now.
func (s Snapshot) CodesLeft(now time.Time) int {
	if s.Challenge.Shut {
		return 0
	}
	return left(s.typed, CodesPerMinute, time.Minute, now)
}
