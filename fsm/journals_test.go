package fsm_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

func TestAJournalMeansTheSameToThisVersion(t *testing.T) {
	paths, err := filepath.Glob("../testdata/journals/*.jsonl")
	if err != nil || len(paths) < 3 {
		t.Fatalf("found the journals %q, %v", paths, err)
	}
	var rows []string
	for _, row := range prose.Table(t, "testdata/journals/README.md", "| file | has |") {
		rows = append(rows, row[0])
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var entries []fsm.Entry
			if _, err := fsm.ReadJournal(strings.NewReader(string(text)), func(e fsm.Entry) error {
				entries = append(entries, e)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := fsm.Replay(entries); err != nil {
				t.Error(err)
			}
			testbed.Golden(t, path+".golden", amount(entries))
			if name := prose.Code(filepath.Base(path)); !strings.Contains(strings.Join(rows, " "), name) {
				t.Errorf("testdata/journals/README.md has no row that says how %s came to be", name)
			}
		})
	}
}

// amount is what entries amount to, at the time of the last one.
func amount(entries []fsm.Entry) string {
	var out strings.Builder
	var ledger fsm.Ledger
	journal := fsm.NewJournal(&disk{})
	now := entries[len(entries)-1].At
	line := func(values ...any) { fmt.Fprintln(&out, values...) }
	carried := 0
	for _, e := range entries {
		journal.Recall(e)
		ledger.Note(e)
		if e.Carried {
			carried++
		} else if e.Changed() {
			line(e.Seq, e.Kind, e.From, "to", e.To)
		}
	}
	s := journal.Snapshot()
	line("carried", carried)
	line("state", s.State, "since", s.Since.Format(time.RFC3339), "seq", s.Seq)
	line("challenge", s.Challenge.ID, "codes left", s.CodesLeft(now), "next SMS", s.NextSMS().Format(time.RFC3339))
	fmt.Fprintf(&out, "halted %q %q\n", s.Halted.Class(), s.Halted.Detail)
	fmt.Fprintf(&out, "API %+v\n", s.API)
	refusal := ledger.Refusal()
	fmt.Fprintf(&out, "refusal %d %q %q\n", refusal.Seq, refusal.Kind, refusal.Detail)
	safe, spent := ledger.Safe(now)
	fmt.Fprintf(&out, "budget %+v, safe in %v %q\n", ledger.Budget(now), safe.Sub(now), spent)
	line("device", ledger.Device(), "judged", ledger.Judged(), "repeats", ledger.Repeats(), "password forgotten", ledger.Forgotten())
	return out.String()
}
