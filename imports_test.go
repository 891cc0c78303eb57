// Package gateway_test holds the rules of who may import whom.
package gateway_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ostai/futuopend-gateway"

// only says who alone may import a package, or one below it, and why.
var only = []struct {
	imported string
	by       []string
	why      string
}{
	{"github.com/looplab/fsm", []string{"fsm"}, "the table is one file, and everybody else sees a Machine"},
	{"github.com/coder/websocket", []string{"transport", "transport/client", "transport/client/examples/v1", "cmd/futuopend-gateway/bench", "cmd/futuopend-gateway/bench/bare", "agent/opendsim"}, "the wire is one room; an example shows a client without our package; the simulated daemon has a WebSocket of its own, which is not our wire; the bench compares with a program that does without our rooms"},
	{"github.com/creack/pty", []string{"agent/daemon", "cmd/futuopend-gateway/bench", "cmd/futuopend-gateway/bench/bare"}, "how the daemon is run is one room; the bench compares with a program that does without our rooms"},
	{"github.com/caarlos0/env/v11", []string{"cmd/futuopend-gateway"}, "configuration belongs to the command; rooms get plain values"},
	{"github.com/nicholas-fedor/shoutrrr", []string{"transport/notify"}, "its errors tell secrets, and its sends may hang or panic; one room sees to that"},
	{"github.com/ostai/futuopend-gateway/agent/daemon", []string{"cmd/futuopend-gateway"}, "the loop is tested with a fake process, so it knows no real one"},
	{"github.com/ostai/futuopend-gateway/agent/openapi", []string{"cmd/futuopend-gateway", "agent/opendsim", "cmd/futuopend-gateway/bench"}, "the loop is told of the API as of anything else; the simulated daemon speaks the same protocol from the other end, and the bench from both"},
	{module + "/testdata", nil, "it is for tests alone"},
	{"google.golang.org/protobuf", []string{"agent/openapi", "agent/opendsim"}, "the daemon's protocol is one room, written by hand; the first message of its WebSocket is known to the simulated daemon only"},
}

// never says who may not import whom, and why. A room stands for everything below it.
var never = []struct{ room, imported, why string }{
	{"fsm", module + "/agent", "fsm is the pure middle: it imports nothing of ours"},
	{"fsm", module + "/transport", "fsm is the pure middle: it imports nothing of ours"},
	{"fsm", module + "/cmd", "fsm is the pure middle: it imports nothing of ours"},
	{"fsm", "os/exec", "fsm runs no process"},
	{"agent", module + "/transport", "agent and transport meet in cmd"},
	{"agent", module + "/cmd", "imports point inward"},
	{"agent", module + "/agent/opendsim", "the simulated daemon knows what the real one says on its own; who reads that must not be able to ask it"},
	{"agent/console", "os", "the console is pure: bytes in, events out"},
	{"transport", module + "/agent", "agent and transport meet in cmd"},
	{"transport/notify", module + "/transport/page", "both say their sentences from transport/words"},
	{"transport", module + "/cmd", "imports point inward"},
	{"transport/inbox", module + "/transport/page", "an inbox is a door without a page; it answers in sentences of transport/words"},
}

// packages maps each of our packages to what it imports, without its tests.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimPrefix(p.ImportPath, module+"/")] = p.Imports
	}
	if len(found) < 8 {
		t.Fatalf("found %d packages only", len(found))
	}
	return found
}

func TestImportsPointInward(t *testing.T) {
	for room, imports := range packages(t) {
		for _, rule := range only {
			below := func(i string) bool { return i == rule.imported || strings.HasPrefix(i, rule.imported+"/") }
			if slices.ContainsFunc(imports, below) && !slices.Contains(rule.by, room) && room != strings.TrimPrefix(rule.imported, module+"/") {
				t.Errorf("%s imports %s: %s", room, rule.imported, rule.why)
			}
		}
		for _, rule := range never {
			if room != rule.room && !strings.HasPrefix(room, rule.room+"/") || under(room, rule.imported) {
				continue
			}
			for _, i := range imports {
				if i == rule.imported || strings.HasPrefix(rule.imported, module) && strings.HasPrefix(i, rule.imported+"/") {
					t.Errorf("%s imports %s: %s", room, i, rule.why)
				}
			}
		}
	}
}

// under reports whether a room is what is imported, or below it: a room may know itself.
func under(room, imported string) bool {
	return strings.HasPrefix(module+"/"+room+"/", imported+"/")
}

func TestOneFileImportsLooplab(t *testing.T) {
	out, err := exec.Command("git", "grep", "-l", "--untracked", `"github.com/looplab/fsm"`, "--", "*.go", ":!imports_test.go").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != "fsm/table.go" {
		t.Errorf("looplab is imported by %s, want fsm/table.go alone", got)
	}
}

func TestTheConsoleAsksNoClock(t *testing.T) {
	out, err := exec.Command("git", "grep", "-nE", `time\.(Now|Since|Until|After|AfterFunc|Sleep|Tick|NewTimer|NewTicker)\(`, "--", "agent/console/*.go").Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 { // 1: nothing was found
		t.Errorf("when something was printed is handed to the console, so that a recording means the same again: %s %v", out, err)
	}
}
