package main

import (
	"bytes"
	"context"
	md5sum "crypto/md5"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// The test binary is the gateway, and the simulated daemon, when this variable is set.
const actVariable = "ACT_AS_THE_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(actVariable) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// patience bounds every wait of these tests.
const patience = testbed.Patience

// process is a gateway that runs.
type process struct {
	*testbed.Program
	t             *testing.T
	data, address string
	boots         int // that the journal had when this run began
}

// script writes a daemon: this binary's simulator with the given flags.
func script(t *testing.T, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "FutuOpenD")
	text := fmt.Sprintf("#!/bin/sh\nexport %s=1 GORACE=atexit_sleep_ms=0\nexec %q simulate -pace=0 -state=%q %s \"$@\"\n",
		actVariable, os.Args[0], dir, strings.Join(flags, " "))
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// prepare makes a gateway without starting it. env overrides what a test account needs.
func prepare(t *testing.T, args []string, env ...string) *process {
	t.Helper()
	p := &process{t: t, data: t.TempDir()}
	port, api := testbed.FreePort(t), testbed.FreePort(t)
	for api == port { // nothing holds the first
		api = testbed.FreePort(t)
	}
	p.address = "127.0.0.1:" + port
	p.Program = testbed.NewProgram(t, os.Args[0], args, append([]string{
		actVariable + "=1", "GORACE=atexit_sleep_ms=0", "HOME=" + p.data, "XDG_RUNTIME_DIR=" + t.TempDir(), "PATH=" + os.Getenv("PATH"),
		"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD_MD5=" + testMD5, "FUTU_LANG=en",
		"SERVER_PORT=" + port, "GATEWAY_DATA=" + p.data,
		"FUTU_PORT=" + api, // simulated daemons open it, and these tests run beside each other
	}, env...))
	for _, e := range p.Cmd.Env {
		if daemon, ok := strings.CutPrefix(e, "FUTU_CMD="); ok && daemon != standardProgram {
			// The simulated daemon of a script keeps its data beside the script.
			p.Cmd.Env = append(p.Cmd.Env, "FUTU_DATA="+filepath.Dir(daemon))
		}
	}
	return p
}

const testMD5 = "f00dfacef00dfacef00dfacef00dface"

// start starts a gateway and waits until it listens.
func start(t *testing.T, env ...string) *process {
	t.Helper()
	p := prepare(t, nil, env...)
	p.start()
	return p
}

func (p *process) start() {
	p.t.Helper()
	_, p.boots = p.latest()
	p.Start()
	p.until(p.Stderr, p.address) // in whatever language
}

// until waits for a text in what the gateway prints.
func (p *process) until(w *testbed.Tape, text string) {
	p.t.Helper()
	w.Until(p.t, text, p.Stdout, p.Stderr)
}

// state waits until the journal of this run has an entry that leads to a state. It needs no token.
func (p *process) state(s fsm.State) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) { // nobody tells of what is written to a file
		for _, e := range p.run() {
			if e.To == s && e.From != s {
				return
			}
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("it is not %s within %v\n%s", s, patience, p.Stderr)
		}
	}
}

// run is what the journal has of this run of the gateway, as far as it is written; an earlier one on the same folder is none of it.
// A journal that was begun anew in the middle has no boot.
func (p *process) run() []fsm.Entry {
	if out, boots := p.latest(); boots > p.boots || p.boots == 0 {
		return out
	}
	return nil
}

// latest is what the journal has of the latest run, and of how many it has the boot.
func (p *process) latest() (out []fsm.Entry, boots int) {
	data := p.data
	for _, e := range p.Cmd.Env { // the last one counts
		if folder, ok := strings.CutPrefix(e, "GATEWAY_DATA="); ok {
			data = folder
		}
	}
	text, _ := os.ReadFile(filepath.Join(data, "journal.jsonl")) // there is none at first
	_, _ = fsm.ReadJournal(bytes.NewReader(text), func(e fsm.Entry) error {
		if e.Kind == fsm.Boot {
			out, boots = nil, boots+1
		}
		out = append(out, e)
		return nil
	})
	return out, boots
}

// children are the processes that the gateway started.
func (p *process) children() []string {
	p.t.Helper()
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", p.Cmd.Process.Pid))
	if len(tasks) == 0 {
		p.t.Fatal("the gateway has no thread: it is gone")
	}
	var out []string
	for _, path := range tasks {
		text, _ := os.ReadFile(path) // a thread that ended meanwhile has none
		out = append(out, strings.Fields(string(text))...)
	}
	return out
}

// gone waits until a process has ended.
func gone(t *testing.T, pid string) {
	t.Helper()
	var n int
	fmt.Sscan(pid, &n)
	for deadline := time.Now().Add(patience); syscall.Kill(n, 0) == nil; {
		if state, _ := os.ReadFile("/proc/" + pid + "/stat"); strings.Contains(string(state), ") Z ") {
			return // dead; its new parent has yet to notice
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %s still runs", pid)
		}
		time.Sleep(time.Millisecond) // the kernel offers nothing to wait on for somebody else's child
	}
}

// wire is a WebSocket to the gateway. It reads all the time, as clients do: one that does not is waited for when the
// gateway says goodbye. What came waits for the test.
type wire struct {
	t    *testing.T
	conn *websocket.Conn
	came <-chan string // is closed at the end; why is set before
	why  *error
}

func (p *process) connect() wire { p.t.Helper(); return p.connectWith(nil) }

func (p *process) connectWith(header http.Header, protocols ...string) wire {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws://"+p.address+"/", &websocket.DialOptions{HTTPHeader: header, Subprotocols: protocols})
	if err != nil {
		p.t.Fatalf("%v\n%s", err, p.Stderr)
	}
	came := make(chan string, 1000) // more than any test is sent
	c := wire{p.t, conn, came, new(error)}
	go c.listen(came)
	p.t.Cleanup(func() {
		conn.CloseNow()
		for range came {
		}
	})
	return c
}

// listen reads until the connection ends; connectWith's cleanup waits for it.
func (c wire) listen(came chan<- string) {
	defer close(came)
	for {
		_, b, err := c.conn.Read(context.Background())
		if err != nil {
			*c.why = err
			return
		}
		came <- string(b)
	}
}

func (c wire) send(frame string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	if err := c.conn.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
		c.t.Fatal(err)
	}
}

func (c wire) read() (string, error) {
	select {
	case frame, ok := <-c.came:
		if !ok {
			return "", *c.why
		}
		return frame, nil
	case <-time.After(patience):
		return "", fmt.Errorf("no frame within %v", patience)
	}
}

func (c wire) want(why, frame string) {
	c.t.Helper()
	if got, err := c.read(); err != nil || got != frame {
		c.t.Fatalf("%s: got %s and %v, want %s", why, got, err, frame)
	}
}

// entries reads the journal that the gateway left.
func (p *process) entries() (out []fsm.Entry) {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.data, "journal.jsonl"))
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := fsm.ReadJournal(bytes.NewReader(text), func(e fsm.Entry) error { out = append(out, e); return nil }); err != nil {
		p.t.Fatal(err)
	}
	return out
}

// kinds counts the entries of one kind.
func (p *process) kinds(k fsm.Kind) (n int) {
	p.t.Helper()
	for _, e := range p.entries() {
		if e.Kind == k {
			n++
		}
	}
	return n
}

// md5Of is what an old daemon's config file has of a password.
func md5Of(password string) [16]byte { return md5sum.Sum([]byte(password)) }
