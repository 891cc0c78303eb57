package notify

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// noDisk keeps nothing.
type noDisk struct{}

func (noDisk) Append([]byte) error { return nil }
func (noDisk) Sync() error         { return nil }

// story is a journal that a test writes.
type story struct {
	*fsm.Journal
	machine *fsm.Machine
}

func newStory() *story { return &story{fsm.NewJournal(noDisk{}), fsm.NewMachine(fsm.Idle)} }

// due tells what is to be told now, as the agent does when nothing else happens.
func (s *story) due() {
	for range 10 {
		at, what := s.Snapshot().Alarm(fsm.Market{})
		if at.IsZero() || at.After(time.Now()) {
			return
		}
		why := s.Snapshot().Trouble.Why
		s.event(fsm.Event{Kind: what, Of: why.Class(), Detail: why.Detail}, false)
	}
}

// pass lets time pass, in which the agent tells what is due.
func (s *story) pass(d time.Duration) {
	for end := time.Now().Add(d); ; {
		at, _ := s.Snapshot().Alarm(fsm.Market{})
		if at.IsZero() || at.After(end) {
			time.Sleep(time.Until(end))
			return
		}
		time.Sleep(max(0, time.Until(at)))
		s.due()
		synctest.Wait()
	}
}

// tell writes events as the agent would.
func (s *story) tell(kinds ...fsm.Kind) {
	for _, k := range kinds {
		s.event(fsm.Event{Kind: k}, false)
	}
}

func (s *story) event(e fsm.Event, held bool) {
	from, to := s.machine.Apply(e)
	s.Append(time.Now(), from, to, held, e)
	if err := s.Flush(); err != nil {
		panic(err)
	}
}

// try is one send that reached the fake sender.
type try struct {
	after time.Duration
	text  string // its first line
}

// fake is a sender that notes each try and does with it what the test says.
type fake struct {
	begun time.Time
	do    func(n int) error // n counts tries from 0
	mu    sync.Mutex        // guards tries
	tries []try
}

func newFake(do func(n int) error) *fake { return &fake{begun: time.Now(), do: do} }

func (f *fake) target() Target {
	return Target{Name: "fake", Send: func(_ context.Context, m Message) error {
		f.mu.Lock()
		n := len(f.tries)
		first, _, _ := strings.Cut(m.Text, "\n")
		f.tries = append(f.tries, try{time.Since(f.begun), first})
		f.mu.Unlock()
		return f.do(n)
	}}
}

func (f *fake) want(t *testing.T, want ...try) {
	t.Helper()
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Equal(f.tries, want) {
		t.Errorf("sent %v, want %v", f.tries, want)
	}
}

func good(int) error { return nil }
func bad(int) error  { return statusError(503) }

// start runs a notifier until the test ends.
func start(t *testing.T, s *story, f *fake) *Notifier {
	n := New(Config{Journal: s.Journal, Log: zap.NewNop(), Targets: []Target{f.target()}, Lang: "en", Account: "12345678"})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); n.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	synctest.Wait()
	return n
}

func wantCounts(t *testing.T, n *Notifier, want Counts) {
	t.Helper()
	synctest.Wait()
	if got := n.Counts(); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

const (
	codeWanted    = "FutuOpenD needs an SMS code."
	codeWrong     = "The code was wrong. FutuOpenD needs an SMS code."
	captchaWanted = "FutuOpenD needs the characters of a picture."
	loggedIn      = "FutuOpenD is logged in again; nothing needs to be done."
)

func TestFailedMessageIsTriedThreeTimesAndGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(bad)
		n := start(t, s, f)
		s.tell(fsm.Start, fsm.CodeWanted)
		time.Sleep(time.Hour)
		f.want(t, try{0, codeWanted}, try{15 * time.Second, codeWanted}, try{60 * time.Second, codeWanted})
		wantCounts(t, n, Counts{GivenUp: 1, Failed: 3})
	})
}

func TestHangingSendIsLeftAndOthersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s, f := newStory(), newFake(func(int) error { <-release; return errors.New("late") })
		n := start(t, s, f)
		s.tell(fsm.Start, fsm.CodeWanted)
		time.Sleep(time.Hour)
		f.want(t, try{0, codeWanted}) // nobody knows whether it was taken
		wantCounts(t, n, Counts{GivenUp: 1, Failed: 1})

		for _, k := range []fsm.Kind{fsm.CaptchaWanted, fsm.CodeWanted, fsm.CaptchaWanted} {
			s.tell(k) // three sends hang: no more is begun
			time.Sleep(time.Hour)
		}
		f.want(t, try{0, codeWanted}, try{time.Hour, captchaWanted}, try{2 * time.Hour, codeWanted})
		wantCounts(t, n, Counts{GivenUp: 4, Failed: 6})
		close(release)
	})
}

