package agent

import (
	"fmt"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestTheWaitsDoubleUpToTheirBounds(t *testing.T) {
	for _, c := range []struct {
		worked bool
		why    fsm.Kind
		want   string
	}{
		{true, fsm.Exited, "[1s 2s 4s 8s 16s 32s 1m4s 2m8s 4m16s 5m0s 5m0s]"},
		{false, fsm.Exited, "[5m0s 10m0s 20m0s 30m0s 30m0s 30m0s 30m0s 30m0s 30m0s 30m0s 30m0s]"},
		{false, fsm.KickedOut, "[5m0s 10m0s 20m0s 30m0s 30m0s 30m0s 30m0s 30m0s 30m0s 30m0s 30m0s]"},
		// A login that failed is never a reason to hurry.
		{true, fsm.NetworkFailed, "[1m0s 2m0s 4m0s 8m0s 16m0s 30m0s 30m0s 30m0s 30m0s 30m0s 30m0s]"},
	} {
		var l ladder
		var got []time.Duration
		for range 11 {
			l.choose(c.worked, c.why)
			got = append(got, l.next())
			l.climb()
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("worked %v, %s: got %v, want %s", c.worked, c.why, got, c.want)
		}
		l.reset()
		if first := l.next(); first != got[0] {
			t.Errorf("after a reset it waits %v, want %v", first, got[0])
		}
	}
}
