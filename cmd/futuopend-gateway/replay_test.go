package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/transcript"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// replaying runs replay on a text from stdin, and returns what it says and its exit code.
func replaying(t *testing.T, text string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"replay"}, args...)...)
	cmd.Env = append(os.Environ(), actVariable+"=1")
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), &out, &said
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), said.String(), cmd.ProcessState.ExitCode()
}

// between stands before each phrase of a recording, so that none depends on the one before it.
const between = "正在登录"

func TestEveryPhraseOfTheDaemonsTableIsUnderstoodByReplay(t *testing.T) {
	phrases := testbed.DaemonTexts(t, "../../agent/console/testdata/strings.tsv")
	for name, form := range map[string]func(p testbed.DaemonText) (line string, want fsm.Kind){
		"alone":          func(p testbed.DaemonText) (string, fsm.Kind) { return p.Line, fsm.Kind(p.Kind) },
		"as a reason":    func(p testbed.DaemonText) (string, fsm.Kind) { return p.Failed + "," + p.Line, fsm.Kind(p.Reason) },
		"full-width":     func(p testbed.DaemonText) (string, fsm.Kind) { return p.Failed + "，" + p.Line, fsm.Kind(p.Reason) },
		"with a comma":   func(p testbed.DaemonText) (string, fsm.Kind) { return p.Line + "," + p.Joined, fsm.Kind(p.Kind) },
		"with a colon":   func(p testbed.DaemonText) (string, fsm.Kind) { return p.Line + ": " + p.Joined, fsm.Kind(p.Kind) },
		"with a blank":   func(p testbed.DaemonText) (string, fsm.Kind) { return p.Line + " " + p.Joined, fsm.Kind(p.Kind) },
		"in other text":  func(p testbed.DaemonText) (string, fsm.Kind) { return "[note] " + p.Line, "" },
		"in a help text": func(p testbed.DaemonText) (string, fsm.Kind) { return "      " + p.Line, "" },
		"in an echo":     func(p testbed.DaemonText) (string, fsm.Kind) { return ">>>help -cmd=" + p.Line, "" },
	} {
		var text strings.Builder
		var said []testbed.DaemonText
		var want []fsm.Kind
		for _, p := range phrases {
			if p.Line == "-" || fsm.Kind(p.Kind) == fsm.LoginFailed && name != "alone" || fsm.Kind(p.Kind) == fsm.QuoteRight && strings.HasPrefix(name, "with ") || fsm.Kind(p.Kind) == "" && strings.HasPrefix(name, "with ") {
				continue // after a failed login comes a reason; a line of rights has its own form; a help text is none of the daemon's news
			}
			line, kind := form(p)
			text.WriteString(between + "\n" + line + "\n")
			said, want = append(said, p), append(want, kind)
		}
		if len(said) < 180 {
			t.Fatalf("%s: %d phrases only", name, len(said))
		}
		out, stderr, code := replaying(t, text.String(), "-json", "-")
		if code != 0 {
			t.Fatalf("%s: exit code %d: %s", name, code, stderr)
		}
		got := make([]fsm.Kind, len(said))
		for dec := json.NewDecoder(strings.NewReader(out)); dec.More(); {
			var s step
			if err := dec.Decode(&s); err != nil {
				t.Fatal(err)
			}
			if s.Kind != "" && s.Line%2 == 0 {
				got[s.Line/2-1] = s.Kind
			}
		}
		for i, p := range said {
			if got[i] != want[i] {
				t.Errorf("%q %s: got %q, want %q", p.Line, name, got[i], want[i])
			}
		}
	}
}

