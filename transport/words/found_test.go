package words

import (
	"fmt"
	"testing"
)

func TestWhatTheStoreDoesNotHaveIsRememberedWithinABound(t *testing.T) {
	kept := func() (n int) {
		found.Range(func(_, _ any) bool { n++; return true })
		return n
	}
	before := kept()
	for i := range 5 * maxMissed {
		Text(English, fmt.Sprintf("detail.of_the_daemon_%d", i))
	}
	if n := kept(); n != before {
		t.Errorf("%d details are remembered", n-before)
	}
	for i := range 5 * maxMissed {
		for range 2 {
			Text(English, fmt.Sprintf("advice.of_a_newer_kind_%d", i))
		}
	}
	if n := kept() - before; n == 0 || n > maxMissed+1 {
		t.Errorf("%d keys are remembered, want at most %d", n, maxMissed)
	}
	missed.Store(0)
	found.Clear()
}
