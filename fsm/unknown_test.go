package fsm

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestLinesThatNoRuleKnowsAreCountedAndBounded(t *testing.T) {
	var tally Tally
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	if got := tally.Lines(); len(got) != 0 {
		t.Errorf("an empty one has %v", got)
	}
	tally.Add("12:00:01 what is this", now)
	tally.Add("another", now.Add(time.Second))
	tally.Add("12:00:02 what is this", now.Add(2*time.Second))
	got := tally.Lines()
	if len(got) != 2 || got[0] != (Unknown{"12:00:01 what is this", 2, now.Add(2 * time.Second)}) || got[1].Text != "another" || got[1].Count != 1 {
		t.Errorf("got %+v", got)
	}
	for i := range 10 * MaxUnknown {
		tally.Add(fmt.Sprintf("line %s", strings.Repeat("x", i)), now.Add(time.Duration(i)*time.Minute))
		tally.Add("another", now.Add(time.Duration(i)*time.Minute))
	}
	got = tally.Lines()
	if len(got) != MaxUnknown || len(tally.index) != MaxUnknown {
		t.Fatalf("%d lines, %d keys", len(got), len(tally.index))
	}
	for _, u := range got {
		if u.Text == "another" && u.Count == 10*MaxUnknown+1 {
			return
		}
	}
	t.Errorf("a line that comes again and again is gone: %+v", got)
}

func TestALongLineThatNoRuleKnowsIsCutAtACharacter(t *testing.T) {
	var tally Tally
	tally.Add(strings.Repeat("登", 1000), time.Time{})
	if got := tally.Lines()[0].Text; len(got) > MaxUnknownText || !utf8.ValidString(got) || len(got) < MaxUnknownText-3 {
		t.Errorf("%d bytes", len(got))
	}
}
