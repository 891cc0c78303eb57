package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// leaving writes a daemon that does something of a shell before, or instead of, what the simulator does.
func leaving(t *testing.T, shell string, flags ...string) string {
	t.Helper()
	path := script(t, flags...)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, simulator, ok := strings.Cut(string(text), "exec ")
	if !ok {
		t.Fatalf("no simulator in %s", text)
	}
	text = []byte(before + strings.ReplaceAll(shell, "SIMULATOR", strings.TrimSpace(simulator)) + "\n")
	if err := os.WriteFile(path, text, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhateverADaemonLeavesBehindItsEndIsToldAndHoldsUpNothing(t *testing.T) {
	for name, c := range map[string]struct {
		shell string
		ends  bool // by itself
	}{
		"a child that holds the terminal":   {`(trap '' HUP; exec sleep 1000) & exec SIMULATOR`, false},
		"a child with a session of its own": {`(trap '' HUP TERM; exec setsid sleep 1000) & exec SIMULATOR`, false},
		"a daemon that forks away":          {`(setsid SIMULATOR &); sleep 2; exit 0`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, "FUTU_CMD="+leaving(t, c.shell), "FUTU_SUPERVISE_PROCESS=no")
			t.Cleanup(func() {
				if text, _ := os.ReadFile(filepath.Join(p.data, "journal.jsonl")); t.Failed() {
					t.Logf("what happened:\n%s", text)
				}
			})
			w := p.connect()
			for round := 1; round <= 2; round++ {
				w.want("when it says that it is logged in", connected)
				began := time.Now()
				if !c.ends {
					for _, pid := range p.children() {
						exec.Command("kill", "-9", pid).Run()
					}
				}
				w.want("when it is gone", closed)
				if took := time.Since(began); took > 4*time.Second { // a second, and what the machine has else to do
					t.Errorf("CLOSED came after %v", took)
				}
				if round == 1 {
					if got := p.post("/restart", ""); got != http.StatusAccepted {
						t.Fatalf("RESTART: %d", got)
					}
				}
			}
			if code, took := p.End(syscall.SIGTERM); code != 0 || took > 9*time.Second {
				t.Errorf("exit code %d after %v, want 0 within ten seconds\n%s", code, took, p.Stderr)
			}
			if got := p.kinds(fsm.LeftBehind); got < 1 || got > 2 { // the second may have ended before anybody looked
				t.Errorf("the journal tells %d times what was left behind, want once or twice", got)
			}
			if text, _ := os.ReadFile(filepath.Join(p.data, "journal.jsonl")); strings.Contains(string(text), "start_failed") {
				t.Errorf("a lock that is held kept the next one out:\n%s", text)
			}
		})
	}
}

func TestADaemonThatClosesItsTerminalIsTold(t *testing.T) {
	p := start(t, "FUTU_CMD="+leaving(t, `echo "登录成功"; exec sleep 1000 </dev/null >/dev/null 2>&1`), "FUTU_LANG=chs")
	w := p.connect()
	w.want("when it says that it is logged in", connected)
	p.until(p.Stderr, "closed its terminal")
	w.send(`{"type":"STATUS"}`)
	w.want("before the API had time to answer", `{"type":"STATUS","status":3}`)
	if got := p.post("/restart", ""); got != http.StatusAccepted {
		t.Fatalf("RESTART: %d", got)
	}
	w.want("when it was stopped", closed)
	w.want("when it is back", connected)
	if code, took := p.End(syscall.SIGTERM); code != 0 || took > 9*time.Second {
		t.Errorf("exit code %d after %v, want 0 within ten seconds\n%s", code, took, p.Stderr)
	}
}

func TestADaemonThatClosesItsTerminalBeforeTheLoginIsStopped(t *testing.T) {
	p := start(t, "FUTU_CMD="+leaving(t, `echo "正在登录"; exec sleep 1000 </dev/null >/dev/null 2>&1`))
	w := p.connect()
	w.want("when nobody can answer it", closed)
	p.End(syscall.SIGTERM)
	if p.kinds(fsm.TerminalClosed) != 1 || p.kinds(fsm.Unanswerable) != 1 {
		t.Errorf("the journal does not tell it:\n%s", p.Stderr)
	}
}

func TestWhatAKilledGatewayLeftKeepsNobodyOut(t *testing.T) {
	data, cmd := t.TempDir(), leaving(t, `(trap '' HUP; exec setsid sleep 1000) & exec SIMULATOR`)
	p := start(t, "FUTU_CMD="+cmd, "GATEWAY_DATA="+data)
	p.state(fsm.Connected)
	p.End(syscall.SIGKILL)
	again := start(t, "FUTU_CMD="+cmd, "GATEWAY_DATA="+data)
	again.data = data
	again.state(fsm.Connected)
	again.End(syscall.SIGTERM)
	if got := again.kinds(fsm.StartFailed); got != 0 {
		t.Errorf("%d starts failed\n%s", got, again.Stderr)
	}
}
