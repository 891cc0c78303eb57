package fsm

import (
	"testing"
	"time"
)

// tell notes an event a second later, with the states that it leads from and to.
func (a *account) tell(from, to State, e Event) Entry {
	a.at = a.at.Add(time.Second)
	entry := Entry{Seq: 1, At: a.at, Event: e, From: from, To: to}
	a.Note(entry)
	return entry
}

// login notes a start that succeeds.
func (a *account) login(login string) {
	a.tell(Idle, Initializing, Event{Kind: Start, Login: login})
	a.tell(Initializing, Connected, Event{Kind: LoggedIn})
}

func TestLoginsThatNobodyHeardTheEndOfAreNoRefusal(t *testing.T) {
	for name, c := range map[string]struct {
		ends  []Kind
		spent string
		free  bool
	}{
		"all were refused":   {[]Kind{PasswordWrong, PasswordWrong, PasswordWrong}, "3 failed logins in 24h0m0s", false},
		"two were not heard": {[]Kind{OutcomeUnknown, PasswordWrong, OutcomeUnknown}, "3 failed logins in 24h0m0s, 2 of them with an end that nobody heard: that is no refusal", true},
		"an older one is":    {[]Kind{OutcomeUnknown, PasswordWrong, PasswordWrong, PasswordWrong}, "3 failed logins in 24h0m0s, 1 of them with an end that nobody heard: that is no refusal", false},
		"two failed":         {[]Kind{PasswordWrong, PasswordWrong}, "", true},
	} {
		a := newAccount()
		for _, end := range c.ends {
			a.note(Start, end)
		}
		if _, spent := a.Safe(a.at); spent != c.spent || a.Free(a.at) != c.free {
			t.Errorf("%s: spent %q, free %v", name, spent, a.Free(a.at))
		}
	}
	a := newAccount()
	a.note(Start, OutcomeUnknown)
	first := a.at
	a.at = a.at.Add(FailedWithin - time.Minute)
	a.note(Start, PasswordWrong, Start, PasswordWrong, Start, PasswordWrong)
	if _, spent := a.Safe(first.Add(FailedWithin)); spent != "3 failed logins in 24h0m0s" {
		t.Errorf("when the one that nobody heard counts no longer, spent is %q", spent)
	}
}

func TestTheSeventhGuessOfOneLoginInADayIsTheLast(t *testing.T) {
	a := newAccount()
	var first time.Time
	for n := range MaxGuesses {
		if at := a.NextGuess("1111", a.at); !at.Equal(a.at) {
			t.Fatalf("after %d guesses the next is at %v", n, at)
		}
		a.note(Start, PasswordWrong, Start, VersionRefused) // a version is no guess
		if n == 0 {
			first = a.at.Add(-2 * time.Second)
		}
	}
	if at := a.NextGuess("1111", a.at); !at.Equal(first.Add(GuessesWithin)) {
		t.Errorf("the next guess is at %v", at)
	}
	if at := a.NextGuess("2222", a.at); !at.Equal(a.at) {
		t.Errorf("another login waits until %v", at)
	}
}

func TestWhatTheGatewayDoesByItselfIsNobodysWish(t *testing.T) {
	a := newAccount()
	for range 2 * MaxSMS {
		a.tell(AwaitingCode, AwaitingCode, Event{Kind: CodeAsked, Detail: AskedByGateway})
		a.tell(AwaitingPassword, Initializing, Event{Kind: PasswordTyped, Detail: FromSettings})
	}
	if sms, password := a.NextSMS(a.at), a.NextHanded(a.at); !sms.Equal(a.at) || !password.Equal(a.at) {
		t.Errorf("it costs a person an SMS until %v, a password until %v", sms, password)
	}
	begin := a.at.Add(time.Second)
	for range MaxSMS {
		a.tell(AwaitingCode, AwaitingCode, Event{Kind: CodeAsked, Detail: "client"})
	}
	if at := a.NextSMS(a.at); !at.Equal(begin.Add(SMSWithin)) {
		t.Errorf("after %d by wish the next SMS is at %v", MaxSMS, at)
	}
	begin = a.at.Add(time.Second)
	for range MaxGuesses {
		a.tell(AwaitingPassword, Initializing, Event{Kind: PasswordTyped, Detail: "client"})
	}
	if at := a.NextHanded(a.at); !at.Equal(begin.Add(GuessesWithin)) {
		t.Errorf("after %d passwords the next is at %v", MaxGuesses, at)
	}
	a.login("1111")
	if at := a.NextHanded(a.at); !at.Equal(a.at) {
		t.Errorf("after a success the next password is at %v", at)
	}
}

