package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

// identity makes the daemon's data folder beside a daemon, and returns the folder of its identity.
func identity(t *testing.T, daemon string) string {
	t.Helper()
	dir := filepath.Join(filepath.Dir(daemon), ".com.futunn.FutuOpenD", "F3CNN")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAnIdentityThatCannotBeReadIsToldAndNoLoginIsTried(t *testing.T) {
	cmd := script(t, "-scenario=ok")
	if err := os.Mkdir(filepath.Join(identity(t, cmd), "Device.dat"), 0o700); err != nil { // not even the superuser can read it
		t.Fatal(err)
	}
	p := prepare(t, nil, "FUTU_CMD="+cmd)
	if out, code := p.command("", "check"); code != 1 || !strings.Contains(out, "Device.dat is no regular file") || strings.Contains(out, "there is no Device.dat") {
		t.Errorf("check: exit code %d:\n%s", code, out)
	}
	if out, code := p.command("", "serve"); code != 1 || !strings.Contains(out, "Device.dat is no regular file") {
		t.Errorf("serve: exit code %d:\n%s", code, out)
	}
}

func TestNoLoginIsTriedBesideADaemonThatNoGatewayStarted(t *testing.T) {
	sleep, err := os.ReadFile("/bin/sleep")
	if err != nil {
		t.Fatal(err)
	}
	cmd := script(t, "-scenario=ok")
	stranger := filepath.Join(t.TempDir(), "FutuOpenD")
	if err := os.WriteFile(stranger, sleep, 0o755); err != nil {
		t.Fatal(err)
	}
	device := filepath.Join(identity(t, cmd), "Device.dat")
	if err := os.WriteFile(device, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	reader := exec.Command("tail", "-f", device) // as a backup would
	other := exec.Command(stranger, "1000")
	other.Dir = filepath.Dir(device)
	for _, c := range []*exec.Cmd{reader, other} {
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		defer c.Wait()
		defer c.Process.Kill()
	}
	p := prepare(t, nil, "FUTU_CMD="+cmd)
	if out, code := p.command("", "check"); code != 1 || !strings.Contains(out, "FutuOpenD (process ") || strings.Contains(out, "tail") {
		t.Errorf("check: exit code %d:\n%s", code, out)
	}
	p.start()
	p.until(p.Stderr, "was not started by a gateway")
	p.End(syscall.SIGTERM)
	if p.kinds(fsm.StartFailed) != 1 || p.kinds(fsm.Started) != 0 {
		t.Errorf("a login was tried:\n%s", p.Stderr)
	}
	other.Process.Kill()
	other.Wait()
	if out, code := p.command("", "check"); code != 0 {
		t.Errorf("check without it: exit code %d:\n%s", code, out)
	}
}
