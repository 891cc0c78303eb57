package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/fsm/journalfile"
)

// spoil changes the journal of a gateway that has ended.
func (p *process) spoil(change func([]byte) []byte) {
	p.t.Helper()
	path := filepath.Join(p.data, "journal.jsonl")
	text, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, change(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// halted is the latest entry that halted it.
func (p *process) halted() (latest fsm.Entry) {
	p.t.Helper()
	if _, err := journalfile.Read(p.data, func(e fsm.Entry) {
		if e.Changed() && e.To == fsm.Halted {
			latest = e
		}
	}); err != nil {
		p.t.Fatal(err)
	}
	return latest
}

// One byte was enough for a password that the broker had refused to be tried again.
func TestADamagedJournalLogsNobodyIn(t *testing.T) {
	cmd := script(t, "-scenario=wrong-password")
	first := start(t, "FUTU_CMD="+cmd)
	first.state(fsm.Halted)
	first.End(syscall.SIGTERM)
	whole, err := os.ReadFile(filepath.Join(first.data, "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	refused := bytes.Index(whole, []byte(`"kind":"password_wrong"`))
	for name, c := range map[string]struct {
		at    int
		kind  fsm.Kind // what halts it then
		names string   // the line that the log names
	}{
		"the first byte of the file": {0, fsm.PasswordWrong, "line 1 "},
		"the refusal's kind":         {refused + len(`"kind":"pass`), fsm.JournalDamaged, "line "},
	} {
		first.spoil(func([]byte) []byte {
			text := bytes.Clone(whole)
			text[c.at] ^= 4
			return text
		})
		for run, told := range []int{1, 0} {
			p := start(t, "FUTU_CMD="+cmd, "GATEWAY_DATA="+first.data)
			p.state(fsm.Halted)
			p.End(syscall.SIGTERM)
			if e := first.halted(); e.Class() != c.kind {
				t.Errorf("%s, start %d: it is halted by %s", name, run+1, e.Class())
			}
			log := p.Stderr.String()
			if got := strings.Count(log, "journal.jsonl: "+c.names); got < told || told == 0 && strings.Contains(log, "cannot be read") {
				t.Errorf("%s, start %d: the damage was told %d times:\n%s", name, run+1, got, log)
			}
		}
	}
}

func TestReplayOfATornJournalPrintsTheRest(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"))
	p.state(fsm.Connected)
	p.End(syscall.SIGTERM)
	for name, spoil := range map[string]func([]byte) []byte{
		"torn":            func(b []byte) []byte { return b[:len(b)-30] },
		"NULs to the end": func(b []byte) []byte { return append(b, make([]byte, 100_000)...) },
	} {
		p.spoil(spoil)
		out, stderr, code := replaying(t, "", filepath.Join(p.data, "journal.jsonl"))
		if code != 0 || !strings.Contains(out, "logged_in") || !strings.Contains(out, "final state closed") || !strings.Contains(stderr, "torn") {
			t.Errorf("%s: exit code %d: %s%s", name, code, out, stderr)
		}
	}
}

// What was written into a folder that is gone was found by nobody: a code was typed, and forgotten.
func TestNothingIsTypedIntoAFolderThatIsGone(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "GATEWAY_DATA="+data)
	p.data = data
	c := p.connect()
	c.want("when a code is wanted", requestCode)
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	c.send(submit("314159"))
	for refused := ""; !strings.Contains(refused, "journal_unwritable") || !strings.Contains(refused, "was removed"); {
		var err error
		if refused, err = c.read(); err != nil || strings.Contains(refused, "CONNECTED") {
			t.Fatalf("a code is answered with %s, %v", refused, err)
		}
	}
	p.until(p.Stderr, "journal.jsonl was removed")
	c.send(submit("314159"))
	p.state(fsm.Connected)
	p.End(syscall.SIGKILL)
	for _, kind := range []fsm.Kind{fsm.Start, fsm.CodeTyped} {
		found := false
		if err := journalfile.Latest(data, func(e fsm.Entry) { found = found || e.Kind == kind }); err != nil || !found {
			t.Errorf("%s is forgotten, %v", kind, err)
		}
	}
}
