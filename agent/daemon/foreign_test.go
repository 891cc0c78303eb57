package daemon

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

func used(t *testing.T) (Folder, string) {
	t.Helper()
	f := Folder{Home: t.TempDir()}
	dir := filepath.Join(f.Path(), "F3CNN")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return f, dir
}

// The test's own process stands for the stranger, since it is looked at by its number.
func TestWhoWritesTheIdentityIsAStrangerAndWhoReadsItIsNone(t *testing.T) {
	f, dir := used(t)
	file, err := os.Create(filepath.Join(dir, "Device.dat"))
	if err != nil {
		t.Fatal(err)
	}
	if !f.strange(os.Getpid()) {
		t.Error("a program that writes Device.dat is taken for none")
	}
	file.Close()
	if file, err = os.Open(filepath.Join(dir, "Device.dat")); err != nil {
		t.Fatal(err)
	}
	if f.strange(os.Getpid()) {
		t.Error("a program that reads Device.dat, as a backup does, is taken for a daemon")
	}
	file.Close()
	lock, err := f.take()
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if file, err = os.Create(filepath.Join(dir, "Broker.dat")); err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if f.strange(os.Getpid()) {
		t.Error("what holds a gateway's lock is taken for a stranger")
	}
}

// lookAs is set in the environment of this test's own binary when it looks at a folder as another user.
const lookAs = "LOOK_AT_THE_FOLDER_OF"

// lookUp is set in the environment of this test's own binary when it looks for its user.
const lookUp = "LOOK_FOR_THE_USER"

func TestMain(m *testing.M) {
	if home := os.Getenv(lookAs); home != "" {
		fmt.Print(Folder{Home: home}.Usable())
		os.Exit(0)
	}
	if os.Getenv(lookUp) != "" {
		u, err := CurrentUser()
		fmt.Print(u, err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// usableBy is what a user who may not do everything is told of a folder.
func usableBy(t *testing.T, f Folder) string {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{lookAs + "=" + f.Home}
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestAnIdentityThatCannotBeUsedIsToldAsThatWithItsOwner(t *testing.T) {
	home, err := os.MkdirTemp("", "home-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	f := Folder{Home: home}
	dir := f.file("")
	device := f.file("Device.dat")
	for _, step := range []struct {
		does string
		do   func() error
		want []string // in what is told
	}{
		{"a home that others may not enter", func() error { return os.Chmod(home, 0o600) }, []string{home, "entered", "mode 0600"}},
		{"nothing there yet", func() error { return os.Chmod(home, 0o777) }, []string{"<nil>"}},
		{"a folder that may be read only", func() error {
			return errors.Join(os.MkdirAll(dir, 0o777), os.Chmod(f.Path(), 0o777), os.Chmod(dir, 0o555))
		},
			[]string{dir, "mode 0555", "runs as uid"}},
		{"an identity of somebody else", func() error { return errors.Join(os.Chmod(dir, 0o777), os.WriteFile(device, []byte("x"), 0o400)) },
			[]string{device, "cannot be read and written", "belongs to uid", "mode 0400", "runs as uid"}},
		{"an identity that may be used", func() error { return os.Chmod(device, 0o666) }, []string{"<nil>"}},
		{"no file in its place", func() error { return errors.Join(os.Remove(device), os.Mkdir(device, 0o777), os.Chmod(device, 0o777)) },
			[]string{"identity", "no regular file"}},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		got := usableBy(t, f)
		for _, want := range step.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q, want %q in it", step.does, got, want)
			}
		}
	}
}

func TestAProgramWithADaemonsNameThatIsInTheFolderIsAStranger(t *testing.T) {
	f, dir := used(t)
	script := filepath.Join(t.TempDir(), "OpenD")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nread x\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	sleep, err := os.ReadFile("/bin/sleep")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "FutuOpenD")
	if err := os.WriteFile(binary, sleep, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		cmd  *exec.Cmd
		want string
	}{
		"a program":                {exec.Command(binary, "1000"), "FutuOpenD (process "},
		"a script":                 {exec.Command(script), "OpenD (process "},
		"one with another name":    {exec.Command("/bin/sleep", "1000"), ""},
		"one that a gateway began": {exec.Command(binary, "1000"), ""},
	} {
		c.cmd.Dir = dir
		stdin, err := c.cmd.StdinPipe() // a script waits at it
		if err != nil {
			t.Fatal(err)
		}
		defer stdin.Close()
		if name == "one that a gateway began" {
			c.cmd.Env = environment(newMark())
		}
		if err := c.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Between fork and exec it is still named as this test is.
		got := f.Stranger()
		for deadline := time.Now().Add(testbed.Patience); c.want != "" && got == nil && time.Now().Before(deadline); {
			got = f.Stranger()
		}
		if c.want == "" && got != nil || c.want != "" && (got == nil || !strings.Contains(got.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, got, c.want)
		}
		c.cmd.Process.Kill()
		c.cmd.Wait()
	}
}

func TestWhereverADaemonOfThisUserKeepsItsDataIsItsHome(t *testing.T) {
	u, err := CurrentUser()
	if err != nil {
		t.Skip(err)
	}
	if !(Folder{Home: u.HomeDir + "/"}).isHome() || (Folder{Home: t.TempDir()}).isHome() {
		t.Error("the passwd entry's home, and no other folder, is where each daemon of this user keeps its data")
	}
	if !sees(os.Getpid()) {
		t.Error("this program does not see its own files")
	}
}
