package console

import (
	"slices"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

// unprinted are the classes of failure that no wording of the daemon's means, and who notices them instead.
var unprinted = map[fsm.Kind]string{
	fsm.Hung:           "the loop: the daemon prints nothing and does not end",
	fsm.StartRefused:   "the loop: the daemon ended before it logged in",
	fsm.OutcomeUnknown: "the loop: a start without an end",
	fsm.OutcomeExcused: "the loop: a start without an end",
	fsm.JournalDamaged: "the journal",
}

// A class that nothing is read as has a row, words and a place on each page, and never happens.
func TestEveryClassOfFailureIsReadFromAWording(t *testing.T) {
	read := map[fsm.Kind]bool{}
	for _, table := range tables {
		for i := range table {
			read[table[i].kind], read[table[i].fails()] = true, true
		}
	}
	for _, r := range reasons {
		read[r.kind] = true
	}
	for _, class := range fsm.Failures() {
		switch why, other := unprinted[class]; {
		case !read[class] && !other:
			t.Errorf("%s: no row of tables in phrase.go, or of reasons in reasons.go, has it; if it is noticed elsewhere, write into unprinted who does", class)
		case read[class] && other:
			t.Errorf("%s: a wording means it, so it is none of unprinted (%q)", class, why)
		}
	}
	for class := range unprinted {
		if !slices.Contains(fsm.Failures(), class) {
			t.Errorf("%s of unprinted is no class of failure", class)
		}
	}
}
