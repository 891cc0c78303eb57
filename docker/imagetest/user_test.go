//go:build image

package imagetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder makes a folder on the host that a container can see, with an owner.
func folder(t *testing.T, uid int, mode os.FileMode) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(dir, mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, uid, uid); err != nil {
		t.Skip("SKIPPED: needs root to give a folder away:", err)
	}
	return dir
}

// ownDaemon is a daemon of the user's own, mounted where the image without one looks for it.
func ownDaemon(t *testing.T, script string) []string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "opend")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"FutuOpenD": script, "scenario": "-scenario=ok -pace=1ms"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"-v", dir + ":/opt/opend:ro"}
}

func TestAnotherUserNeedsAPasswdLineAndNothingElse(t *testing.T) {
	t.Parallel()
	const uid = 4711
	as := []string{"--user", fmt.Sprint(uid, ":", uid)}
	volume := []string{"-v", folder(t, uid, 0o700) + ":/home/futu"}
	c := start(t, fullImage, hardened, account, publish, as, volume)
	c.saysWhatToDo("4711", "passwd")

	passwd := filepath.Join(t.TempDir(), "passwd")
	if err := os.WriteFile(passwd, fmt.Appendf(nil, "futu:x:%d:%d::/home/futu:/usr/sbin/nologin\n", uid, uid), 0o644); err != nil {
		t.Fatal(err)
	}
	c = start(t, fullImage, hardened, account, publish, as, volume, scenario(t, "-scenario=ok"), []string{"-v", passwd + ":/etc/passwd:ro"})
	c.client().want("when logged in", connected)
	c.stop()
}

// saysWhatToDo checks that a container says, in one line with these words, why it does not log in. It may end or stay.
func (c *container) saysWhatToDo(words ...string) {
	c.t.Helper()
	said := ""
	until(c.t, c.name+" to say a line with "+strings.Join(words, ", "), func() bool {
		for line := range strings.Lines(c.logs()) {
			all := true
			for _, w := range words {
				all = all && strings.Contains(strings.ToLower(line), strings.ToLower(w))
			}
			if all {
				said = line
			}
		}
		return said != ""
	})
	c.t.Logf("said: %s", said)
	if strings.Contains(c.logs(), "opend | ") {
		c.t.Errorf("the daemon was started all the same:\n%s", c.logs())
	}
}

func TestAVolumeThatCannotBeUsedIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mount func(t *testing.T) string
		says  []string
	}{
		"root's":         {func(t *testing.T) string { return folder(t, 0, 0o755) + ":/home/futu" }, []string{"/home/futu", "permission denied", "10001"}},
		"read-only":      {func(t *testing.T) string { return newVolume(t) + ":/home/futu:ro" }, []string{"/home/futu", "read-only"}},
		"full":           {fullVolume("/home/futu"), []string{"/home/futu", "no space left"}},
		"root's data":    {func(t *testing.T) string { return folder(t, 0, 0o755) + ":" + dataFolder }, []string{dataFolder, "permission denied", "10001"}},
		"read-only data": {func(t *testing.T) string { return newVolume(t) + ":" + dataFolder + ":ro" }, []string{dataFolder, "read-only"}},
		"full data":      {fullVolume(dataFolder), []string{dataFolder, "no space left"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start(t, fullImage, hardened, account, publish, scenario(t, "-scenario=ok"), []string{"-v", c.mount(t)}).saysWhatToDo(c.says...)
		})
	}
}

const dataFolder = "/home/futu/.com.futunn.FutuOpenD"

// fullVolume mounts a disk of 64 KiB that has no room left.
func fullVolume(at string) func(*testing.T) string {
	return func(t *testing.T) string {
		name := newVolume(t, "type=tmpfs", "device=tmpfs", "o=size=64k,uid=10001,gid=10001,mode=0700")
		// An engine unmounts a volume that nobody uses, and this one would be empty again.
		keeper := newName()
		docker(t, "run", "-d", "--name", keeper, "--label", run, "-v", name+":/full", "--entrypoint", "sh", gatewayImage, "-c",
			"dd if=/dev/zero of=/full/junk bs=4k 2>/dev/null; exec sleep 600")
		t.Cleanup(func() { quiet("rm", "-f", "-v", keeper) })
		until(t, "a disk to be full", func() bool {
			out, _ := tryDocker("exec", keeper, "sh", "-c", "df --output=avail /full | tail -n 1")
			return out == "0"
		})
		return name + ":" + at
	}
}
