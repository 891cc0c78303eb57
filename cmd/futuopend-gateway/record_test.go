package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
)

// replayed runs replay -json on a file and returns its steps.
func replayed(t *testing.T, file string) (steps []step) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "replay", "-json", file)
	cmd.Env = append(os.Environ(), actVariable+"=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var s step
		if err := dec.Decode(&s); err != nil {
			t.Fatal(err)
		}
		if s.Kind != "" {
			steps = append(steps, s)
		}
	}
	return steps
}

func TestARecordedLoginIsReplayedAsItWas(t *testing.T) {
	const wrong = "271828"
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "FUTU_RECORD=yes")
	c := p.connect()
	c.want("when a code is wanted", requestCode)
	p.happened(fsm.CodeSent, 0) // a record has what is typed where it was typed, and the journal where it was heard
	c.send(submit(wrong))
	c.want("after a wrong code", requestCode)
	p.happened(fsm.CodeStillWanted, 0)
	c.send(submit(opendsim.Code))
	c.want("after the right code", connected)
	p.happened(fsm.DataReady, 0)
	p.End(syscall.SIGTERM)

	records, _ := filepath.Glob(filepath.Join(p.data, "records", "*.rec"))
	if len(records) != 1 {
		t.Fatalf("got %q, want one record", records)
	}
	text, err := os.ReadFile(records[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{wrong, opendsim.Code, testMD5} {
		if bytes.Contains(text, []byte(secret)) || bytes.Contains(text, []byte("-code="+secret[:1])) {
			t.Errorf("%s, or its beginning, is in the record", secret)
		}
	}

	var got, want []string
	steps := replayed(t, records[0])
	for _, s := range steps {
		got = append(got, strings.Join([]string{string(s.Kind), string(s.From), string(s.To)}, " "))
	}
	for _, e := range p.entries() {
		// The journal has more: what the gateway did, and what the API told.
		if slices.ContainsFunc(steps, func(s step) bool { return s.Kind == e.Kind }) {
			want = append(want, strings.Join([]string{string(e.Kind), string(e.From), string(e.To)}, " "))
		}
	}
	// The daemon was stopped by the gateway, which a record does not know.
	if n := len(want) - 1; len(got) != len(want) || !slices.Equal(got[:n], want[:n]) {
		t.Errorf("replayed %q\nand it was %q", got, want)
	}
}

func TestNothingIsRecordedUnlessItIsAskedFor(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"))
	p.happened(fsm.DataReady, 0)
	p.End(syscall.SIGTERM)
	if _, err := os.Stat(filepath.Join(p.data, "records")); !os.IsNotExist(err) {
		t.Errorf("got %v, want no folder", err)
	}
}
