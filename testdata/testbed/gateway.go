package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// Gateway builds the gateway of the repository at root into a folder of its own, for tests that start what a user starts. The
// caller removes the folder when they are over.
func Gateway(root string) (program string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "gateway-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	program = filepath.Join(dir, "futuopend-gateway")
	build := exec.Command("go", "build", "-o", program, "./cmd/futuopend-gateway")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("build the gateway: %w\n%s", err, out)
	}
	return program, remove, nil
}

// WithGateway runs the tests with program set to a gateway that was built for them, and returns the code to exit with.
func WithGateway(m *testing.M, root string, program *string) int {
	path, remove, err := Gateway(root)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer remove()
	*program = path
	return m.Run()
}

// AsUser is this test's own program, to be run as a user who may not do everything. A test that is not root's is skipped.
func AsUser(t testing.TB, uid uint32, args, env []string) *exec.Cmd {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: needs root to be another user")
	}
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Env = env
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	return cmd
}

// PassableFolder is a folder that every user can pass through, which those of t.TempDir are not. It ends with the test.
func PassableFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "open-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