func TestSendThatTurnsOutLateToHaveNeverLeftIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(func(n int) error {
			if n == 0 {
				time.Sleep(30 * time.Second)
				return errors.New("dial tcp 192.0.2.1:443: i/o timeout")
			}
			return nil
		})
		n := start(t, s, f)
		s.tell(fsm.Start, fsm.CodeWanted)
		time.Sleep(time.Hour)
		f.want(t, try{0, codeWanted}, try{45 * time.Second, codeWanted})
		wantCounts(t, n, Counts{Sent: 1, Failed: 1})
	})
}

func TestOnlyAMessageThatWasNotTakenIsRepeated(t *testing.T) {
	for _, c := range []struct {
		err   error
		tries int
	}{
		{statusError(429), 3}, {statusError(500), 3}, {statusError(502), 3}, {statusError(503), 3}, {statusError(504), 1},
		{errors.New("dial tcp 127.0.0.1:1: connect: connection refused"), 3}, {errors.New("lookup x: no such host"), 3},
		{errors.New("net/http: TLS handshake timeout"), 3}, {errors.New("x509: certificate signed by unknown authority"), 3},
		{errors.New("read tcp: connection reset by peer"), 1}, {errors.New("EOF"), 1}, {context.DeadlineExceeded, 1},
		{errors.New("invalid character '<' looking for beginning of value"), 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, f := newStory(), newFake(func(int) error { return c.err })
			start(t, s, f)
			s.tell(fsm.Start, fsm.CodeWanted)
			time.Sleep(time.Hour)
			f.mu.Lock()
			defer f.mu.Unlock()
			if len(f.tries) != c.tries {
				t.Errorf("after %v: %d tries, want %d", c.err, len(f.tries), c.tries)
			}
		})
	}
}

func TestSendThatSucceedsLateIsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(func(int) error { time.Sleep(12 * time.Second); return nil })
		n := start(t, s, f)
		s.tell(fsm.Start, fsm.CodeWanted)
		time.Sleep(time.Hour)
		f.want(t, try{0, codeWanted})
		wantCounts(t, n, Counts{Sent: 1, Failed: 1})
	})
}

func TestMessageOfAStateThatIsOverIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(bad)
		n := start(t, s, f)
		s.tell(fsm.Start, fsm.CodeWanted)
		time.Sleep(5 * time.Second)
		s.tell(fsm.CodeTyped)
		time.Sleep(time.Hour)
		f.want(t, try{0, codeWanted})
		wantCounts(t, n, Counts{Dropped: 1, Failed: 1})
	})
}

func TestLatestOfSeveralMessagesWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(func(n int) error { time.Sleep(8 * time.Second); return nil })
		n := start(t, s, f)
		s.tell(fsm.Start, fsm.CodeWanted)
		synctest.Wait()
		s.tell(fsm.CaptchaWanted)
		synctest.Wait()
		s.tell(fsm.CaptchaTyped)
		synctest.Wait()
		s.tell(fsm.LoggedIn)
		time.Sleep(time.Hour)
		f.want(t, try{0, codeWanted}, try{8 * time.Second, loggedIn})
		wantCounts(t, n, Counts{Sent: 2, Dropped: 1})
	})
}

func TestOneChallengeIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		start(t, s, f)
		s.tell(fsm.Start, fsm.CodeWanted, fsm.CodeRequesting, fsm.CodeSent, fsm.CodeWanted, fsm.CodeStillWanted)
		time.Sleep(time.Hour)
		f.want(t, try{0, codeWanted})

		s.tell(fsm.CodeTyped, fsm.CodeRejected) // asks anew: another challenge
		synctest.Wait()
		s.tell(fsm.CodeWanted)
		f.want(t, try{0, codeWanted}, try{time.Hour, codeWrong})
	})
}

func TestADaemonThatAsksTheSameAgainHasRefusedTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		start(t, s, f)
		for _, k := range []fsm.Kind{fsm.Start, fsm.CaptchaWanted, fsm.CaptchaTyped, fsm.CodeWanted, fsm.CodeTyped, fsm.CodeWanted} {
			s.tell(k)
			synctest.Wait()
		}
		time.Sleep(time.Hour)
		f.want(t, try{0, captchaWanted}, try{0, codeWanted}, try{seldom, codeWrong})
	})
}

