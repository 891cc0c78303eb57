package main

import (
	"bytes"
	"context"
	md5sum "crypto/md5"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/ostai/futuopend-gateway/fsm"
)

// The test binary is the gateway, and the simulated daemon, when this variable is set.
const actVariable = "ACT_AS_THE_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(actVariable) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// patience bounds every wait of these tests. It is reached only when something is broken.
const patience = 20 * time.Second

// tape keeps what a process prints, and wakes those who wait for something in it.
type tape struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func newTape() *tape { return &tape{more: make(chan struct{})} }

func (w *tape) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.more)
	w.more = make(chan struct{})
	return w.text.Write(p)
}

func (w *tape) look() (string, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String(), w.more
}

func (w *tape) String() string { s, _ := w.look(); return s }

// process is a gateway that runs.
type process struct {
	t              *testing.T
	cmd            *exec.Cmd
	stdout, stderr *tape
	data, address  string
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

// freePort is a port of the loopback that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// prepare makes a gateway without starting it. env overrides what a test account needs.
func prepare(t *testing.T, args []string, env ...string) *process {
	t.Helper()
	p := &process{t: t, stdout: newTape(), stderr: newTape(), data: t.TempDir()}
	port := freePort(t)
	p.address = "127.0.0.1:" + port
	p.cmd = exec.Command(os.Args[0], args...)
	p.cmd.Env = append([]string{
		actVariable + "=1", "GORACE=atexit_sleep_ms=0", "HOME=" + p.data, "XDG_RUNTIME_DIR=" + t.TempDir(), "PATH=" + os.Getenv("PATH"),
		"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD_MD5=" + testMD5, "FUTU_LANG=en",
		"SERVER_PORT=" + port, "GATEWAY_DATA=" + p.data,
		"FUTU_PORT=" + freePort(t), // simulated daemons open it, and these tests run beside each other
	}, env...)
	for _, e := range p.cmd.Env {
		if daemon, ok := strings.CutPrefix(e, "FUTU_CMD="); ok {
			// The simulated daemon of a script keeps its data beside the script.
			p.cmd.Env = append(p.cmd.Env, "FUTU_DATA="+filepath.Dir(daemon))
		}
	}
	p.cmd.Stdout, p.cmd.Stderr = p.stdout, p.stderr
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
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.cmd.Process.Kill()
			p.cmd.Wait()
		}
	})
	p.until(p.stderr, "listening")
}

// until waits for a text in what the gateway prints.
func (p *process) until(w *tape, text string) {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		got, more := w.look()
		if strings.Contains(got, text) {
			return
		}
		select {
		case <-more:
		case <-deadline:
			p.t.Fatalf("no %q within %v\nstdout:\n%s\nstderr:\n%s", text, patience, p.stdout, p.stderr)
		}
	}
}

// state waits for an entry of the gateway's own log that says so.
func (p *process) state(s fsm.State) { p.t.Helper(); p.until(p.stderr, `"to": "`+string(s)+`"`) }

// end sends a signal and returns the exit code, and how long it took.
func (p *process) end(s syscall.Signal) (code int, took time.Duration) {
	p.t.Helper()
	began := time.Now()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
	return p.wait(), time.Since(began)
}

func (p *process) wait() int {
	p.t.Helper()
	timer := time.AfterFunc(patience, func() { p.cmd.Process.Kill() })
	defer timer.Stop()
	p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

// children are the processes that the gateway started.
func (p *process) children() []string {
	p.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	var out []string
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", p.cmd.Process.Pid))
	for _, path := range tasks {
		text, _ = os.ReadFile(path)
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

// wire is a WebSocket to the gateway.
type wire struct {
	t    *testing.T
	conn *websocket.Conn
}

func (p *process) connect() wire { p.t.Helper(); return p.connectWith(nil) }

func (p *process) connectWith(header http.Header) wire {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws://"+p.address+"/", &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		p.t.Fatalf("%v\n%s", err, p.stderr)
	}
	p.t.Cleanup(func() { conn.CloseNow() })
	return wire{p.t, conn}
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
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	_, b, err := c.conn.Read(ctx)
	return string(b), err
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