func TestReplaySaysInWhichFormItTookWhatItRead(t *testing.T) {
	for text, want := range map[string]string{
		"正在登录\n登录成功\n": "final state connected; 2 lines, 0 of them unknown; read as terminal bytes\n",
		"futuopend-1  | 2026-11-25T20:01:14.5Z opend | 登录成功\nfutuopend-1  | state:   connected\nx-1          | Login failed\n": "final state connected; 3 lines, 0 of them unknown; read as the gateway's output, with times in front, as of docker logs -t, docker compose logs\n",
	} {
		out, stderr, code := replaying(t, text, "-")
		if code != 0 || !strings.HasSuffix(out, want) {
			t.Errorf("exit code %d: %s%s", code, out, stderr)
		}
	}
	out, stderr, _ := replaying(t, "登录成功\n", "-json", "-")
	if !strings.HasSuffix(out, `{"final":"connected","lines":1,"unknown":0}`+"\n") || stderr != "read as terminal bytes\n" {
		t.Errorf("with -json: %s%s", out, stderr)
	}
}

func TestEachFormOfARecordingHasAWord(t *testing.T) {
	for _, part := range transcript.PartNames() {
		for _, lang := range words.Languages() {
			if words.Text(lang, "form."+words.Slug(part)) == "" {
				t.Errorf("%s.json has no form.%s", lang, words.Slug(part))
			}
		}
	}
}

func TestReplayOfSomethingElseSaysSo(t *testing.T) {
	text, err := os.ReadFile("replay_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"a program": string(text), "a line": "hello\n", "an English text": "The login was successful.\nAs I said.\n"} {
		out, stderr, code := replaying(t, text, "-")
		if code != 1 || !strings.Contains(stderr, "this is no recording of FutuOpenD") {
			t.Errorf("%s: exit code %d: %s%s", name, code, out, stderr)
		}
	}
	if out, stderr, code := replaying(t, "hello\n登录成功\nworld\n", "-"); code != 0 || !strings.Contains(out, "2 of them unknown") {
		t.Errorf("a recording with unknown lines: exit code %d: %s%s", code, out, stderr)
	}
}

func TestReplayOfNothingSaysSo(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.log")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const header = `{"record":1,"version":"dev","began":"2026-08-02T09:00:00Z"}` + "\n"
	for name, c := range map[string]struct {
		text, file string
		code       int
	}{
		"an empty file":                 {"", empty, 1},
		"an empty stdin":                {"", "-", 1},
		"blank lines":                   {"\n  \r\n\n", "-", 1},
		"a prompt":                      {">>>", "-", 1},
		"a gateway without a daemon":    {"opend | \nstate:   idle\n", "-", 1},
		"a record of nothing":           {header, "-", 1},
		"a record of an end":            {header + `{"ms":5,"exit":"exit code 127"}` + "\n", "-", 0},
		"a recording of a typed answer": {">>>input_phone_verify_code -code=******\n", "-", 0},
	} {
		out, stderr, code := replaying(t, c.text, c.file)
		if code != c.code || strings.Contains(stderr, "there is nothing to replay") != (code == 1) {
			t.Errorf("%s: exit code %d: %s%s", name, code, out, stderr)
		}
	}
}

func TestReplayKnowsAJournalAndARecordWhateverTheyAreCalled(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_RECORD=yes")
	p.state(fsm.Connected)
	p.End(syscall.SIGTERM)
	records, _ := filepath.Glob(filepath.Join(p.data, "records", "*.rec"))
	if len(records) != 1 {
		t.Fatalf("got %q, want one record", records)
	}
	timed := regexp.MustCompile(`(?m)^ +\d+  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  logged_in `)
	for file, form := range map[string]string{filepath.Join(p.data, "journal.jsonl"): "read as a journal\n", records[0]: "read as a record\n"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		renamed := filepath.Join(t.TempDir(), "x.txt")
		if err := os.WriteFile(renamed, text, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{file, renamed, "-"} {
			out, stderr, code := replaying(t, string(text), name)
			if code != 0 || !strings.HasSuffix(out, form) || !timed.MatchString(out) {
				t.Errorf("%s: exit code %d: %s%s", name, code, out, stderr)
			}
		}
	}
}