func TestOneStateIsToldOnceAMinuteAndTheLastWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		start(t, s, f)
		s.tell(fsm.Start, fsm.CodeWanted)
		synctest.Wait()
		for range 5 {
			s.tell(fsm.CodeTyped, fsm.CodeRejected)
			time.Sleep(5 * time.Second)
		}
		s.tell(fsm.CodeTyped, fsm.CodeVoid)
		synctest.Wait()
		f.want(t, try{0, codeWanted})
		time.Sleep(time.Hour)
		f.want(t, try{0, codeWanted}, try{time.Minute, "The code is void, or too many were wrong. Ask for a new SMS. FutuOpenD needs an SMS code."})
	})
}

func TestWhatCannotBeSeenReachesNoMessage(t *testing.T) {
	n := &Notifier{}
	if got := n.plain("a\u202eb\u200bc\ufeffd\x1b[2Je\u2066"); got != "abcd[2Je" {
		t.Errorf("got %q", got)
	}
}

func TestNothingIsToldWhileAHeldCodeAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		start(t, s, f)
		s.tell(fsm.Start, fsm.CodeHeld)
		s.event(fsm.Event{Kind: fsm.CodeWanted}, true)
		synctest.Wait()
		s.tell(fsm.CodeTyped)
		synctest.Wait()
		s.tell(fsm.LoggedIn)
		time.Sleep(time.Hour)
		f.want(t)
	})
}

func TestAHeldCodeThatWasNotTypedIsToldAsARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		start(t, s, f)
		s.tell(fsm.Start, fsm.CodeHeld)
		s.event(fsm.Event{Kind: fsm.CodeWanted}, true)
		synctest.Wait()
		f.want(t)
		s.tell(fsm.CodeRefused)
		synctest.Wait()
		f.want(t, try{0, codeWanted})
	})
}

func TestOnlyThePresentStateIsToldAtStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		s.tell(fsm.Start, fsm.CodeWanted, fsm.CodeTyped, fsm.LoggedIn, fsm.Exited, fsm.Start, fsm.CaptchaWanted)
		start(t, s, f)
		f.want(t, try{0, captchaWanted})
	})
}

func TestAnEarlierRunIsNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		s.tell(fsm.Start, fsm.CodeWanted, fsm.Boot, fsm.Start, fsm.LoggedIn)
		start(t, s, f)
		f.want(t)
	})
}

func TestConnectedIsToldOnlyAfterAPersonWasNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		start(t, s, f)
		step := func(kinds ...fsm.Kind) {
			for _, k := range kinds {
				s.tell(k)
				synctest.Wait()
			}
		}
		step(fsm.Start, fsm.LoggedIn, fsm.LoggingIn, fsm.LoggedIn)
		f.want(t)
		step(fsm.LoggingIn, fsm.CodeWanted, fsm.CodeTyped, fsm.LoggedIn)
		f.want(t, try{0, codeWanted}, try{0, loggedIn})
		step(fsm.LoggingIn, fsm.LoggedIn)
		f.want(t, try{0, codeWanted}, try{0, loggedIn})
	})
}

// A panic may come after the message left.
func TestPanicOfTheLibraryIsAFailedTryAndNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(func(int) error { panic("SECRET") })
		n := start(t, s, f)
		s.tell(fsm.Start, fsm.CodeWanted)
		time.Sleep(time.Hour)
		f.want(t, try{0, codeWanted})
		wantCounts(t, n, Counts{GivenUp: 1, Failed: 1})
	})
}

func TestRunEndsAtOnceAlthoughASendHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s, f := newStory(), newFake(func(int) error { <-release; return nil })
		n := New(Config{Journal: s.Journal, Log: zap.NewNop(), Targets: []Target{f.target()}, Lang: "en", Account: "1"})
		ctx, cancel := context.WithCancel(t.Context())
		s.tell(fsm.Start, fsm.CodeWanted)
		ended := make(chan struct{})
		go func() { defer close(ended); n.Run(ctx) }()
		synctest.Wait()
		begun := time.Now()
		cancel()
		<-ended
		if took := time.Since(begun); took != 0 {
			t.Errorf("it took %v to end", took)
		}
		close(release)
	})
}

