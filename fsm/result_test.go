package fsm_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestWhatAnEntrySaysOfTheAnswerBeforeIt(t *testing.T) {
	told := map[fsm.Result]bool{}
	for _, x := range []struct {
		events []fsm.Kind // from initializing on; the last one is asked
		want   fsm.Result // empty for nothing
	}{
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped, fsm.LoggedIn}, "accepted"},
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped, fsm.CodeRejected}, "rejected"},
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped, fsm.CodeWanted}, "rejected"},
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped, fsm.PasswordWrong}, "rejected"},
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped, fsm.CodeTimeout}, "timeout"},
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped, fsm.Stop}, "timeout"},
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped, fsm.Exited}, "timeout"},
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped, fsm.CodeNotTyped}, "refused"},
		{[]fsm.Kind{fsm.CodeHeld, fsm.CodeDropped}, "expired"},
		{[]fsm.Kind{fsm.CodeHeld, fsm.CodeWanted, fsm.CodeRefused}, "refused"},
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped, fsm.Boot}, "timeout"},
		{[]fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaTyped, fsm.CodeWanted}, "accepted"},
		{[]fsm.Kind{fsm.CaptchaWanted, fsm.CaptchaTyped, fsm.CaptchaRejected}, "rejected"},
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped}, ""},
		{[]fsm.Kind{fsm.CodeWanted, fsm.CodeTyped, fsm.CodeVerifying}, ""},
		{[]fsm.Kind{fsm.CodeVerifying, fsm.LoggedIn}, ""}, // somebody else typed it, at the daemon itself
		{[]fsm.Kind{fsm.LoggedIn}, ""},
	} {
		m, sum := fsm.NewMachine(fsm.Initializing), fsm.Snapshot{State: fsm.Initializing}
		var got fsm.Result
		for i, k := range x.events {
			from, to := m.Apply(fsm.Event{Kind: k})
			e := fsm.Entry{Seq: uint64(i + 1), Event: fsm.Event{Kind: k}, From: from, To: to}
			r, ok := e.Result(sum.Challenge)
			if ok != (r != "") || ok && !slices.Contains(fsm.Results(), r) {
				t.Errorf("%v: result %q, and ok is %v", x.events, r, ok)
			}
			got, sum = r, sum.After(e)
		}
		if got != x.want {
			t.Errorf("%v: %q, want %q", x.events, got, x.want)
		}
		told[got] = true
	}
	if want := len(fsm.Results()) + 1; len(told) != want {
		t.Errorf("the test has %d results, want %d", len(told), want)
	}
}

func TestEveryPartAndEveryResultIsListed(t *testing.T) {
	for file, listed := range map[string]int{"ready.go": len(fsm.Parts()), "result.go": len(fsm.Results())} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if named := len(regexp.MustCompile(`(?m)^\t\w+ +(?:Part|Result) = "`).FindAll(source, -1)); named != listed {
			t.Errorf("%s names %d constants, and %d are listed", file, named, listed)
		}
	}
}
