package page_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestEveryStateHasAMood(t *testing.T) {
	b, err := os.ReadFile("assets/state.js")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`(?s)const mood = \{(.*?)\};`).FindSubmatch(b)
	if table == nil {
		t.Fatal("assets/state.js has no table mood")
	}
	for _, s := range fsm.States() {
		if !regexp.MustCompile(`\b` + string(s) + `: '`).Match(table[1]) {
			t.Errorf("the table mood of assets/state.js has no row for the state %s: give it '', 'good', 'wait' or 'bad'", s)
		}
	}
}
