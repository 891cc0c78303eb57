package fsm

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// story applies kinds to a machine and returns the entries, spaced by a step.
type story struct {
	machine *Machine
	seq     uint64
	at      time.Time
}

func newStory() *story {
	return &story{machine: NewMachine(Idle), at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
}

func (s *story) tell(step time.Duration, e Event) Entry {
	s.seq++
	s.at = s.at.Add(step)
	from, to := s.machine.Apply(e)
	return Entry{Seq: s.seq, At: s.at, Event: e, From: from, To: to}
}

// known is all that a ledger and a snapshot answer.
func known(entries []Entry, now time.Time) string {
	var l Ledger
	s := Snapshot{State: Idle}
	for _, e := range entries {
		l.Note(e)
		s = s.After(e)
	}
	safe, spent := l.Safe(now)
	refused, held := l.Refused("1111", now)
	unheard, ok := l.Unheard(now)
	lost, isLost := l.Lost()
	return fmt.Sprintln("safe", safe, spent, l.Budget(now), l.Free(now), refused.Seq, held, l.Refusal().Seq, l.Named(), l.Scheduled(), l.Kicked(),
		lost.Seq, isLost, l.Proven("1111"), l.Unkept(), l.Device(), l.Repeats(), l.Judged(), l.Begun(), l.Setup(), l.Forgotten(), unheard, ok,
		l.NextAnswer(now), l.NextPicture(now), s.NextSMS(), s.NextCode(now), s.CodesLeft(now), s.Trouble.Told, s.Trouble.Last,
		l.NextGuess("1111", now), l.NextHanded(now), l.NextOverrule(now), l.NextSMS(now))
}

// noise are kinds that say nothing which must not be forgotten.
var noise = []Kind{Boot, Version, Quota, CodeHeld, CodeRejected, CaptchaSaved, LoggedIn, DataReady, APIReady, SessionLost, CodeTimeout}

func TestTheCopiesSayWhatAllEntriesSay(t *testing.T) {
	kinds := slices.Concat(noise, Failures(), []Kind{Start, Start, Start, LoggedIn, StartFailed})
	for k := range keeps {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := newStory()
		var kept Kept
		var all []Entry
		for range r.IntN(60) {
			e := Event{Kind: kinds[r.IntN(len(kinds))]}
			switch e.Kind {
			case Start, LoginProven, JournalDamaged:
				e.Login = []string{"1111", "2222"}[r.IntN(2)]
			case Stop:
				e.Detail = []string{"client", EndOfGateway}[r.IntN(2)]
			case PasswordTyped:
				e.Detail = []string{"client", FromSettings}[r.IntN(2)]
			case CodeAsked:
				e.Detail = []string{"client", AskedByGateway}[r.IntN(2)]
			case DeviceKept, LinesLost, SetupNoted:
				e.Detail = fmt.Sprint(r.IntN(9))
			}
			if r.IntN(5) == 0 {
				e.Until = s.at.Add(3 * time.Hour) // a daemon that is asked later names a later time
			}
			if !possible(e.Kind, s.machine.State(), all) {
				continue
			}
			entry := s.tell(time.Duration(r.IntN(40))*time.Minute/time.Duration(1+r.IntN(60)), e)
			all = append(all, entry)
			kept.Note(entry)
		}
		if got, want := known(kept.Entries(), s.at), known(all, s.at); got != want {
			var told strings.Builder
			for _, e := range all {
				fmt.Fprintf(&told, "%d %s %s %s %s->%s until %v\n", e.Seq, e.At.Format(time.TimeOnly), e.Kind, e.Login+e.Detail, e.From, e.To, e.Until)
			}
			t.Fatalf("seed %d: the copies say\n%s all entries say\n%s%s", seed, got, want, told.String())
		}
	}
}

// possible leaves out what no gateway writes.
func possible(k Kind, state State, before []Entry) bool {
	switch k {
	case Start:
		return !state.Live()
	case StartFailed:
		return len(before) > 0 && before[len(before)-1].Kind == Start
	case JournalDamaged:
		return state == Idle
	case LoginProven:
		return state == Connected
	}
	if k.Tells() {
		s := Snapshot{State: Idle}
		for _, e := range before {
			s = s.After(e)
		}
		return s.Trouble.Told.IsZero() == (k == TroubleTold)
	}
	f, failed := k.Failure()
	return !failed || state.Live() || state != Idle && !f.Outside
}

func TestWhatMustNotBeForgottenHasNoAge(t *testing.T) {
	s := newStory()
	var kept Kept
	for _, k := range []Kind{Start, PasswordWrong, Exited} {
		kept.Note(s.tell(time.Second, Event{Kind: k, Login: "1111"}))
	}
	for range 100_000 {
		kept.Note(s.tell(24*time.Hour, Event{Kind: CodeHeld}))
	}
	var l Ledger
	for _, e := range kept.Entries() {
		l.Note(e)
	}
	if r, held := l.Refused("1111", s.at); !held || r.Kind != PasswordWrong {
		t.Errorf("after years there is %+v, held %v", r, held)
	}
}

func TestWhatIsKeptHasRoomInALineAndTheLatestRefusalIsNeverCrowdedOut(t *testing.T) {
	s := newStory()
	var kept Kept
	kept.Note(s.tell(time.Second, Event{Kind: Start, Login: "1111"}))
	kept.Note(s.tell(time.Second, Event{Kind: PasswordWrong, Detail: "first"}))
	kept.Note(s.tell(time.Second, Event{Kind: Exited}))
	detail := strings.Repeat("x", 1000)
	for range 1000 {
		for _, k := range append(Failures(), CodeAsked, CodeTyped, CaptchaAsked, CaptchaTyped, LoginRepeated) {
			e := s.tell(time.Second, Event{Kind: k, Detail: detail})
			e.To = e.From // it says nothing new of the refusal
			kept.Note(e)
		}
	}
	size := len(WithKept(AppendLine(nil, s.tell(time.Second, Event{Kind: Boot})), kept.Entries()))
	if size > MaxLine*3/4 {
		t.Errorf("the copies make a line of %d bytes, want room for the line itself", size)
	}
	if !slices.ContainsFunc(kept.Entries(), func(e Entry) bool { return e.Detail == "first" }) {
		t.Errorf("the refusal is not among the %d copies", len(kept.Entries()))
	}
}

func TestAStartThatFailedKeepsItsStart(t *testing.T) {
	s := newStory()
	var kept Kept
	for n := range 3 * keeps[Start] {
		kept.Note(s.tell(time.Minute, Event{Kind: Start, Login: "1111"}))
		if n < MaxFailed {
			kept.Note(s.tell(time.Minute, Event{Kind: PasswordWrong}))
		}
		kept.Note(s.tell(time.Minute, Event{Kind: Stop}))
		kept.Note(s.tell(time.Minute, Event{Kind: Exited}))
	}
	var l Ledger
	for _, e := range kept.Entries() {
		l.Note(e)
	}
	if got := l.Budget(s.at).FailedLogins; got != 0 {
		t.Errorf("%d failed logins are left after %d that failed today", got, MaxFailed)
	}
}
