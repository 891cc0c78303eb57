package fsm

import (
	"testing"
	"time"
)

// history is a machine that a test tells events, at times that it names.
type history struct {
	t       *testing.T
	machine *Machine
	now     time.Time
	sum     Snapshot
	market  Market
}

func newHistory(t *testing.T, kinds ...Kind) *history {
	h := &history{t: t, machine: NewMachine(Idle), now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), sum: Snapshot{State: Idle}}
	h.tell(append([]Kind{Boot}, kinds...)...)
	return h
}

func (h *history) tell(kinds ...Kind) {
	for _, k := range kinds {
		h.event(Event{Kind: k})
	}
}

func (h *history) event(e Event) {
	from, to := h.machine.Apply(e)
	h.sum = h.sum.After(Entry{Seq: h.sum.Seq + 1, At: h.now, Event: e, From: from, To: to})
}

// pass lets time pass, in which the agent tells what is due, and returns what that was and when.
func (h *history) pass(d time.Duration) (told []alarm) {
	h.t.Helper()
	end := h.now.Add(d)
	for range 1000 {
		at, what := h.sum.Alarm(h.market)
		if at.IsZero() || at.After(end) {
			h.now = end
			return told
		}
		if at.After(h.now) {
			h.now = at
		}
		told = append(told, alarm{what, h.now, h.sum.Trouble.Why.Class()})
		h.event(Event{Kind: what, Of: h.sum.Trouble.Why.Class()})
	}
	h.t.Fatalf("a person is told without end: %v", told[:4])
	return nil
}

type alarm struct {
	what Kind
	at   time.Time
	why  Kind
}

// want lets time pass, and holds what was told against pairs of kind and time since then.
func (h *history) want(why string, d time.Duration, wanted ...any) {
	h.t.Helper()
	begun := h.now
	got := h.pass(d)
	if len(got) != len(wanted)/2 {
		h.t.Errorf("%s: told %v, want %v", why, got, wanted)
		return
	}
	for i, a := range got {
		if a.what != wanted[2*i] || a.at.Sub(begun) != wanted[2*i+1] {
			h.t.Errorf("%s: told %s after %v, want %v after %v", why, a.what, a.at.Sub(begun), wanted[2*i], wanted[2*i+1])
		}
	}
}

const day = 24 * time.Hour

func TestATroubleIsToldAfterFiveMinutesAndRememberedAfterAnHourAndEachDay(t *testing.T) {
	for why, kinds := range map[string][]Kind{
		"a login that does not come to an end": {Start},
		"a network failure":                    {Start, NetworkFailed, Exited, RestartScheduled},
		"an exit":                              {Start, Exited},
		"a daemon that cannot be started":      {Start, StartFailed},
		"a login that is not proven":           {Start, LoggedIn},
		"an API that is lost":                  {Start, LoggedIn, APIReady, APILost},
		"a session that is lost":               {Start, LoggedIn, APIReady, SessionLost},
		"a budget that is spent":               {BudgetSpent},
		"a code that was answered":             {Start, CodeWanted, CodeTyped, LoggedIn},
		"a restart that a person wished":       {Start},
	} {
		h := newHistory(t, kinds...)
		if why == "a restart that a person wished" {
			h.event(Event{Kind: Stop, Detail: StopForRestart})
		}
		h.want(why, 3*day, TroubleTold, TellAfter, TroubleAgain, TellAfter+time.Hour, TroubleAgain, TellAfter+time.Hour+day, TroubleAgain, TellAfter+time.Hour+2*day)
		h.tell(Start, LoggedIn, APIReady)
		h.want(why+", at its end", day, TroubleOver, time.Duration(0))
	}
}

func TestNobodyIsToldWhatIsAskedWishedOrMended(t *testing.T) {
	stop := Event{Kind: Stop, Detail: StopByClient}
	for why, c := range map[string]struct {
		kinds []Kind
		last  Event
	}{
		"ready":                   {[]Kind{Start, LoggedIn}, Event{Kind: APIReady}},
		"a code is wanted":        {[]Kind{Start}, Event{Kind: CodeWanted}},
		"an answer is verified":   {[]Kind{Start, CaptchaWanted}, Event{Kind: CaptchaTyped}},
		"a password is wanted":    {[]Kind{Start}, Event{Kind: PasswordPrompt}},
		"nobody wished a daemon":  {nil, Event{Kind: DeviceAbsent}},
		"stopped while logged in": {[]Kind{Start, LoggedIn, APIReady}, stop},
		"stopped while closed":    {[]Kind{Start, NetworkFailed, Exited}, stop},
		"stopped while halted":    {[]Kind{Start, PasswordWrong, TroubleTold}, stop},
	} {
		h := newHistory(t, c.kinds...)
		h.event(c.last)
		h.want(why, 3*day)
	}
}

