package transport

import (
	"net/http"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// snapshotBody is the whole state for a client. Members are only ever added.
type snapshotBody struct {
	State     fsm.State      `json:"state"`
	Status    int            `json:"status"`
	Since     time.Time      `json:"since,omitzero"`
	Seq       uint64         `json:"seq"`
	Ready     bool           `json:"ready"`
	Challenge *challengeBody `json:"challenge,omitempty"`
	Halted    *haltedBody    `json:"halted,omitempty"`
	Next      time.Time      `json:"next_start,omitzero"` // when the daemon is started by itself
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

func newSnapshot(s fsm.Snapshot, now time.Time) snapshotBody {
	body := snapshotBody{
		State: s.State, Status: s.State.Status(), Since: s.Since, Seq: s.Seq,
		Ready: s.State == fsm.Connected, Next: s.Next,
	}
	if c := s.Challenge; c.ID != 0 {
		body.Challenge = &challengeBody{ID: c.ID, Kind: c.Kind, Asked: c.Asked, Again: c.Again}
		if left := s.CodesLeft(now); c.Kind == fsm.ChallengeCode {
			body.Challenge.AttemptsLeft = &left
		}
	}
	if h := s.Halted; h.Kind != "" {
		body.Halted = &haltedBody{Class: h.Kind, Detail: h.Detail, Advice: h.Kind.Advice()}
	}
	return body
}

// status tells the whole state.
func (s *Server) status(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(append(marshal(newSnapshot(s.cfg.Journal.Snapshot(), time.Now())), '\n'))
}
