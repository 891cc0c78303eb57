package opendsim_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

func TestTERMEndsItCleanlyWhateverItIsAt(t *testing.T) {
	for _, c := range []struct{ scenario, last string }{
		{"ok", "必要数据准备完毕"},
		{"sms", "请求手机验证码成功"},
		{"captcha", "需要图形验证码"},
		{"silent", "API启用RSA: 否"},
		{"remember", "请输入账号"},
		{"flood", "登录成功"},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			t.Parallel()
			r := start(t, c.scenario, "-lines=1000000")
			r.await(t, c.last)
			begin := time.Now()
			r.stop(t)
			if took := time.Since(begin); took > 3*time.Second { // generous, for a machine with much else to do
				t.Errorf("took %v, want about none", took)
			}
		})
	}
}

func TestTERMEndsItEvenWhenNobodyReads(t *testing.T) {
	t.Parallel()
	cmd := command(t, "flood", "-pace=0", "-lines=100000000", "-no_monitor=1", "-state="+t.TempDir())
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	defer cmd.Process.Kill()
	var out []byte
	for chunk := make([]byte, 1024); !bytes.Contains(out, []byte("00000001")); {
		n, err := tty.Read(chunk)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, chunk[:n]...)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("got %v, want exit code 0", err)
	}
}

func TestADeafDaemonDoesNotHearTERM(t *testing.T) {
	t.Parallel()
	r := start(t, "ok", "-deaf")
	r.await(t, "必要数据准备完毕")
	r.signal(t, syscall.SIGTERM)
	r.enter(t, "bogus")
	r.await(t, "未知命令")
	r.signal(t, syscall.SIGKILL)
	if got := r.exit(t); got.Signal() != syscall.SIGKILL {
		t.Errorf("got %v, want only KILL to end it", got)
	}
}

func TestTheGuardStartsACrashedDaemonAgainUntilTERM(t *testing.T) {
	t.Parallel()
	r := startOn(t, 120, "crash", "-state="+t.TempDir())
	r.await(t, "登录成功", "  what():  std::bad_alloc", "登录成功", "  what():  std::bad_alloc", "登录成功")
	r.stop(t) // which waits for the terminal to hang up, so no worker is left
}

func TestTheGuardEndsWithARefusedLogin(t *testing.T) {
	t.Parallel()
	r := startOn(t, 120, "wrong-password", "-state="+t.TempDir())
	r.wantExit(t, 14)
	if got := r.lines(); len(slices.DeleteFunc(got, func(s string) bool { return s != "登录失败" })) != 1 {
		t.Errorf("got %q, want one try", r.lines())
	}
}

// pipes starts a simulator without a terminal.
func pipes(t *testing.T, args ...string) (cmd *exec.Cmd, stdin io.WriteCloser, stdout io.ReadCloser) {
	t.Helper()
	cmd = command(t, append([]string{"-no_monitor=1", "-state=" + t.TempDir()}, args...)...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if stdout, err = cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, stdin, stdout
}

func TestWithoutATerminalNothingIsShownUntilItEnds(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	cmd, stdin, stdout := pipes(t, "captcha", "-pace=0", "-state="+state)
	stdin.Close() // does not end it
	awaitFile(t, picturePath(state, ".com.futunn.FutuOpenD"))

	pipe := stdout.(*os.File)
	pipe.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	if n, err := pipe.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %d bytes, %v, want nothing so far", n, err)
	}
	pipe.SetReadDeadline(time.Time{})
	cmd.Process.Signal(syscall.SIGTERM)
	out, _ := io.ReadAll(pipe)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if got := lines(out); !slices.Contains(got, "需要图形验证码") || bytes.Contains(out, []byte(">>>")) {
		t.Errorf("got %q, want every line, as it is", got)
	}
}

// awaitFile waits until there is a file.
func awaitFile(t *testing.T, path string) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(path); err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("no %s", path)
		}
	}
}

func TestWithoutATerminalLinesOfStdinAreCommands(t *testing.T) {
	t.Parallel()
	cmd, stdin, stdout := pipes(t, "silent", "-pace=0")
	io.WriteString(stdin, "bogus\nexit\n")
	out, _ := io.ReadAll(stdout)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if got := lines(out); !slices.Contains(got, "未知命令") {
		t.Errorf("got %q, want an answer", got)
	}
}

func TestACrashLosesWhatWasNotShown(t *testing.T) {
	t.Parallel()
	cmd, _, stdout := pipes(t, "crash", "-pace=0")
	out, _ := io.ReadAll(stdout)
	cmd.Wait()
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGABRT || len(out) > 0 {
		t.Errorf("got %v and %q, want SIGABRT and nothing", status, out)
	}
}
