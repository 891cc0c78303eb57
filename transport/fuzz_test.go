package transport

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// willing does whatever it is told; the frames of version 1 tell it two things only.
type willing struct{ Agent }

func (willing) Proven() time.Time { return time.Time{} }

func (willing) Init(context.Context, bool) (string, error) { return "", nil }
func (willing) SubmitCode(context.Context, string) error   { return nil }

type nowhere struct{}

func (nowhere) Append([]byte) error { return nil }
func (nowhere) Sync() error         { return nil }

// FuzzFrame: whatever a client sends, the answer is nothing or one JSON object that says its type.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{`{"type":"STATUS"}`, `{"type":"VERIFY_CODE","code":"123456"}`, `{"type":`, "\xff", `{"type":"\ud800"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &Server{cfg: Config{Journal: fsm.NewJournal(nowhere{}), Agent: willing{}}}
		answer, _ := s.obey(t.Context(), b)
		if answer == nil {
			return
		}
		var out struct{ Type string }
		if err := json.Unmarshal(answer, &out); err != nil || out.Type != "ERROR" && out.Type != "STATUS" {
			t.Errorf("%q is answered with %q", b, answer)
		}
	})
}
