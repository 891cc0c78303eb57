package agent

import (
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestWhetherAndWhenTheDaemonIsStarted(t *testing.T) {
	now := time.Date(2026, 8, 2, 9, 0, 0, 0, time.UTC)
	later, safe := now.Add(10*time.Minute), now.Add(time.Hour)
	spent := func(time.Time) (time.Time, string) { return safe, "6 starts" }
	start, stay := verdict{start: true}, verdict{}
	for name, c := range map[string]struct {
		is   func(*situation) // on top of a supervised daemon that is wanted at once, within the budget
		want verdict
	}{
		"a new gateway":                             {func(s *situation) { s.state = fsm.Idle }, start},
		"a new gateway that waits for INIT":         {func(s *situation) { s.state, s.atOnce = fsm.Idle, false }, stay},
		"a new gateway, and nothing left":           {func(s *situation) { s.state, s.safe = fsm.Idle, spent }, verdict{until: safe, spent: "6 starts"}},
		"a person wants one, and nothing is left":   {func(s *situation) { s.state, s.wish, s.safe = fsm.Halted, up, spent }, start},
		"a person wants one while the old one goes": {func(s *situation) { s.state, s.wish, s.running = fsm.Closed, up, true }, stay},
		"a person wants one that nobody supervises": {func(s *situation) { s.state, s.wish, s.supervise = fsm.Closed, up, false }, start},
		"the program is on its way":                 {func(s *situation) { s.state, s.wish, s.fetching = fsm.Idle, up, true }, stay},
		"the program could not be had":              {func(s *situation) { s.state, s.halted = fsm.Halted, fsm.FetchFailed }, start},
		"nor could it for a login that was refused": {func(s *situation) { s.state, s.halted, s.refused = fsm.Halted, fsm.FetchFailed, true }, verdict{holds: true}},
		"it runs":    {func(s *situation) { s.state = fsm.Connected }, stay},
		"it is gone": {func(s *situation) { s.state = fsm.Closed }, verdict{until: now.Add(m5), wait: m5, climb: true}},
		"it is gone, and the broker named a time":             {func(s *situation) { s.state, s.named = fsm.Closed, later }, verdict{until: later, wait: 10 * time.Minute, climb: true}},
		"it is gone, and that time is sooner":                 {func(s *situation) { s.state, s.named = fsm.Closed, now.Add(time.Second) }, verdict{until: now.Add(m5), wait: m5, climb: true}},
		"it is gone, and nothing left":                        {func(s *situation) { s.state, s.safe = fsm.Closed, spent }, verdict{until: safe, climb: true, spent: "6 starts"}},
		"a new gateway, and a start was scheduled":            {func(s *situation) { s.state, s.scheduled = fsm.Idle, later }, verdict{until: later, wait: 10 * time.Minute}},
		"a new gateway, and the scheduled time is over":       {func(s *situation) { s.state, s.scheduled = fsm.Idle, now.Add(-1) }, start},
		"a new gateway, and the broker named a time":          {func(s *situation) { s.state, s.named = fsm.Idle, later }, verdict{until: later, wait: 10 * time.Minute}},
		"a new gateway that waits for INIT, and a named time": {func(s *situation) { s.state, s.named, s.atOnce = fsm.Idle, later, false }, stay},
		"a person wants one before the time that was named":   {func(s *situation) { s.state, s.wish, s.named = fsm.Closed, up, later }, start},
		"a new gateway with the login that was refused":       {func(s *situation) { s.state, s.refused = fsm.Idle, true }, verdict{holds: true}},
		"a start that was to overrule could not be made":      {func(s *situation) { s.state, s.refused = fsm.Closed, true }, verdict{holds: true}},
		"a start that was to overrule gets another port":      {func(s *situation) { s.state, s.refused, s.freed = fsm.Closed, true, replaced }, start},
		"kicked out":                                 {func(s *situation) { s.state, s.kicked, s.reclaim = fsm.Closed, now, 30*time.Minute }, verdict{until: now.Add(30 * time.Minute), wait: 30 * time.Minute}},
		"kicked out, and nobody supervises":          {func(s *situation) { s.state, s.kicked, s.supervise = fsm.Closed, now, false }, stay},
		"kicked out, and never to be taken back":     {func(s *situation) { s.state, s.kicked = fsm.Closed, now }, verdict{holds: true}},
		"kicked out before a new gateway":            {func(s *situation) { s.state, s.kicked, s.reclaim = fsm.Idle, now.Add(-time.Minute), 11*time.Minute }, verdict{until: later, wait: 10 * time.Minute}},
		"kicked out long before a new gateway":       {func(s *situation) { s.state, s.kicked, s.reclaim = fsm.Idle, now.Add(-time.Hour), 30*time.Minute }, start},
		"kicked out, and a person wants it back":     {func(s *situation) { s.state, s.wish, s.kicked = fsm.Halted, up, now }, start},
		"it is gone, and nobody supervises":          {func(s *situation) { s.state, s.supervise = fsm.Closed, false }, stay},
		"it is gone, as a person wished":             {func(s *situation) { s.state, s.wish = fsm.Closed, down }, stay},
		"it is gone, at the gateway's end":           {func(s *situation) { s.state, s.wish = fsm.Closed, end }, stay},
		"before the wait is over":                    {func(s *situation) { s.state, s.next = fsm.Closed, later }, verdict{until: later}},
		"the wait is over":                           {func(s *situation) { s.state, s.next = fsm.Closed, now }, start},
		"the wait is over, and nothing left":         {func(s *situation) { s.state, s.next, s.safe = fsm.Closed, now, spent }, verdict{until: safe, spent: "6 starts"}},
		"halted until a person acts":                 {func(s *situation) { s.state, s.halted = fsm.Halted, fsm.PasswordWrong }, stay},
		"halted until later":                         {func(s *situation) { s.state, s.halted, s.next = fsm.Halted, fsm.AccountLocked, later }, verdict{until: later}},
		"halted until later, and nothing left":       {func(s *situation) { s.state, s.halted, s.next, s.safe = fsm.Halted, fsm.AccountLocked, later, spent }, verdict{until: later}},
		"halted until now":                           {func(s *situation) { s.state, s.halted, s.next = fsm.Halted, fsm.AccountLocked, now }, start},
		"halted until now, and nothing left":         {func(s *situation) { s.state, s.halted, s.next, s.safe = fsm.Halted, fsm.AccountLocked, now, spent }, verdict{until: safe, spent: "6 starts"}},
		"halted until now, and nobody supervises":    {func(s *situation) { s.state, s.halted, s.next, s.supervise = fsm.Halted, fsm.AccountLocked, now, false }, stay},
		"put off until now, and nobody supervises":   {func(s *situation) { s.state, s.halted, s.next, s.supervise = fsm.Halted, fsm.BudgetSpent, now, false }, start},
		"still halted until now, waiting for INIT":   {func(s *situation) { s.state, s.halted, s.next, s.atOnce = fsm.Halted, fsm.StillHalted, now, false }, stay},
		"still halted until now":                     {func(s *situation) { s.state, s.halted, s.next = fsm.Halted, fsm.StillHalted, now }, start},
		"halted until now, while the old one leaves": {func(s *situation) { s.state, s.halted, s.next, s.running = fsm.Halted, fsm.AccountLocked, now, true }, stay},
	} {
		s := situation{
			now: now, atOnce: true, supervise: true, wait: m5,
			safe: func(at time.Time) (time.Time, string) { return at, "" },
		}
		c.is(&s)
		if got := plan(s); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

const m5 = 5 * time.Minute
