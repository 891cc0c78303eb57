// Package answers tells the clients in other languages, which read the journal too, what each entry says of an answer. It is
// for tests alone.
package answers

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// kinds are all of them: each has a sentence for people.
func kinds(t *testing.T) (out []fsm.Kind) {
	t.Helper()
	for _, key := range words.Keys(words.English) {
		if kind, ok := strings.CutPrefix(key, "event."); ok {
			out = append(out, fsm.Kind(kind))
		}
	}
	if len(out) < 50 {
		t.Fatalf("%d kinds have a sentence", len(out))
	}
	return out
}

// Results is a file with a line for each entry that can be: what it says of an answer. It lasts as long as the test.
func Results(t *testing.T) (path string) {
	t.Helper()
	type row struct {
		Seq    int               `json:"seq"`
		Kind   fsm.Kind          `json:"kind"`
		From   fsm.State         `json:"from"`
		To     fsm.State         `json:"to"`
		Asked  fsm.ChallengeKind `json:"asked"`
		Result fsm.Result        `json:"result,omitempty"`
	}
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	for _, asked := range []fsm.ChallengeKind{fsm.ChallengeCode, fsm.ChallengeCaptcha} {
		for _, kind := range kinds(t) {
			for _, from := range fsm.States() {
				for _, to := range fsm.States() {
					e := fsm.Entry{Seq: 2, From: from, To: to, Event: fsm.Event{Kind: kind}}
					r, _ := e.Result(fsm.Challenge{ID: 1, Kind: asked})
					if err := enc.Encode(row{2, kind, from, to, asked, r}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	path = filepath.Join(t.TempDir(), "results.jsonl")
	if err := os.WriteFile(path, lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