func TestWhatWaitingDoesNotMendIsToldAtOnce(t *testing.T) {
	now := time.Duration(0)
	for _, f := range failures {
		h := newHistory(t, Start, LoggedIn, APIReady, f.Kind)
		at := TellAfter
		if f.Halts || f.Outside {
			at = now
		}
		h.want(string(f.Kind), TellAfter, TroubleTold, at)
	}
	for _, k := range []Kind{Question, Silence, Throttle} {
		h := newHistory(t, Start, k)
		h.want(string(k), TellAfter, TroubleTold, now)
	}
}

func TestOneTroubleIsOneMessageWhateverReasonsFollow(t *testing.T) {
	h := newHistory(t, Start, NetworkFailed, Exited)
	begun := h.now
	h.want("the first", TellAfter, TroubleTold, TellAfter)
	for range 5 {
		h.tell(Start, Exited)
	}
	h.want("ten minutes later", 10*time.Minute)
	h.tell(Start, CodeWanted)
	h.want("a code is wanted", 10*time.Hour)
	h.tell(CodeTyped, LoggedIn)
	h.want("the code was answered, and quotes do not work", TellAfter, TroubleAgain, TellAfter)
	h.tell(KickedOut)
	h.want("a reason that waiting does not mend", time.Minute, TroubleTold, time.Duration(0))
	h.tell(Start, PasswordWrong)
	h.want("and one more", time.Minute)
	if got := h.sum.Trouble; got.Since != begun || got.Why.Kind != PasswordWrong {
		t.Errorf("the trouble is %+v, want it since %v by the latest reason", got, begun)
	}
}

func TestARestartOfTheGatewayTellsNothingASecondTime(t *testing.T) {
	h := newHistory(t, Start, PasswordWrong)
	begun := h.now
	h.pass(0)
	h.now = h.now.Add(30 * time.Minute)
	h.tell(Stop, Boot)
	h.event(Event{Kind: StillHalted, Of: PasswordWrong})
	h.want("within the hour", day, TroubleAgain, 30*time.Minute)
	if got := h.sum.Trouble.Since; got != begun {
		t.Errorf("it is trouble since %v, want %v", got, begun)
	}
	h.tell(Boot, Start, LoggedIn, APIReady)
	h.want("mended while the gateway was away", day, TroubleOver, time.Duration(0))

	h = newHistory(t, Start, NetworkFailed)
	h.pass(TellAfter - 1)
	h.now = h.now.Add(8 * time.Hour) // the machine was off
	h.tell(Boot, Start)
	h.want("nobody was told before", day, TroubleTold, TellAfter, TroubleAgain, TellAfter+time.Hour)
}

func TestAPersonIsRemindedBeforeTheMarketOpens(t *testing.T) {
	hongKong := time.FixedZone("HKT", 8*60*60)
	h := newHistory(t)
	h.market = Market{9, 0, hongKong}
	h.now = time.Date(2026, 11, 26, 21, 0, 0, 0, hongKong) // a Thursday
	h.tell(Start, PasswordWrong)
	at := func(day, hour, minute int) time.Duration {
		return time.Date(2026, 11, day, hour, minute, 0, 0, hongKong).Sub(h.now)
	}
	friday, saturday, sunday, monday := at(27, 8, 30), at(28, 8, 30), at(29, 8, 30), at(30, 8, 30)
	h.want("from Thursday night on", 4*day, TroubleTold, time.Duration(0), TroubleAgain, time.Hour,
		TroubleAgain, friday, TroubleAgain, saturday, TroubleAgain, sunday, TroubleAgain, monday)
}

func TestTheMarketOpensMondayToFridayByItsOwnClock(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("SKIPPED: this machine knows no time zones")
	}
	m := Market{9, 30, newYork}
	for after, want := range map[string]string{
		"2026-11-27T13:59:59Z": "2026-11-27T14:00:00Z", // a Friday
		"2026-11-27T14:00:00Z": "2026-11-30T14:00:00Z",
		"2026-03-06T20:00:00Z": "2026-03-09T13:00:00Z", // over the weekend on which summer time begins
	} {
		at, err := time.Parse(time.RFC3339, after)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Reminder(at).UTC().Format(time.RFC3339); got != want {
			t.Errorf("after %s it is %s, want %s", after, got, want)
		}
	}
	if got := (Market{}).Reminder(time.Now()); !got.IsZero() {
		t.Errorf("no market opens at %v", got)
	}
}

