package fsm

import (
	"testing"
	"time"
)

// account is a ledger that notes entries a second after each other.
type account struct {
	Ledger
	at time.Time
}

func (a *account) note(kinds ...Kind) {
	for _, k := range kinds {
		a.at = a.at.Add(time.Second)
		e := Entry{Seq: 1, At: a.at, Event: Event{Kind: k, Login: "1111"}, From: Initializing, To: Initializing}
		if f, ok := k.Failure(); ok && f.Halts {
			e.To = Halted
		}
		a.Note(e)
	}
}

func newAccount() *account { return &account{at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func TestTheSixthStartInThreeHoursIsTheLast(t *testing.T) {
	a := newAccount()
	first := a.at.Add(time.Second)
	for n := range MaxStarts {
		if at, spent := a.Safe(a.at); spent != "" || !at.Equal(a.at) {
			t.Fatalf("start %d is not before %v: %s", n+1, at, spent)
		}
		a.note(Start)
	}
	free := first.Add(StartsWithin)
	if at, spent := a.Safe(free.Add(-1)); !at.Equal(free) || spent != "6 starts in 3h0m0s" {
		t.Errorf("a moment before it is free: %v, %q", at, spent)
	}
	if _, spent := a.Safe(free); spent != "" {
		t.Errorf("when it is free: %q", spent)
	}
	if got := a.Budget(free.Add(-1)); got != (Budget{0, MaxFailed}) {
		t.Errorf("left a moment before: %+v", got)
	}
	if got := a.Budget(free); got != (Budget{1, MaxFailed}) {
		t.Errorf("left when it is free: %+v", got)
	}
}

func TestEachClassIsChargedAsItsRowSays(t *testing.T) {
	for _, k := range Failures() {
		f, _ := k.Failure()
		a := newAccount()
		a.note(Start, k, k)
		want := Budget{MaxStarts - 1, MaxFailed}
		if f.Charges == ChargeLogin {
			want.FailedLogins--
		}
		if got := a.Budget(a.at); got != want {
			t.Errorf("%s leaves %+v, want %+v", k, got, want)
		}
		if r, held := a.Refused("1111", a.at); held != f.Halts || held && r.Kind != k {
			t.Errorf("%s is held against a start: %v, %s", k, held, r.Kind)
		}
		if _, held := a.Refused("2222", a.at); held {
			t.Errorf("%s is held against another login", k)
		}
		a.note(Start)
		if _, held := a.Refused("1111", a.at); held != f.Halts {
			t.Errorf("%s is held against a login after a start that has not logged in yet: %v", k, held)
		}
		a.note(LoggingIn)
		if _, held := a.Refused("1111", a.at); held {
			t.Errorf("%s is held against a login after the next one", k)
		}
	}
}

func TestARefusalHoldsUntilAnotherStartHasTried(t *testing.T) {
	for _, c := range []struct {
		since []Kind
		held  bool
	}{
		{[]Kind{Start, Started, Exited}, true},
		{[]Kind{Start, Started, Exited, Start, Stop, Exited}, true},
		{[]Kind{Start, Started, Crashed, Exited, Boot}, true},
		{[]Kind{Start, StartFailed}, true},
		{[]Kind{Start, Exited, Start, StartFailed}, true},
		{[]Kind{Start, PasswordTyped}, false},
		{[]Kind{Start, CodeWanted}, false},
		{[]Kind{Start, NetworkFailed}, false},
		{[]Kind{Start, LoggingIn, Exited, Start, Exited}, false},
	} {
		a := newAccount()
		a.note(Start, PasswordWrong, Exited)
		a.note(c.since...)
		if r, held := a.Refused("1111", a.at); held != c.held || held && r.Kind != PasswordWrong {
			t.Errorf("after %v it is held: %v, %s", c.since, held, r.Kind)
		}
		if held := a.Refusal().Seq != 0; held != c.held {
			t.Errorf("after %v it is told: %v", c.since, held)
		}
	}
}

func TestAReasonThatComesLateDecidesWhatIsCharged(t *testing.T) {
	for reason, left := range map[Kind]int{NetworkFailed: MaxFailed, PasswordWrong: MaxFailed - 1} {
		a := newAccount()
		a.note(Start, LoginFailed, reason)
		if got := a.Budget(a.at).FailedLogins; got != left {
			t.Errorf("%s after a bare failure leaves %d, want %d", reason, got, left)
		}
	}
}

func TestAStartThatDidNotHappenIsTakenBack(t *testing.T) {
	a := newAccount()
	a.note(StartFailed, Start, StartFailed)
	if got := a.Budget(a.at); got.Starts != MaxStarts {
		t.Errorf("%d starts are left", got.Starts)
	}
}

func TestAClockThatWasSetBackMakesNobodyWaitLongerThanTheWindow(t *testing.T) {
	a := newAccount()
	for range MaxFailed {
		a.note(Start, LoginFailed)
	}
	now := a.at.AddDate(-10, 0, 0)
	if at, _ := a.Safe(now); !at.Equal(now.Add(FailedWithin)) {
		t.Errorf("safe at %v, ten years before at %v", at, now)
	}
}

func TestPicturesAndAnswersAreTenAMinuteEach(t *testing.T) {
	a := newAccount()
	begin := a.at.Add(time.Second)
	for range PicturesPerMinute {
		if !a.NextPicture(a.at).Equal(a.at) || !a.NextAnswer(a.at).Equal(a.at) {
			t.Fatal("not yet ten, and one must wait")
		}
		a.note(CaptchaAsked, CaptchaTyped)
	}
	if at := a.NextPicture(a.at); !at.Equal(begin.Add(time.Minute)) {
		t.Errorf("the next picture is at %v", at)
	}
	if at := a.NextAnswer(a.at); !at.Equal(begin.Add(time.Second + time.Minute)) {
		t.Errorf("the next answer is at %v", at)
	}
}

func TestALedgerForgetsTheOldestOfMany(t *testing.T) {
	a := newAccount()
	for range 10 * noted {
		a.note(Start)
	}
	if len(a.starts) != noted || !a.starts[noted-1].Equal(a.at) {
		t.Errorf("%d starts are noted, the latest at %v", len(a.starts), a.starts[len(a.starts)-1])
	}
}
