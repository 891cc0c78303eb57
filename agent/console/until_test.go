package console

import (
	"testing"
	"time"
)

func TestTheEndOfALockIsReadOnTheBrokersClock(t *testing.T) {
	now := time.Date(2026, 8, 2, 9, 0, 30, 0, time.UTC) // 17:00:30 in Beijing
	for reason, want := range map[string]string{
		"登录出错已达上限，请于今日 18:30 后重试": "2026-08-02T10:31:00Z",
		"请于今日 17:00 后重试":          "2026-08-02T09:01:00Z", // the minute that was named is just over
		"请于今日 00:05 后重试":          "2026-08-02T16:06:00Z", // said shortly before midnight: the next one
		"请于今日 25:00 后重试":          "0001-01-01T00:00:00Z",
		"请于今日 23:59 后重试":          "2026-08-02T16:00:00Z",
		"请于今日 23:60 后重试":          "0001-01-01T00:00:00Z",
		"请于今日 24:00 后重试":          "0001-01-01T00:00:00Z",
		"请于今日 16:59 后重试":          "2026-08-03T09:00:00Z", // a minute and a half ago: tomorrow
		"登录出错已达上限":                "0001-01-01T00:00:00Z",
	} {
		if got := unlockTime(reason, now).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s: got %s, want %s", reason, got, want)
		}
	}
	if got := unlockTime("请于今日 18:30 后重试", time.Time{}); !got.IsZero() {
		t.Errorf("without a day: got %v", got)
	}
}
