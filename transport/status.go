package transport

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// snapshotBody is the whole state for a client. Members are only ever added.
type snapshotBody struct {
	State     fsm.State      `json:"state"`
	Status    int            `json:"status"`
	Since     time.Time      `json:"since,omitzero"`
	Seq       uint64         `json:"seq"`
	Ready     bool           `json:"ready"`             // quotes would work now
	Missing   fsm.Part       `json:"missing,omitempty"` // the first part that is missing for that
	API       *apiBody       `json:"api,omitempty"`
	Challenge *challengeBody `json:"challenge,omitempty"`
	Halted    *haltedBody    `json:"halted,omitempty"`
	Trouble   *troubleBody   `json:"trouble,omitempty"`   // in every state, unless it is ready
	Next      time.Time      `json:"next_start,omitzero"` // when the daemon is started by itself
	Unknown   []fsm.Unknown  `json:"unknown,omitempty"`   // the daemon's lines that no rule knows, the latest first
	About
	Daemon *daemonBody `json:"daemon,omitempty"` // what it printed of itself
	Gate   []doorBody  `json:"gate,omitempty"`   // where clients reach it
	Week   *weekBody   `json:"week,omitempty"`   // which part of the last seven days quotes worked
}

// challengeBody is what the daemon wants.
type challengeBody struct {
	ID           uint64            `json:"id"`
	Kind         fsm.ChallengeKind `json:"kind"`
	Asked        time.Time         `json:"asked"`
	Again        time.Time         `json:"again,omitzero"`          // when another SMS may be asked for
	AttemptsLeft *int              `json:"attempts_left,omitempty"` // codes that may be typed within this minute
}

// haltedBody is why the daemon is not started by itself.
type haltedBody struct {
	Class  fsm.Kind `json:"class"`
	Detail string   `json:"detail,omitempty"`
	Advice string   `json:"advice,omitempty"`
}

// apiBody is what the daemon's own API told, once it was asked.
type apiBody struct {
	Ready  bool      `json:"ready"`
	Why    string    `json:"why,omitempty"`    // what is missing
	Server string    `json:"server,omitempty"` // its version
	Trade  bool      `json:"trade"`            // trading is logged in
	Rights string    `json:"rights,omitempty"`
	Proven time.Time `json:"proven,omitzero"` // when it was last proven that quotes work
	Age    *int      `json:"age,omitempty"`   // of that proof, in whole seconds
}

func newAPI(a fsm.API, proven, now time.Time) *apiBody {
	if a == (fsm.API{}) {
		return nil
	}
	body := &apiBody{Ready: a.Ready, Why: a.Why, Server: a.Server, Trade: a.Trade, Rights: a.Rights}
	if !proven.IsZero() {
		age := int(now.Sub(proven) / time.Second)
		body.Proven, body.Age = proven.UTC(), &age
	}
	return body
}

// newSnapshot is the body for a snapshot. proven is when the daemon's API last proved that quotes work.
func newSnapshot(s fsm.Snapshot, proven, now time.Time) snapshotBody {
	missing := s.Lacks(proven, now)
	body := snapshotBody{
		State: s.State, Status: s.State.Status(), Since: s.Since, Seq: s.Seq,
		Ready: missing == "", Missing: missing, API: newAPI(s.API, proven, now), Next: s.Next,
	}
	if c := s.Challenge; c.ID != 0 {
		body.Challenge = &challengeBody{ID: c.ID, Kind: c.Kind, Asked: c.Asked, Again: c.Again}
		if left := s.CodesLeft(now); c.Kind == fsm.ChallengeCode {
			body.Challenge.AttemptsLeft = &left
		}
	}
	if h := s.Halted; h.Kind != "" {
		body.Halted = &haltedBody{Class: h.Class(), Detail: h.Detail, Advice: h.Class().Advice()}
	}
	body.Daemon, body.Week = newDaemon(s.Facts), newWeek(s.Week, now)
	if missing != "" {
		body.Trouble = newTrouble(s, missing, proven)
	}
	return body
}

// present is the state at this moment.
func (s *Server) present() snapshotBody { return s.body(s.cfg.Journal.Snapshot()) }

// body is a snapshot as clients see it at this moment.
func (s *Server) body(sum fsm.Snapshot) snapshotBody {
	body := newSnapshot(sum, s.cfg.Agent.Proven(), time.Now())
	body.Unknown, body.About, body.Gate = s.cfg.Agent.Unknown(), s.cfg.About, newDoors(s.cfg.Gate)
	return body
}

// State is a snapshot as clients see it at this moment: what GET /status answers, on one line.
func (s *Server) State(sum fsm.Snapshot) []byte { return marshal(s.body(sum)) }
