package openapi

import (
	"cmp"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// told is what was told, so that only changes are. It outlives the connections, and belongs to the goroutine of Watch.
type told struct {
	tell   func(fsm.Event)
	proven func(time.Time)
	proved bool // there was a proof on this connection

	last   fsm.Event // the last APIReady or APILost
	been   bool      // the API was ready, and its session was not lost since
	gone   bool      // SessionLost was told, and SessionBack was not
	trade  fsm.Kind  // TradeReady or TradeLost
	rights string
	when   map[fsm.Kind]happening // what the daemon told once; bounded by the kinds in gtwEvents
}

// happening is something that is no state: it may happen again.
type happening struct {
	detail string
	at     time.Time
}

// sameWithin is how long the same happening is one: a daemon that repeats itself must not fill the journal.
const sameWithin = time.Minute

// global takes the answer to GetGlobalState. What it says of trading counts only while the program is ready: before, no request is served.
func (t *told) global(s GlobalState) {
	switch {
	case s.Program != nil && s.Program.Type != ProgramReady:
		t.program(*s.Program)
		return
	case !s.QotLogined:
		t.quotesLost()
	default:
		t.ready(s.version())
	}
	t.tradeIs(s.TrdLogined)
}

// ready takes a proof that quotes work.
func (t *told) ready(server string) {
	t.proved, t.been = true, true
	t.proven(time.Now())
	if t.gone {
		t.gone = false
		t.tell(fsm.Event{Kind: fsm.SessionBack})
	}
	t.change(fsm.Event{Kind: fsm.APIReady, Detail: server})
}

// lost takes that quotes are not proven to work, and why. It reports whether that is new.
func (t *told) lost(part fsm.Part, why string) bool {
	return t.change(fsm.Event{Kind: fsm.APILost, Part: part, Detail: sentence(why)})
}

func (t *told) change(e fsm.Event) bool {
	if e == t.last {
		return false
	}
	if t.last = e; e.EndsTrade() {
		t.trade = "" // so that it is told anew when it is there
	}
	t.tell(e)
	return true
}

// sessionLost takes that the daemon has no session with the broker. Before there was one, none was lost.
func (t *told) sessionLost(why string) {
	if t.been {
		t.been, t.gone = false, true
		t.tell(fsm.Event{Kind: fsm.SessionLost, Detail: sentence(why)})
	}
}

func (t *told) quotesLost() {
	const why = "the daemon is not logged in to the quote server"
	t.lost(fsm.PartQuotes, why)
	t.sessionLost(why)
}

// program takes the status of the daemon's program, asked for or pushed.
func (t *told) program(p ProgramStatus) {
	if p.Type == ProgramReady {
		return // a push; the answer to the question that follows is the proof
	}
	m := find(programStatuses, p.Type)
	why := "the daemon's program status is " + m.name
	if p.Desc != "" {
		why += ": " + p.Desc
	}
	changed := t.lost(fsm.PartProgram, why)
	switch {
	case m.kind == fsm.SessionLost:
		t.sessionLost(why)
	case m.kind != "" && changed:
		t.tell(fsm.Event{Kind: m.kind, Detail: sentence(cmp.Or(p.Desc, m.name))})
	}
}

// connection takes a push about the servers that the daemon is logged in to. Only what is lost is believed.
func (t *told) connection(c ConnStatus) {
	if !c.QotLogined {
		t.quotesLost()
	}
	if !c.TrdLogined {
		t.tradeIs(false)
	}
}

func (t *told) tradeIs(ready bool) {
	kind := fsm.TradeLost
	if ready {
		kind = fsm.TradeReady
	}
	if kind != t.trade {
		t.trade = kind
		t.tell(fsm.Event{Kind: kind})
	}
}

func (t *told) rightsAre(r Rights) {
	if rights := r.String(); rights != "" && rights != t.rights {
		t.rights = rights
		t.tell(fsm.Event{Kind: fsm.QuoteRights, Detail: rights})
	}
}

// event takes a push of something that happened.
func (t *told) event(g GtwEvent) {
	m := find(gtwEvents, g.Type)
	detail := sentence(cmp.Or(g.Desc, m.name))
	switch m.kind {
	case "":
	case fsm.APILost:
		t.lost(fsm.PartProgram, detail)
	default:
		if was, ok := t.when[m.kind]; ok && was.detail == detail && time.Since(was.at) < sameWithin {
			return
		}
		if t.when == nil {
			t.when = map[fsm.Kind]happening{}
		}
		t.when[m.kind] = happening{detail, time.Now()}
		t.tell(fsm.Event{Kind: m.kind, Detail: detail})
	}
}