func TestTheLatestReasonIsTheOneThatSaysMost(t *testing.T) {
	for _, c := range []struct {
		kinds []Kind
		want  Kind
	}{
		{nil, Boot},
		{[]Kind{Start}, Start},
		{[]Kind{Start, CodeInputHint}, CodeWanted},
		{[]Kind{Start, CodeWanted, CodeNotSent}, CodeNotSent},
		{[]Kind{Start, CodeWanted, CodeNotSent, CodeSent}, CodeWanted},
		{[]Kind{Start, CodeWanted, CodeTyped}, CodeVerifying},
		{[]Kind{Start, CodeWanted, CodeTyped, LoggedIn}, APILost},
		{[]Kind{Start, CaptchaWanted, CaptchaTyped}, CaptchaVerifying},
		{[]Kind{Start, Exited}, Exited},
		{[]Kind{Start, Crashed, Exited}, Crashed},
		{[]Kind{Start, NetworkFailed, Exited, RestartScheduled}, NetworkFailed},
		{[]Kind{Start, LoginFailed, PasswordWrong, Exited}, PasswordWrong},
		{[]Kind{Start, PasswordWrong, LoginFailed, Exiting, Exited}, PasswordWrong},
		{[]Kind{Start, NetworkFailed, LoginFailed, Exited}, NetworkFailed},
		{[]Kind{Start, LoginFailed, NetworkFailed, Exited}, NetworkFailed},
		{[]Kind{Start, LoginFailed, Exited}, LoginFailed},
		{[]Kind{Start, NetworkFailed, Exited, RestartScheduled, Start}, NetworkFailed},
		{[]Kind{Start, NetworkFailed, Exited, RestartScheduled, Start, Silence}, Silence},
		{[]Kind{Start, LoggedIn, APIReady, LoggingIn}, SessionLost},
		{[]Kind{Start, LoggedIn, APIReady, LoggingIn, Exited, RestartScheduled}, Exited},
		{[]Kind{RestartScheduled}, RestartScheduled},
	} {
		if got := newHistory(t, c.kinds...).sum.Trouble.Why.Class(); got != c.want {
			t.Errorf("after %s the reason is %s, want %s", c.kinds, got, c.want)
		}
	}
	h := newHistory(t, Start, LoggedIn, APIReady)
	if h.sum.Trouble != (Trouble{}) {
		t.Errorf("it is ready, and the trouble is %+v", h.sum.Trouble)
	}
	h.event(Event{Kind: Stop, Detail: StopByClient})
	h.tell(Exited)
	if h.sum.Trouble.Why.Kind != Stop {
		t.Errorf("a person stopped it, and the reason is %s", h.sum.Trouble.Why.Kind)
	}
}

func TestWhateverHappensTheReasonHasARow(t *testing.T) {
	for _, k := range kinds(t) {
		for _, from := range States() {
			for _, before := range []Kind{"", NetworkFailed, CodeWanted} {
				s := Snapshot{State: from, Trouble: Trouble{Why: Event{Kind: before}}}
				_, to := NewMachine(from).Apply(Event{Kind: k})
				s = s.After(Entry{Seq: 1, At: time.Unix(1, 0), Event: Event{Kind: k}, From: from, To: to})
				if _, ok := grounds[s.Trouble.Why.Class()]; !ok && !s.Ready() {
					t.Errorf("%s in %s after %q leaves the reason %q", k, from, before, s.Trouble.Why.Class())
				}
				if s.Trouble.Since.IsZero() != s.Ready() {
					t.Errorf("%s in %s: ready is %v, and the trouble is %+v", k, from, s.Ready(), s.Trouble)
				}
			}
		}
	}
	for _, s := range States() {
		if _, ok := grounds[usual[s]]; !ok {
			t.Errorf("%s has no usual reason", s)
		}
	}
}

func TestSinceIsSetInIdleAfterABoot(t *testing.T) {
	h := newHistory(t)
	h.now = h.now.Add(time.Hour)
	h.tell(Boot)
	if h.sum.Since != h.now || h.sum.State != Idle {
		t.Errorf("%s since %v, want idle since %v", h.sum.State, h.sum.Since, h.now)
	}
}
