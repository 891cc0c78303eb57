package fsm

import (
	"strings"
	"testing"
)

func TestEveryClassOfFailureLeadsWhereItsRowSays(t *testing.T) {
	if len(classes) != len(failures) || len(Failures()) != len(failures) {
		t.Fatalf("a class has two rows: %d rows, %d classes", len(failures), len(classes))
	}
	for _, k := range Failures() {
		f, ok := k.Failure()
		if !ok || f.Kind != k {
			t.Fatalf("%s has the row %+v", k, f)
		}
		want := Closed
		if f.Halts {
			want = Halted
		}
		for _, from := range live {
			if _, to := NewMachine(from).Apply(Event{Kind: k}); to != want {
				t.Errorf("%s leads from %s to %s, want %s", k, from, to, want)
			}
		}
		if f.Advice == "" || f.Advice != k.Advice() || strings.HasSuffix(f.Advice, ".") {
			t.Errorf("%s has the advice %q", k, f.Advice)
		}
	}
}

func TestNoOtherKindIsAFailure(t *testing.T) {
	if _, ok := Stop.Failure(); ok || Stop.Advice() != "" {
		t.Error("stop is a failure")
	}
}

func TestWhatMendsAClassFollowsFromItsRow(t *testing.T) {
	for _, f := range failures {
		got := f.Kind.Mend()
		switch {
		case f.Setup && got != MendMachine, f.Passes && got != MendTime, !f.Setup && !f.Passes && got != f.Mend:
			t.Errorf("%s is mended by %q", f.Kind, got)
		case f.Mend != MendElsewhere && (f.Setup || f.Passes):
			t.Errorf("%s says twice what mends it", f.Kind)
		}
	}
	if got := BudgetSpent.Mend(); got != MendTime {
		t.Errorf("a spent budget is mended by %q", got)
	}
	if got := APIReady.Mend(); got != MendElsewhere {
		t.Errorf("what is no reason is mended by %q", got)
	}
}
