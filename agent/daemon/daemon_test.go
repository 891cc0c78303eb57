package daemon

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
)

// old and young are what the -help of 10.9 and 10.10 list, as far as it matters.
var (
	old   = Flags{"cfg_file", "no_monitor", "login_account", "login_pwd", "login_pwd_md5", "login_region"}
	young = Flags{"cfg_file", "no_monitor", "login_account", "login_by_remember", "area_code", "login_region"}
)

// program writes a shell script that stands for the daemon.
func program(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "FutuOpenD")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// write puts a file of the daemon into a folder.
func write(t *testing.T, f Folder, name string, text []byte) string {
	t.Helper()
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.file(name), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return f.file(name)
}

func TestTheWayToLogInFitsTheDaemon(t *testing.T) {
	for name, c := range map[string]struct {
		mode  Mode
		flags Flags
		token bool
		want  Mode
		args  string
	}{
		"old":                                {Auto, old, false, Password, "-cfg_file=x -no_monitor=1 -login_region=sh"},
		"new":                                {Auto, young, false, Interactive, "-cfg_file=x -no_monitor=1 -login_region=sh"},
		"new that remembers":                 {Auto, young, true, Remember, "-cfg_file=x -no_monitor=1 -login_region=sh -login_account=13800000000 -login_by_remember=1 -area_code=+86"},
		"not known":                          {Auto, nil, true, Password, "-cfg_file=x -no_monitor=1"},
		"told to ask":                        {Interactive, young, true, Interactive, "-cfg_file=x -no_monitor=1 -login_region=sh"},
		"told to remember":                   {Remember, young, false, Remember, "-cfg_file=x -no_monitor=1 -login_region=sh -login_account=13800000000 -login_by_remember=1 -area_code=+86"},
		"without the guard's flag":           {Password, Flags{"cfg_file"}, false, Password, "-cfg_file=x"},
		"what it remembers is void":          {Auto, young, true, Interactive, "-cfg_file=x -no_monitor=1 -login_region=sh"},
		"told to remember, and that is void": {Remember, young, true, Interactive, "-cfg_file=x -no_monitor=1 -login_region=sh"},
	} {
		folder := Folder{Home: t.TempDir()}
		if c.token {
			write(t, folder, "Broker.dat", []byte("x"))
		}
		config := Config{Mode: c.mode, Flags: c.flags, Folder: folder, Account: "+86 13800000000", Region: "sh", PasswordMD5: "abc", Typed: strings.HasSuffix(name, "void")}
		mode := config.Login()
		if args := strings.Join(config.arguments(mode, "x"), " "); mode != c.want || args != c.args {
			t.Errorf("%s: %s with %s, want %s with %s", name, mode, args, c.want, c.args)
		}
		items, err := config.items(mode)
		if secret := slices.Contains(items, Item{"login_pwd_md5", "abc"}); err != nil || secret != (mode == Password) {
			t.Errorf("%s: the config file has the password: %v, %v", name, secret, err)
		}
	}
	if _, err := (Config{Mode: Password}).items(Password); err == nil || !strings.Contains(err.Error(), "FUTU_LOGIN_PWD") {
		t.Errorf("without a password: %v", err)
	}
}

