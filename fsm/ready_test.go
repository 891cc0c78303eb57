package fsm_test

import (
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// told is the snapshot after events that begin with a login, a second apart.
func told(events ...fsm.Event) (s fsm.Snapshot) {
	m := fsm.NewMachine(fsm.Initializing)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, e := range append([]fsm.Event{{Kind: fsm.LoggedIn}}, events...) {
		from, to := m.Apply(e)
		s = s.After(fsm.Entry{Seq: uint64(i + 1), At: at.Add(time.Duration(i) * time.Second), Event: e, From: from, To: to})
	}
	return s
}

var (
	ready = fsm.Event{Kind: fsm.APIReady, Detail: "10.11.7108"}
	trade = fsm.Event{Kind: fsm.TradeReady}
)

func TestTheFirstPartThatIsMissingIsNamed(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		why    string
		events []fsm.Event
		proven time.Time
		want   fsm.Part
	}{
		{"the console's word alone", nil, time.Time{}, fsm.PartConnect},
		{"proven", []fsm.Event{ready}, now, ""},
		{"with a proof that just holds", []fsm.Event{ready}, now.Add(-fsm.ProofFor), ""},
		{"with one that is too old", []fsm.Event{ready}, now.Add(-fsm.ProofFor - 1), fsm.PartProof},
		{"ready, and never proven", []fsm.Event{ready}, time.Time{}, fsm.PartProof},
		{"quotes lost", []fsm.Event{ready, {Kind: fsm.APILost, Part: fsm.PartQuotes}}, now, fsm.PartQuotes},
		{"and back", []fsm.Event{ready, {Kind: fsm.APILost, Part: fsm.PartQuotes}, ready}, now, ""},
		{"trading does not count", []fsm.Event{ready, {Kind: fsm.TradeLost}}, now, ""},
		{"the session lost", []fsm.Event{ready, {Kind: fsm.SessionLost}}, now, fsm.PartLogin},
		{"logging in anew", []fsm.Event{ready, {Kind: fsm.LoggingIn}}, now, fsm.PartLogin},
	} {
		if got := told(c.events...).Lacks(c.proven, now); got != c.want {
			t.Errorf("%s: lacks %q, want %q", c.why, got, c.want)
		}
	}
}

// A new login must not count as ready by what the API told of the one before.
func TestWhatTheAPIToldIsForgottenWhereNobodyAsksIt(t *testing.T) {
	kept := fsm.API{Ready: true, Server: "10.11.7108", Trade: true, Rights: "HK stock LV2"}
	rights := fsm.Event{Kind: fsm.QuoteRights, Detail: kept.Rights}
	for _, c := range []struct {
		then fsm.Kind
		want fsm.API
	}{
		{fsm.Quota, kept}, {fsm.SessionLost, kept},
		{fsm.LoggingIn, fsm.API{}}, {fsm.CodeWanted, fsm.API{}}, {fsm.Exited, fsm.API{}}, {fsm.PasswordNewer, fsm.API{}},
	} {
		if got := told(trade, rights, ready, fsm.Event{Kind: c.then}).API; got != c.want {
			t.Errorf("after %s the API is %+v, want %+v", c.then, got, c.want)
		}
	}
	if got := told(ready, fsm.Event{Kind: fsm.LoggingIn}, fsm.Event{Kind: fsm.LoggedIn}).Lacks(time.Now(), time.Now()); got != fsm.PartConnect {
		t.Errorf("after a second login, which nobody proved, %q is missing", got)
	}
}

func TestTradingIsNotLoggedInWhereTheAPICannotBeAsked(t *testing.T) {
	for _, part := range fsm.Parts() {
		lost := fsm.Event{Kind: fsm.APILost, Part: part, Detail: "why"}
		want := part == fsm.PartQuotes // the other session
		if got := told(ready, trade, lost).API; got.Trade != want || got.Ready {
			t.Errorf("without %s: %+v", part, got)
		}
		if got := told(ready, trade, lost, ready, trade).API; !got.Trade || !got.Ready {
			t.Errorf("%s is back: %+v", part, got)
		}
	}
}
