package fsm

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// kinds reads every Kind constant out of the source, so that none can be forgotten here.
func kinds(t testing.TB) []Kind {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "kind.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []Kind
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Type.(*ast.Ident).Name != "Kind" {
			return true
		}
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Kind(text))
		return true
	})
	return out
}

func TestNoTwoKindsHaveOneName(t *testing.T) {
	seen := map[Kind]bool{}
	for _, k := range kinds(t) {
		if seen[k] {
			t.Errorf("two kinds are named %q", k)
		}
		seen[k] = true
	}
	if len(seen) < 50 {
		t.Errorf("found %d kinds in kind.go; the test reads it wrongly", len(seen))
	}
}

func TestTheTableHasOnlyKnownNamesAndNoRowTwice(t *testing.T) {
	type pair struct {
		kind Kind
		from State
	}
	seen := map[pair]State{}
	known := kinds(t)
	for _, r := range table {
		if !r.to.Known() {
			t.Errorf("a row leads to %q, which is no state", r.to)
		}
		for _, k := range r.kinds {
			if !slices.Contains(known, k) {
				t.Errorf("a row names %q, which is no kind", k)
			}
			for _, from := range r.from {
				if !from.Known() {
					t.Errorf("%q leaves %q, which is no state", k, from)
				}
				if to, twice := seen[pair{k, from}]; twice {
					t.Errorf("%q leaves %q to %q and to %q", k, from, to, r.to)
				}
				seen[pair{k, from}] = r.to
			}
		}
	}
}

func TestEveryStateCanBeReachedAndLeft(t *testing.T) {
	all := kinds(t)
	in, out := map[State]bool{}, map[State]bool{}
	for _, from := range States() {
		for _, k := range all {
			if a, b := NewMachine(from).Apply(Event{Kind: k}); a != b {
				out[a], in[b] = true, true
			}
		}
	}
	for _, s := range States() {
		if !in[s] || !out[s] {
			t.Errorf("%s: reached %v, left %v", s, in[s], out[s])
		}
	}
}

func TestTheDaemonsWordIsLegalInEveryLiveState(t *testing.T) {
	words := map[Kind]State{
		LoggedIn: Connected, CodeWanted: AwaitingCode, CaptchaWanted: AwaitingCaptcha, PasswordPrompt: AwaitingPassword,
		CodeVerifying: Verifying, Exiting: Closed, Exited: Closed, NetworkFailed: Closed, PasswordWrong: Halted,
	}
	for k, want := range words {
		for _, from := range live {
			if _, got := NewMachine(from).Apply(Event{Kind: k}); got != want {
				t.Errorf("%s in %s leads to %s, want %s", k, from, got, want)
			}
		}
	}
}

func TestALoginFailureGoesWhereItsClassSays(t *testing.T) {
	want := map[Kind]State{
		PasswordWrong: Halted, AccountLocked: Halted, VersionRefused: Halted, AgreementMissing: Halted,
		BrandWrong: Halted, AccountUnfit: Halted, RegionRefused: Halted, PasswordNewer: Halted,
		NetworkFailed: Closed, Throttled: Closed, LoginFailed: Closed,
		KickedOut: Closed, ForcedLogout: Closed,
	}
	for kind, state := range want {
		for _, from := range live {
			if _, got := NewMachine(from).Apply(Event{Kind: kind}); got != state {
				t.Errorf("%s in %s leads to %s, want %s", kind, from, got, state)
			}
		}
		// A reason that comes after a bare failure decides; one that comes when all is decided does not.
		if _, got := NewMachine(Closed).Apply(Event{Kind: kind}); got != state {
			t.Errorf("%s in closed leads to %s, want %s", kind, got, state)
		}
		if _, got := NewMachine(Halted).Apply(Event{Kind: kind}); got != Halted {
			t.Errorf("%s in halted leads to %s", kind, got)
		}
	}
}

func TestTheDoubtfulCasesOfTheMachine(t *testing.T) {
	for _, c := range []struct {
		from State
		kind Kind
		to   State
	}{
		{Initializing, CodeRequestHint, AwaitingCode},
		{Connected, CodeRequestHint, Connected},
		{Verifying, CodeRequestHint, Verifying},
		{Initializing, AccountPrompt, Initializing},
		{Initializing, PasswordPrompt, AwaitingPassword},
		{Connected, QuoteRight, Connected},
		{Connected, QuoteRightKicked, Connected},
		{Connected, LoggingIn, Reconnecting},
		{Connected, SessionLost, Reconnecting},
		{AwaitingCode, SessionLost, AwaitingCode},
		{Reconnecting, SessionBack, Connected},
		{Initializing, SessionBack, Initializing},
		{Connected, APILost, Connected},
		{Verifying, CodeSent, Verifying},
		{Verifying, CodeWanted, AwaitingCode},
		{Verifying, CaptchaSaved, AwaitingCaptcha},
		{Closed, Exited, Closed},
		{Halted, Exited, Halted},
		{Idle, Stop, Idle},
		{Halted, Start, Initializing},
		{Connected, Start, Connected},
		{Idle, LoggedIn, Idle},
		{Connected, Boot, Idle},
		{Halted, Boot, Idle},
	} {
		if from, to := NewMachine(c.from).Apply(Event{Kind: c.kind}); from != c.from || to != c.to {
			t.Errorf("%s in %s: %s to %s, want %s", c.kind, c.from, from, to, c.to)
		}
	}
}

func TestStatusNumbersOfOldClientsNeverChange(t *testing.T) {
	for s, want := range map[State]int{Closed: -2, Idle: -1, Initializing: 0, AwaitingCode: 1, Verifying: 2, Connected: 3} {
		if got := s.Status(); got != want {
			t.Errorf("%s has status %d, want %d", s, got, want)
		}
	}
}

// FuzzMachine: whatever happens in whatever order, the machine is in a known state, and replaying
// what was recorded leads through the same states.
func FuzzMachine(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3})
	all := kinds(f)
	f.Fuzz(func(t *testing.T, steps []byte) {
		m := NewMachine(Idle)
		var entries []Entry
		for i, b := range steps {
			e := Event{Kind: all[int(b)%len(all)]}
			from, to := m.Apply(e)
			if !to.Known() || m.State() != to {
				t.Fatalf("%s in %s leads to %q", e.Kind, from, to)
			}
			entries = append(entries, Entry{Seq: uint64(i + 1), Event: e, From: from, To: to})
		}
		if len(entries) > 0 {
			if err := Replay(entries); err != nil {
				t.Fatal(err)
			}
		}
	})
}