func TestATroubleIsToldOnceWithItsReminderAndItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		start(t, s, f)
		s.tell(fsm.Start, fsm.NetworkFailed, fsm.Exited, fsm.RestartScheduled)
		s.pass(time.Hour + 10*time.Minute)
		const why = "FutuOpenD is not ready. The network failed."
		still := "FutuOpenD is still not ready, since " + clock(f.begun) + ". The network failed."
		f.want(t, try{5 * time.Minute, why}, try{65 * time.Minute, still})
		s.tell(fsm.Start, fsm.LoggedIn)
		synctest.Wait()
		f.want(t, try{5 * time.Minute, why}, try{65 * time.Minute, still})
		s.tell(fsm.APIReady)
		s.due()
		f.want(t, try{5 * time.Minute, why}, try{65 * time.Minute, still}, try{70 * time.Minute, loggedIn})
	})
}

func TestWhatWaitsForAPersonIsToldAtOnce(t *testing.T) {
	for kind, want := range map[fsm.Kind]string{
		fsm.KickedOut:     "FutuOpenD is not ready. The account logged in elsewhere.",
		fsm.ForcedLogout:  "FutuOpenD is not ready. The broker ended the login.",
		fsm.Question:      "FutuOpenD is not ready. FutuOpenD asks something unknown.",
		fsm.Silence:       "FutuOpenD is not ready. Silence in the middle of the login.",
		fsm.Banned:        "FutuOpenD is halted. The broker forbids this account to log in.",
		fsm.PasswordWrong: "FutuOpenD is halted. The password is wrong.",
		fsm.Exited:        "", fsm.NetworkFailed: "",
	} {
		synctest.Test(t, func(t *testing.T) {
			s, f := newStory(), newFake(good)
			start(t, s, f)
			s.tell(fsm.Start, kind)
			s.due()
			if want == "" {
				f.want(t)
				return
			}
			f.want(t, try{0, want})
		})
	}
}

func TestATroubleIsTriedAgainAlthoughTheStateChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(bad)
		start(t, s, f)
		s.tell(fsm.Start, fsm.KickedOut)
		s.due()
		time.Sleep(10 * time.Second)
		s.tell(fsm.Exited, fsm.Start, fsm.CodeVerifying)
		time.Sleep(time.Hour)
		const why = "FutuOpenD is not ready. The account logged in elsewhere."
		f.want(t, try{0, why}, try{15 * time.Second, why}, try{60 * time.Second, why})
	})
}

func TestAStopByWishTakesATroubleBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(bad)
		n := start(t, s, f)
		s.tell(fsm.Start, fsm.KickedOut)
		s.due()
		time.Sleep(10 * time.Second)
		s.event(fsm.Event{Kind: fsm.Stop, Detail: fsm.StopByClient}, false)
		time.Sleep(time.Hour)
		f.want(t, try{0, "FutuOpenD is not ready. The account logged in elsewhere."})
		wantCounts(t, n, Counts{Dropped: 1, Failed: 1})
	})
}

func TestAQuestionInATroubleIsToldAndTheEndOfBothOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		start(t, s, f)
		s.tell(fsm.Start, fsm.NetworkFailed, fsm.Exited)
		s.pass(10 * time.Minute)
		s.tell(fsm.Start, fsm.CodeWanted)
		s.pass(10 * time.Hour)
		s.tell(fsm.CodeTyped, fsm.LoggedIn)
		s.pass(time.Minute)
		s.tell(fsm.APIReady)
		s.pass(time.Hour)
		f.want(t, try{5 * time.Minute, "FutuOpenD is not ready. The network failed."}, try{10 * time.Minute, codeWanted}, try{10*time.Hour + 11*time.Minute, loggedIn})
	})
}

func TestASMSThatIsNotSentIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		start(t, s, f)
		s.tell(fsm.Start, fsm.CodeWanted)
		synctest.Wait()
		s.event(fsm.Event{Kind: fsm.CodeNotSent, Detail: "短信请求过于频繁"}, false)
		f.want(t, try{0, codeWanted}, try{0, "The SMS was not sent. " + codeWanted})
	})
}

// A gateway that finds a refusal at its start tells it before the notifier runs.
func TestWhatIsToldBeforeTheNotifierRunsIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStory(), newFake(good)
		s.tell(fsm.Boot)
		n := New(Config{Journal: s.Journal, Log: zap.NewNop(), Targets: []Target{f.target()}, Lang: "en"})
		n.Begin()
		s.event(fsm.Event{Kind: fsm.StillHalted, Of: fsm.PasswordWrong}, false)
		s.due()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); n.Run(ctx) }()
		f.want(t, try{0, "FutuOpenD is halted. The password is wrong."})
		cancel()
		<-ended
	})
}
