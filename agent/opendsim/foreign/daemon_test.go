package foreign_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// patience bounds each wait for the daemon or a client; fetching bounds each download.
const (
	patience = 30 * time.Second
	fetching = 90 * time.Second
)

// program is the gateway, whose subcommand simulate is the daemon; its folder ends with the tests.
var program string

func TestMain(m *testing.M) { os.Exit(testbed.WithGateway(m, "../../..", &program)) }

// daemon is a simulated one on a terminal of its own.
type daemon struct {
	api, web string // ports
	tty      *os.File
	out      *testbed.Tape
}

// simulate starts a daemon and ends it with the test. A goroutine reads its terminal until then.
func simulate(t *testing.T, args ...string) *daemon {
	t.Helper()
	d := &daemon{api: testbed.FreePort(t), web: testbed.FreePort(t), out: testbed.NewTape()}
	cmd := exec.Command(program, append([]string{"simulate", "-no_monitor=1", "-pace=1ms", "-lang=en", "-state=" + t.TempDir(),
		"-api_port=" + d.api, "-websocket_port=" + d.web}, args...)...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 200})
	if err != nil {
		t.Fatal(err)
	}
	d.tty = tty
	read := make(chan struct{})
	go func() {
		defer close(read)
		for chunk := make([]byte, 4096); ; {
			n, err := tty.Read(chunk)
			d.out.Write(chunk[:n])
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the daemon ended with %v", err)
		}
		<-read
		tty.Close()
	})
	return d
}

// says waits for a line.
func (d *daemon) says(t *testing.T, line string) {
	t.Helper()
	d.out.Until(t, line)
}

// fetch runs a program that downloads something. Its error is a reason to skip a test.
func fetch(dir, name string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), fetching)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("SKIPPED, it cannot be fetched here: %s %s: %w\n%s", name, strings.Join(args, " "), err, last(out))
	}
	return nil
}

// last is the end of what a program printed.
func last(out []byte) string { return string(out[max(0, len(out)-600):]) }

// run runs a client to its end and returns what it printed.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return string(out)
}

func want(t *testing.T, out string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(out, text) {
			t.Errorf("the client says, without %q:\n%s", text, out)
		}
	}
}