func TestTheDaemonIsAskedForItsFlagsOnce(t *testing.T) {
	dir := t.TempDir()
	asked := filepath.Join(dir, "asked")
	c := Config{Path: program(t, fmt.Sprintf("echo $@ >> %s; echo ' -cfg_file=PATH  file'; echo '--login_by_remember  1'; exit 3", asked))}
	for range 3 {
		flags, _, err := c.LearnFlags(t.Context(), dir)
		if err != nil || !flags.Has("login_by_remember") || flags.Has("login_pwd") {
			t.Fatalf("got %v and %v", flags, err)
		}
	}
	if text, _ := os.ReadFile(asked); string(text) != "-help\n" {
		t.Errorf("it was run with %q", text)
	}
	// Another binary at the same place is asked anew.
	if err := os.WriteFile(c.Path, []byte("#!/bin/sh\necho -cfg_file -login_pwd_md5\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if flags, asked, err := c.LearnFlags(t.Context(), dir); err != nil || !asked || !flags.Has("login_pwd_md5") {
		t.Errorf("after an update: %v, asked %v, %v", flags, asked, err)
	}
}

func TestAProgramThatHasNoHelpIsNotRunForLong(t *testing.T) {
	for name, text := range map[string]string{
		"hangs": "exec sleep 100", "says nothing": "exit 1", "says something else": "echo hello", "floods": "exec yes -cfg_filex",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		began := time.Now()
		flags, _, err := Config{Path: program(t, text)}.LearnFlags(ctx, t.TempDir())
		cancel()
		if err == nil || flags != nil || time.Since(began) > 5*time.Second {
			t.Errorf("%s: got %v and %v after %v", name, flags, err, time.Since(began))
		}
	}
}

func TestTheDeviceIsTheFingerprintOfItsFile(t *testing.T) {
	f := Folder{Home: t.TempDir()}
	if got, err := f.Device(); got != "" || err != nil {
		t.Errorf("without a file: %q, %v", got, err)
	}
	write(t, f, "Device.dat", []byte("one"))
	one, _ := f.Device()
	write(t, f, "Device.dat", []byte("two"))
	if two, _ := f.Device(); one == "" || one == two || len(one) != 12 {
		t.Errorf("got %q, then %q", one, two)
	}
}

// read reads a process's terminal until it is closed.
func read(p *Process) string {
	var out bytes.Buffer
	buf := make([]byte, 4096)
	for {
		n, err := p.Read(buf)
		out.Write(buf[:n])
		if err != nil {
			return out.String()
		}
	}
}

// bury waits for a process whose output was read, and for what it left.
func bury(t *testing.T, p *Process) (exit agent.Exit, left string) {
	t.Helper()
	exit = p.Wait()
	left, err := p.Close()
	if err != nil {
		t.Error(err)
	}
	return exit, left
}

// config is a daemon that is a shell script.
func config(t *testing.T, text string) Config {
	t.Helper()
	return Config{Path: program(t, text), Mode: Interactive, RunDir: t.TempDir(), Folder: Folder{Home: t.TempDir()}}
}

func TestTheDaemonHasATerminalWithASizeAndABuiltEnvironment(t *testing.T) {
	t.Setenv("FUTU_LOGIN_PWD", "hunter22")
	c := config(t, "tty; stty size; stty -a | grep -o ' .echo '; env; pwd; read x; echo got $x; exit 14")
	p, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("typed\r")); err != nil {
		t.Error(err)
	}
	out := read(p)
	if exit, _ := bury(t, p); exit != (agent.Exit{Code: 14}) {
		t.Errorf("exit %v", exit)
	}
	for _, want := range []string{"/dev/pts/", "50 512", " -echo ", "LANG=C.UTF-8", "HOME=", filepath.Dir(c.Path), "got typed"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
	if strings.Contains(out, "hunter22") {
		t.Error("the environment is inherited")
	}
	if files, _ := os.ReadDir(c.RunDir); len(files) != 0 {
		t.Errorf("%d files are left in the run folder", len(files))
	}
}

func TestOneDaemonUsesAFolderAndNothingOfItIsLeft(t *testing.T) {
	c := config(t, "sleep 1000 & echo $! $$; wait")
	first, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	second := config(t, "exit 0")
	second.Folder = c.Folder
	if _, err := Start(second); err == nil || !strings.Contains(err.Error(), "two on one device") {
		t.Errorf("a second daemon: %v", err)
	}
	if err := c.Folder.Free(); err == nil {
		t.Error("the folder counts as free")
	}
	buf := make([]byte, 100)
	n, _ := first.Read(buf)
	var helper int
	fmt.Sscan(string(buf[:n]), &helper)
	if err := first.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	read(first)
	if exit, _ := bury(t, first); exit.Signal != syscall.SIGKILL {
		t.Errorf("exit %v", exit)
	}
	for deadline := time.Now().Add(10 * time.Second); syscall.Kill(helper, 0) == nil; {
		if stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", helper)); strings.Contains(string(stat), ") Z ") {
			break // dead, and nobody's business any more
		}
		if time.Now().After(deadline) {
			t.Fatal("a helper of the daemon still runs")
		}
	}
	third, err := Start(second)
	if err != nil {
		t.Fatal(err)
	}
	read(third)
	bury(t, third)
}

func TestADaemonThatDoesNotReadIsNotWaitedFor(t *testing.T) {
	p, err := Start(config(t, "stty raw -echo; echo ready; exec sleep 1000"))
	if err != nil {
		t.Fatal(err)
	}
	p.Read(make([]byte, 100))
	line := []byte(strings.Repeat("x", 1000) + "\r")
	began := time.Now()
	var typed error
	for n := 0; typed == nil && n < 10_000; n++ {
		_, typed = p.Write(line)
	}
	if typed == nil || time.Since(began) > 10*time.Second {
		t.Errorf("got %v after %v", typed, time.Since(began))
	}
	p.Signal(syscall.SIGKILL)
	read(p)
	bury(t, p)
}

func TestAProgramThatIsNotThereIsAnErrorAndLeavesNothing(t *testing.T) {
	c := config(t, "")
	c.Path += "-not"
	if _, err := Start(c); err == nil {
		t.Error("it was started")
	}
	if files, _ := os.ReadDir(c.RunDir); len(files) != 0 {
		t.Errorf("%d files are left", len(files))
	}
	if err := c.Folder.Free(); err != nil {
		t.Error(err)
	}
}

func TestADaemonThatCouldNotListenIsNotStarted(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ran := filepath.Join(t.TempDir(), "ran")
	c := Config{Path: program(t, "touch "+ran), RunDir: t.TempDir(), Folder: Folder{Home: t.TempDir()}, API: l.Addr().String()}
	if _, err := Start(c); err == nil || !strings.Contains(err.Error(), "FUTU_PORT") || !strings.Contains(err.Error(), "in use") {
		t.Errorf("got %v, want what to do", err)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the daemon was started")
	}
	l.Close()
	p, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	for buf := make([]byte, 64); err == nil; {
		_, err = p.Read(buf)
	}
	bury(t, p)
}

func TestAFolderThatCannotBeWrittenIsTold(t *testing.T) {
	home := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(home, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (Folder{Home: home}).Check(); err == nil || !strings.Contains(err.Error(), "uid") {
		t.Errorf("got %v", err)
	}
}

func TestARunFolderIsPrivateAndNobodyElses(t *testing.T) {
	parent := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", parent)
	for range 2 { // the second time it takes over what a killed gateway left
		dir, err := RunDir("test")
		info, _ := os.Stat(filepath.Join(parent, "test"))
		if err != nil || dir != filepath.Join(parent, "test") || info.Mode().Perm() != 0o700 {
			t.Fatalf("got %s, %v", dir, err)
		}
	}
	if err := os.Symlink("/etc", filepath.Join(parent, "link")); err != nil {
		t.Fatal(err)
	}
	if dir, err := RunDir("link"); err == nil && strings.HasPrefix(dir, parent) {
		t.Error("a link was followed")
	} else if err == nil {
		os.Remove(dir)
	}
}
