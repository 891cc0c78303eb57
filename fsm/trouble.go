package fsm

import "time"

// Trouble is why the account is not proven ready, and what a person was told of it. It is zero while the account is ready.
//
// It begins when readiness ends and lasts until the account is proven ready again, or a person stops the daemon: one trouble,
// however many reasons follow one another. A restart of the gateway ends it only if nobody was told.
type Trouble struct {
	Since time.Time // since when the account is not ready
	Why   Event     // the latest reason; its class is one of [Grounds]
	Told  time.Time // when a person was told, zero if nobody was
	Last  time.Time // when a person was told or reminded last

	from  time.Time // since when nobody is asked and nobody wished it, zero while somebody is or did
	needs bool      // what was told is that a person must act
}

// The clock of a trouble.
const (
	TellAfter   = 5 * time.Minute // the usual restart, and a login without a question, take less
	RemindFirst = time.Hour       // after it was told
	RemindEvery = 24 * time.Hour  // after the reminder before
)

// Ready reports whether the daemon's API told that quotes work, and nothing since. How old the proof is, [Snapshot.Lacks] looks at.
func (s Snapshot) Ready() bool { return s.State == Connected && s.API.Ready }

// Alarm returns what a person is to be told next of the trouble, and when: [TroubleTold], [TroubleAgain] or [TroubleOver]. A time
// that is over means at once; a zero time never, as long as nothing happens. Whoever tells it appends an event of that kind.
func (s Snapshot) Alarm(m Market) (at time.Time, what Kind) {
	t := s.Trouble
	why := grounds[t.Why.Class()]
	switch {
	case s.Ready() && !t.Told.IsZero():
		return t.Last, TroubleOver
	case t.from.IsZero():
		return time.Time{}, ""
	case t.Told.IsZero() && why.urgent, why.needs && !t.needs:
		return t.from, TroubleTold
	case t.Told.IsZero():
		return t.from.Add(TellAfter), TroubleTold
	}
	at = t.Last.Add(RemindEvery)
	if first := t.Told.Add(RemindFirst); t.Last.Before(first) {
		at = first
	}
	if open := m.Reminder(t.Last); !open.IsZero() && open.Before(at) {
		at = open
	}
	// What was answered, or started anew, gets its time.
	if soonest := t.from.Add(TellAfter); soonest.After(at) {
		at = soonest
	}
	return at, TroubleAgain
}

// trouble is the trouble after one more entry, which the rest of s has taken into account.
func (s Snapshot) trouble(e Entry) Trouble {
	t := s.Trouble
	if e.Kind == TroubleOver || e.Stopped() || t.Told.IsZero() && (e.Kind == Boot || s.Ready()) {
		t = Trouble{}
	}
	if s.Ready() && t.Told.IsZero() {
		return t
	}
	if e.Kind == TroubleTold || e.Kind == TroubleAgain {
		if t.Told.IsZero() {
			t.Told = e.At
		}
		t.Last, t.needs = e.At, t.needs || grounds[t.Why.Class()].needs
	}
	if t.Since.IsZero() {
		t.Since = e.At
	}
	t.Why = t.after(e)
	switch {
	case s.Ready(), s.stopped, s.State == Idle, s.Challenge.ID != 0:
		t.from = time.Time{}
	case t.from.IsZero():
		t.from = e.At
	}
	return t
}

// after is the latest reason after one more entry. A login that is tried again, or a gateway that was started again, is no reason
// where there is one; how a daemon ended is none where its last words say more.
func (t Trouble) after(e Entry) Event {
	before, known := grounds[t.Why.Class()]
	g, ok := grounds[e.Class()]
	trying := e.To == Idle || e.To == Initializing || e.To == Closed
	switch {
	case known && e.Kind.Tells():
		return t.Why
	case e.Shut && e.To == AwaitingCode:
		return Event{Kind: CodeVoid} // so many codes of this SMS were wrong that no other is taken: what helps is another SMS
	case e.Stopped(), ok && g.always:
		return e.Event
	case e.Kind == CodeSent && e.To == AwaitingCode:
		return Event{Kind: CodeWanted}
	case e.Kind == CaptchaTyped && e.To == Verifying:
		return Event{Kind: CaptchaVerifying}
	case known && !e.Changed(), before.last && g.end, before.lasts && !g.lasts && trying:
		return t.Why
	case ok:
		return e.Event
	case e.To == Connected:
		return Event{Kind: APILost, Part: PartConnect}
	}
	return Event{Kind: usual[e.To]}
}

// Tells reports whether a person is told of the trouble by it.
func (k Kind) Tells() bool { return k == TroubleTold || k == TroubleAgain || k == TroubleOver }
