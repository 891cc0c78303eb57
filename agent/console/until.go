package console

import (
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// until is when an event's line says that something becomes possible again, zero if it does not say.
func until(e fsm.Event, now time.Time) time.Time {
	_, failed := e.Kind.Failure()
	switch e.Kind {
	case fsm.TooFrequent, fsm.CodeNotSent, fsm.CaptchaNotSent:
	default:
		if !failed {
			return time.Time{}
		}
	}
	if at := unlockTime(e.Detail, now); !at.IsZero() {
		return at
	}
	return waitTime(e.Detail, now)
}

// waits are the daemon's words for how long to wait.
var waits = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(\d{1,5}) *(?:(秒|seconds?)|(分钟|minutes?)|(?:小时|hours?))`)
})

// waitTime is when the wait is over that a text tells of. What is named in minutes was rounded, and the broker makes
// a wait longer for who comes too early.
func waitTime(text string, now time.Time) time.Time {
	at := waits().FindStringSubmatch(text)
	if at == nil || now.IsZero() {
		return time.Time{}
	}
	n, _ := strconv.Atoi(at[1]) // five digits at most
	switch {
	case at[2] != "":
		return now.Add(time.Duration(n)*time.Second + time.Second).UTC()
	case at[3] != "":
		return now.Add(time.Duration(n)*time.Minute + margin).UTC()
	}
	return now.Add(time.Duration(n)*time.Hour + margin).UTC()
}

// unlock is the end of a lock as the broker words it.
var unlock = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`请于今日 *(\d{1,2})[:：](\d{2}) *后重试`) })

// beijing is the broker's clock: the text says "today", and comes from its servers.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// margin is added to a time that the broker named: its clock is not ours.
const margin = time.Minute

// unlockTime is when the lock that a reason tells of ends, zero if it does not say. A
// time that has passed today can only mean tomorrow.
// Without a now nobody knows which day "today" is.
func unlockTime(reason string, now time.Time) time.Time {
	at := unlock().FindStringSubmatch(reason)
	if at == nil || now.IsZero() {
		return time.Time{}
	}
	hour, _ := strconv.Atoi(at[1]) // the expression has digits only
	minute, _ := strconv.Atoi(at[2])
	if hour > 23 || minute > 59 {
		return time.Time{}
	}
	local := now.In(beijing)
	end := time.Date(local.Year(), local.Month(), local.Day(), hour, minute, 0, 0, beijing)
	if end.Add(margin).Before(now) {
		end = end.AddDate(0, 0, 1)
	}
	return end.Add(margin).UTC()
}
