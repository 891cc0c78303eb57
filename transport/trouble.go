package transport

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// troubleBody is why the account is not ready, in English. Who wants another language goes by class and state.
type troubleBody struct {
	Since  time.Time `json:"since"`            // since when the account is not ready
	Class  fsm.Kind  `json:"class"`            // one of fsm.Grounds
	Reason string    `json:"reason"`           // the latest reason
	Detail string    `json:"detail,omitempty"` // the daemon's words about it
	Advice string    `json:"advice"`           // what a person can do
	Next   string    `json:"next"`             // what happens next by itself
	Told   time.Time `json:"told,omitzero"`    // when a person was told
}

// newTrouble is the trouble of a snapshot that lacks a part. It is nil before the journal's first entry, which nobody is served.
func newTrouble(s fsm.Snapshot, missing fsm.Part, proven time.Time) *troubleBody {
	t := s.Trouble
	if missing == fsm.PartProof {
		t.Since, t.Why = proven.Add(fsm.ProofFor).UTC(), fsm.Event{Kind: fsm.APILost, Part: missing} // the entries do not tell it
	}
	class := t.Why.Class()
	if class == "" {
		return nil
	}
	return &troubleBody{
		Since: t.Since, Class: class, Reason: words.Reason(words.English, class, missing), Detail: t.Why.Detail,
		Advice: words.Advice(words.English, class), Next: words.Next(words.English, s.State, class, s.Next), Told: t.Told,
	}
}
