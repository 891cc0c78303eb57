package daemon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// A directory service has users that are in no file; the C library's own tool asks it.
func TestAUserThatOnlyTheCLibraryKnowsIsAUser(t *testing.T) {
	bin := testbed.PassableFolder(t)
	asks := func() string {
		cmd := testbed.AsUser(t, 54321, nil, []string{lookUp + "=1", "PATH=" + bin + ":/bin"})
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	answer := func(text string) {
		if err := os.WriteFile(filepath.Join(bin, "getent"), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	answer("exit 2")
	if got := asks(); !strings.Contains(got, "PUID=54321") || !strings.Contains(got, "/etc/passwd") {
		t.Errorf("a user that nobody knows is told %q", got)
	}
	answer(`[ "$1 $2" = "passwd 54321" ] && echo 'ldap:x:54321:54321:A Person:/srv/ldap:/bin/sh'`)
	if got := asks(); !strings.Contains(got, "ldap") || !strings.Contains(got, "/srv/ldap") || strings.Contains(got, "crashes") {
		t.Errorf("a user of a directory service is %q", got)
	}
	answer("echo nonsense")
	if got := asks(); !strings.Contains(got, "/etc/passwd") {
		t.Errorf("nonsense makes the user %q", got)
	}
}

// nss_wrapper shows the daemon a line that is in no file which Go reads.
func TestAUserIsTheOneThatNssWrapperShowsTheDaemon(t *testing.T) {
	const nobody = 65534 // whom each system has in its file
	bin := testbed.PassableFolder(t)
	if err := os.WriteFile(filepath.Join(bin, "getent"), []byte("#!/bin/sh\necho nobody:x:65534:65534::/home/futu:/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, wrapped := range []bool{false, true} {
		env := []string{lookUp + "=1", "PATH=" + bin + ":/bin"}
		if wrapped {
			env = append(env, "NSS_WRAPPER_PASSWD=/run/passwd")
		}
		out, err := testbed.AsUser(t, nobody, nil, env).CombinedOutput()
		if err != nil || strings.Contains(string(out), "/home/futu") != wrapped {
			t.Errorf("nss_wrapper %v: the user is %q, %v", wrapped, out, err)
		}
	}
}

func TestAProgramThatIsALinkRunsInItsOwnFolder(t *testing.T) {
	c := config(t, "pwd; exit 0")
	real := filepath.Dir(c.Path)
	link := filepath.Join(t.TempDir(), "FutuOpenD")
	if err := os.Symlink(c.Path, link); err != nil {
		t.Fatal(err)
	}
	c.Path = link
	p, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	out := read(p)
	bury(t, p)
	if !strings.Contains(out, real) {
		t.Errorf("it runs in %q, want %s", out, real)
	}
}

func TestMountsForDataAreFound(t *testing.T) {
	const text = `611 540 0:52 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a
612 611 0:55 / /proc rw,nosuid - proc proc rw
613 611 0:60 / /dev/shm rw - tmpfs shm rw
614 611 8:1 /var/lib/docker/volumes/x/_data /home/futu rw,relatime master:1 - ext4 /dev/sda1 rw
615 611 8:1 /srv/my\040data /root/my\040data rw,relatime - ext4 /dev/sda1 rw
616 614 8:1 /y /home/futu/.com.futunn.FutuOpenD rw shared:1 - xfs /dev/sdb rw
nonsense
617 611 0:70 / /run rw - tmpfs tmpfs rw
`
	got := readMounts(strings.NewReader(text))
	if want := "/home/futu|/root/my data|/home/futu/.com.futunn.FutuOpenD"; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for path, want := range map[string]string{
		"/home/futu/.com.futunn.FutuOpenD/F3CNN": "/home/futu/.com.futunn.FutuOpenD", "/home/futu/x": "/home/futu", "/home/futurist": "", "/root/my data": "/root/my data",
	} {
		if m := MountOf(path, got); m != want {
			t.Errorf("%s lies on %q, want %q", path, m, want)
		}
	}
}

func TestThePathOfACommandIsQuotedWhereAShellNeedsIt(t *testing.T) {
	for path, want := range map[string]string{"/home/futu/.com.futunn.FutuOpenD": "/home/futu/.com.futunn.FutuOpenD", "/a b/it's": `'/a b/it'\''s'`} {
		if got := shellWord(path); got != want {
			t.Errorf("%s is written %s, want %s", path, got, want)
		}
	}
}
