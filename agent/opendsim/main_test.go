package opendsim_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// simulatorMark makes the test binary be the simulator.
const simulatorMark = "OPENDSIM_TEST"

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

func TestMain(m *testing.M) {
	if os.Getenv(simulatorMark) != "" {
		os.Exit(opendsim.Main(os.Args[1:], os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = []string{
		simulatorMark + "=1",
		"GORACE=atexit_sleep_ms=0", // otherwise the race detector lingers for a second
		"GOCOVERDIR=" + t.TempDir(),
	}
	return cmd
}

// run is a simulator on a terminal of its own. A goroutine reads what it prints and ends with the terminal; the cleanup
// of the test waits for it.
type run struct {
	cmd  *exec.Cmd
	tty  *os.File
	done chan struct{} // is closed at the end of the output
	out  *testbed.Tape
	seen int // lines that an await has passed
}

// start runs args at full speed on a wide terminal, without a guard and without an API, in a folder of its own.
func start(t *testing.T, args ...string) *run {
	t.Helper()
	return startOn(t, 200, append([]string{"-no_monitor=1", "-state=" + t.TempDir()}, args...)...)
}

func startOn(t *testing.T, width uint16, args ...string) *run {
	t.Helper()
	r := &run{
		cmd:  command(t, append([]string{"-pace=0", "-api=none"}, args...)...),
		done: make(chan struct{}),
		out:  testbed.NewTape(),
	}
	var err error
	if r.tty, err = pty.StartWithSize(r.cmd, &pty.Winsize{Rows: 24, Cols: width}); err != nil {
		t.Fatal(err)
	}
	go r.read()
	t.Cleanup(func() {
		if r.cmd.ProcessState == nil {
			syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
			r.cmd.Wait()
		}
		<-r.done
		r.tty.Close()
	})
	return r
}

func (r *run) read() {
	defer close(r.done)
	chunk := make([]byte, 4096)
	for {
		n, err := r.tty.Read(chunk)
		r.out.Write(chunk[:n])
		if err != nil {
			return
		}
	}
}

func (r *run) bytes() (out []byte, news <-chan struct{}) {
	text, news := r.out.Look()
	return []byte(text), news
}

// until waits for the output to be as a test wants it.
func (r *run) until(t *testing.T, what string, ok func(out []byte) bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		out, news := r.bytes()
		if ok(out) {
			return
		}
		select {
		case <-news:
		case <-r.done:
			if out, _ = r.bytes(); ok(out) {
				return
			}
			t.Fatalf("got %q and the end, want %s", lines(out), what)
		case <-deadline:
			t.Fatalf("got %q, want %s", lines(out), what)
		}
	}
}

// await waits for each line in turn, past those that were awaited before.
func (r *run) await(t *testing.T, want ...string) {
	t.Helper()
	for _, line := range want {
		r.until(t, line, func(out []byte) bool {
			for i, got := range lines(out) {
				if i >= r.seen && got == line {
					r.seen = i + 1
					return true
				}
			}
			return false
		})
	}
}

func (r *run) enter(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(r.tty, text+"\r"); err != nil {
		t.Fatal(err)
	}
}

func (r *run) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// exit waits for the end of output and process.
func (r *run) exit(t *testing.T) syscall.WaitStatus {
	t.Helper()
	select {
	case <-r.done:
	case <-time.After(patience):
		out, _ := r.bytes()
		t.Fatalf("still running after %q", lines(out))
	}
	if err := r.cmd.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return r.cmd.ProcessState.Sys().(syscall.WaitStatus)
}

func (r *run) wantExit(t *testing.T, code int) {
	t.Helper()
	if status := r.exit(t); status.ExitStatus() != code {
		t.Errorf("got exit code %d (signal %d), want %d", status.ExitStatus(), status.Signal(), code)
	}
}

func (r *run) stop(t *testing.T) {
	t.Helper()
	r.signal(t, syscall.SIGTERM)
	r.wantExit(t, 0)
}

// lines are what a reader makes of the bytes: without prompts, padding and what is empty.
func lines(out []byte) []string {
	var list []string
	for line := range strings.FieldsFuncSeq(string(out), func(r rune) bool { return r == '\r' || r == '\n' }) {
		for strings.HasPrefix(line, ">>>") {
			line = strings.TrimLeft(line[3:], " ")
		}
		if line = strings.TrimRight(line, " "); line != "" {
			list = append(list, line)
		}
	}
	return list
}

func (r *run) lines() []string {
	out, _ := r.bytes()
	return lines(out)
}
