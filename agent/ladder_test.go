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
		{false, fsm.Exited, "[30s 1m0s 2m0s 4m0s 8m0s 16m0s 30m0s 30m0s 30m0s 30m0s 30m0s]"},
		// A login that failed is never a reason to hurry.
		{true, fsm.NetworkFailed, "[30s 1m0s 2m0s 4m0s 8m0s 16m0s 30m0s 30m0s 30m0s 30m0s 30m0s]"},
	} {
		var l ladder
		var got []time.Duration
		for range 11 {
			l.choose(c.worked, c.why)
			got = append(got, l.next())
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

func TestTheEndOfALockIsReadOnTheBrokersClock(t *testing.T) {
	now := time.Date(2026, 8, 2, 9, 0, 30, 0, time.UTC) // 17:00:30 in Beijing
	for reason, want := range map[string]string{
		"登录出错已达上限，请于今日 18:30 后重试": "2026-08-02T10:31:00Z",
		"请于今日 17:00 后重试":          "2026-08-02T09:01:00Z", // the minute that was named is just over
		"请于今日 00:05 后重试":          "2026-08-02T16:06:00Z", // said shortly before midnight: the next one
		"请于今日 25:00 后重试":          "0001-01-01T00:00:00Z",
		"登录出错已达上限":                "0001-01-01T00:00:00Z",
	} {
		if got := unlockTime(reason, now).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s: got %s, want %s", reason, got, want)
		}
	}
}
