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
		if f.Charges == ChargeNothing && f.Carried > 0 {
			t.Errorf("%s is carried, and counts as nothing", k)
		}
	}
}

// What may be counted or held against a start must outlive its file.
func TestWhatTheAccountWasChargedIsCarriedForAsLongAsItCounts(t *testing.T) {
	for _, k := range Failures() {
		switch f, _ := k.Failure(); {
		case f.Halts && f.Carried != Forever:
			t.Errorf("the refusal %s is carried for %v", k, f.Carried)
		case f.Charges == ChargeLogin && f.Carried < FailedWithin:
			t.Errorf("%s counts as a failed login and is carried for %v", k, f.Carried)
		}
	}
	if Start.CarriedFor() < StartsWithin || DeviceKept.CarriedFor() != Forever || LoggedIn.CarriedFor() != 0 {
		t.Errorf("start %v, device %v, logged_in %v", Start.CarriedFor(), DeviceKept.CarriedFor(), LoggedIn.CarriedFor())
	}
	if _, ok := Stop.Failure(); ok || Stop.Advice() != "" {
		t.Error("stop is a failure")
	}
}