func TestOverrulingIsOnceAMinute(t *testing.T) {
	a := newAccount()
	if at := a.NextOverrule(a.at); !at.Equal(a.at) {
		t.Errorf("the first is at %v", at)
	}
	a.note(Overruled)
	if at := a.NextOverrule(a.at); !at.Equal(a.at.Add(OverruleEvery)) {
		t.Errorf("the second is at %v", at)
	}
}

// A command that comes too often while the session is there says nothing of logins.
func TestTooFrequentNamesAWaitForLoginsOnlyWithoutASession(t *testing.T) {
	for state, named := range map[State]bool{Reconnecting: true, Connected: false} {
		a := newAccount()
		a.login("1111")
		until := a.at.Add(time.Hour)
		a.tell(state, state, Event{Kind: TooFrequent, Until: until})
		if got := a.Named(); got.Equal(until) != named || got.IsZero() == named {
			t.Errorf("%s: named %v", state, got)
		}
	}
	a := newAccount()
	a.note(Start)
	until := a.at.Add(time.Hour)
	a.tell(Initializing, Initializing, Event{Kind: TooFrequent, Until: until})
	if got := a.Named(); !got.Equal(until) {
		t.Errorf("before a login: named %v", got)
	}
}

func TestALoginIsProvenUntilItIsRefused(t *testing.T) {
	a := newAccount()
	if a.Proven("") || a.Proven("1111") {
		t.Error("nothing succeeded, and a login is proven")
	}
	a.login("1111")
	if !a.Proven("1111") || a.Proven("2222") || a.Unkept() != "1111" {
		t.Errorf("proven %v, another %v, unkept %q", a.Proven("1111"), a.Proven("2222"), a.Unkept())
	}
	a.tell(Connected, Connected, Event{Kind: LoginProven, Login: "1111"})
	a.login("1111")
	if got := a.Unkept(); got != "" {
		t.Errorf("what is written down already is to be written down again: %q", got)
	}
	a.note(Start, Hung, Start, OutcomeUnknown)
	if !a.Proven("1111") {
		t.Error("an end that nobody heard speaks against the login")
	}
	a.login("2222")
	if !a.Proven("2222") || a.Proven("1111") || a.Unkept() != "2222" {
		t.Errorf("another login succeeded; unkept %q", a.Unkept())
	}
	a.note(Start, PasswordWrong)
	if a.Proven("2222") || a.Proven("") || a.Unkept() != "" {
		t.Error("a login is proven that was refused")
	}
}

func TestLinesAreLostUntilALoginSucceeds(t *testing.T) {
	a := newAccount()
	if _, lost := a.Lost(); lost {
		t.Error("lines are lost of nothing")
	}
	a.tell(Idle, Idle, Event{Kind: LinesLost, Detail: "journal.jsonl:3"})
	if e, lost := a.Lost(); !lost || e.Detail != "journal.jsonl:3" {
		t.Errorf("lost %v: %q", lost, e.Detail)
	}
	a.login("1111")
	if _, lost := a.Lost(); lost {
		t.Error("a login succeeded since")
	}
}

func TestWhatIsScheduledOutlivesTheGatewayAndNotAPersonsStop(t *testing.T) {
	a := newAccount()
	at := a.at.Add(time.Hour)
	a.tell(Closed, Closed, Event{Kind: RestartScheduled, Until: at})
	a.tell(Closed, Closed, Event{Kind: Stop, Detail: EndOfGateway})
	if got := a.Scheduled(); !got.Equal(at) {
		t.Errorf("the gateway ended, and the start is at %v", got)
	}
	a.tell(Closed, Closed, Event{Kind: Stop, Detail: StopByClient})
	if got := a.Scheduled(); !got.IsZero() {
		t.Errorf("it was called off, and the start is at %v", got)
	}
}

func TestWhatHaltedPassesAtATimeOnlyIfItsClassSaysSo(t *testing.T) {
	until := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		event  Event
		passes bool
	}{
		{Event{Kind: AccountLocked, Until: until}, true},
		{Event{Kind: StillHalted, Of: AccountLocked, Until: until}, true},
		{Event{Kind: BudgetSpent, Until: until}, true},
		{Event{Kind: BudgetSpent}, false},
		{Event{Kind: PasswordWrong, Until: until}, false},
		{Event{Kind: Throttled, Until: until}, false},
	} {
		if got := c.event.Passes(); got != c.passes {
			t.Errorf("%+v passes: %v", c.event, got)
		}
	}
}
