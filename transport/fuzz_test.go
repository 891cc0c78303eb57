package transport

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// willing does whatever it is told.
type willing struct{ Agent }

func (willing) Proven() time.Time                                   { return time.Time{} }
func (willing) Unknown() []fsm.Unknown                              { return nil }
func (willing) Init(context.Context, bool) (string, error)          { return "", nil }
func (willing) Restart(context.Context, bool) (string, error)       { return "", nil }
func (willing) Stop(context.Context) error                          { return nil }
func (willing) SubmitCode(context.Context, string, fsm.By) error    { return nil }
func (willing) SubmitCaptcha(context.Context, string, fsm.By) error { return nil }
func (willing) ResendCode(context.Context) error                    { return nil }
func (willing) NewCaptcha(context.Context) error                    { return nil }
func (willing) Lines(context.Context) ([]string, error)             { return nil, nil }

type nowhere struct{}

func (nowhere) Append([]byte) error { return nil }
func (nowhere) Sync() error         { return nil }

// knownAs fails if an answer is not one JSON object of one of the types.
func knownAs(t *testing.T, frame, answer []byte, types ...string) {
	t.Helper()
	var out struct{ Type string }
	if err := json.Unmarshal(answer, &out); err != nil || !slices.Contains(types, out.Type) {
		t.Errorf("%q is answered with %q", frame, answer)
	}
}

// FuzzFrame: whatever a client sends, the answer is nothing or one JSON object that says its type.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{`{"type":"STATUS"}`, `{"type":"VERIFY_CODE","code":"123456"}`, `{"type":`, "\xff", `{"type":"\ud800"}`, `{"type":"SUBSCRIBE","after":0}`, `{"type":"RESTART","id":[1]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &Server{cfg: Config{Journal: fsm.NewJournal(nowhere{}), Agent: willing{}}, turns: newTurns()}
		c := &stream{server: s, visitor: s.newVisitor(nil)}
		ctx := visited(context.WithValue(t.Context(), passKey{}, pass{right: commanding}), c.visitor)
		answer, _ := version1{c}.obey(ctx, b)
		if answer != nil {
			knownAs(t, b, answer, "ERROR", "STATUS")
		}
		answer, _ = newVersion2(c).obey(ctx, b)
		knownAs(t, b, answer, "ERROR", "STATUS", "ACK", "LINES")
	})
}
