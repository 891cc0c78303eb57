package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/daemon"
)

// house is the file system of a container, below a folder of the test.
type house struct {
	t    *testing.T
	root string
}

func (h house) path(name string) string { return filepath.Join(h.root, name) }

func (h house) paths(names []string) (out []string) {
	for _, n := range names {
		out = append(out, h.path(n))
	}
	return out
}

const own, foreign = "/home/futu/.com.futunn.FutuOpenD", "/home/futuopend/.com.futunn.FutuOpenD"

func TestDataAndJournalLieWhereTheVolumeIs(t *testing.T) {
	for name, c := range map[string]struct {
		mounts, files []string
		journal       string
		older, link   string
		told          string
	}{
		"nothing is mounted":              {nil, nil, "/home/futu/.futuopend-gateway", "", "", ""},
		"the home folder is a volume":     {[]string{"/home/futu"}, nil, "/home/futu/.futuopend-gateway", "", "", ""},
		"the data folder is one":          {[]string{"/home/futu", own}, nil, own + "/.futuopend-gateway", "", "", ""},
		"without one at home":             {[]string{own}, nil, own + "/.futuopend-gateway", "", "", ""},
		"the journal has its own":         {[]string{"/home/futu", own, "/home/futu/.futuopend-gateway"}, nil, "/home/futu/.futuopend-gateway", "", "", ""},
		"a journal of before is moved":    {[]string{"/home/futu", own}, []string{"/home/futu/.futuopend-gateway/journal.jsonl"}, own + "/.futuopend-gateway", "/home/futu/.futuopend-gateway", "", ""},
		"but not over one that is there":  {[]string{"/home/futu", own}, []string{"/home/futu/.futuopend-gateway/journal.jsonl", own + "/.futuopend-gateway/journal.jsonl"}, own + "/.futuopend-gateway", "", "", ""},
		"another image's home":            {[]string{"/home/futu", foreign}, []string{foreign + "/F3CNN/Device.dat"}, foreign + "/.futuopend-gateway", "", foreign, foreign},
		"which is not known yet":          {[]string{"/home/futu", foreign}, nil, foreign + "/.futuopend-gateway", "", foreign, foreign},
		"its whole home":                  {[]string{"/home/futu", "/home/opend"}, []string{"/home/opend/.com.futunn.FutuOpenD/F3CNN/Device.dat"}, "/home/opend/.com.futunn.FutuOpenD/.futuopend-gateway", "", "/home/opend/.com.futunn.FutuOpenD", "/home/opend"},
		"a home of somebody else":         {[]string{"/home/futu", "/home/opend"}, nil, "/home/futu/.futuopend-gateway", "", "", ""},
		"moomoo's is not for Futu's":      {[]string{"/home/futu", "/home/opend/.com.moomoo.OpenD"}, nil, "/home/futu/.futuopend-gateway", "", "", ""},
		"the own device wins":             {[]string{"/home/futu", foreign}, []string{own + "/F3CNN/Device.dat", foreign + "/F3CNN/Device.dat"}, "/home/futu/.futuopend-gateway", "", "", "not used"},
		"two of them, of which one is it": {[]string{foreign, "/home/opend/.com.futunn.FutuOpenD"}, nil, foreign + "/.futuopend-gateway", "", foreign, "not used"},
	} {
		h := house{t, t.TempDir()}
		for _, dir := range append([]string{"/home/futu"}, c.mounts...) {
			if err := os.MkdirAll(h.path(dir), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range c.files {
			write(t, h.path(f), "x")
		}
		check := &checker{}
		home := h.path("/home/futu")
		got := check.site(daemon.Folder{Home: home}, home, h.paths(c.mounts))
		want := site{journal: h.path(c.journal)}
		if c.older != "" {
			want.older = h.path(c.older)
		}
		if c.link != "" {
			want.link = h.path(c.link)
		}
		if got != want || len(check.problems) > 0 {
			t.Errorf("%s: %+v, want %+v; %v", name, got, want, check.problems)
		}
		if told := strings.Join(check.notices, "\n"); !strings.Contains(told, c.told) || c.told == "" && told != "" {
			t.Errorf("%s: told %q, want %q in it", name, told, c.told)
		}
	}
}

func TestAVolumeOfAnotherImageIsLinkedAndTheJournalMovedOntoIt(t *testing.T) {
	h := house{t, t.TempDir()}
	home, volume := h.path("/home/futu"), h.path(foreign)
	f := daemon.Folder{Home: home}
	write(t, filepath.Join(volume, "F3CNN", "Device.dat"), "device")
	write(t, filepath.Join(home, journalFolder, "journal.jsonl"), "one\n")
	write(t, filepath.Join(home, journalFolder, "records", "a.rec"), "record")
	write(t, filepath.Join(f.Path(), "Log", "old.log"), "log")
	settle := func() site {
		check := &checker{}
		p := check.site(f, home, []string{home, volume})
		if len(check.problems) > 0 {
			t.Fatal(check.problems)
		}
		if err := p.settle(f); err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := settle()
	if device, err := f.Device(); err != nil || device == "" {
		t.Errorf("the device is %q: %v", device, err)
	}
	for path, want := range map[string]string{
		filepath.Join(volume, journalFolder, "journal.jsonl"): "one\n", filepath.Join(volume, journalFolder, "records", "a.rec"): "record",
		filepath.Join(f.Path()+".before", "Log", "old.log"): "log",
	} {
		if text, err := os.ReadFile(path); err != nil || string(text) != want {
			t.Errorf("%s has %q: %v", path, text, err)
		}
	}
	if hasJournal(filepath.Join(home, journalFolder)) {
		t.Error("the journal is in two places")
	}
	// The second start of the same container, and a new container with the same volume, find it as it is.
	if again := settle(); again.journal != first.journal || again.link != "" || again.older != "" {
		t.Errorf("the second start does it again: %+v", again)
	}
	if err := os.RemoveAll(home); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(f.Path(), 0o700); err != nil {
		t.Fatal(err)
	}
	if next := settle(); next.journal != first.journal || next.older != "" {
		t.Errorf("a new container has %+v", next)
	}
}

func TestAStopInTheMiddleOfAMoveLosesNothing(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "volume", "to")
	write(t, filepath.Join(from, "journal.jsonl"), "all of it\n")
	write(t, filepath.Join(to+".moving", "journal.jsonl"), "half")
	if err := moveFolder(from, to); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(to, "journal.jsonl")); err != nil || string(text) != "all of it\n" {
		t.Errorf("%q, %v", text, err)
	}
	write(t, filepath.Join(from, "journal.jsonl"), "a second one\n")
	if err := moveFolder(from, to); err == nil || !hasJournal(from) {
		t.Errorf("a journal was moved over another one: %v", err)
	}
}

func TestWhoeverBecomesAnotherUserHasALineAndTheFolders(t *testing.T) {
	for _, c := range []struct {
		puid, pgid string
		root, want bool
	}{{"", "", true, false}, {"0", "", true, false}, {"1000", "", false, false}, {"1000", "", true, true}, {"1000", "100", true, true}} {
		d, err := newDescent(c.puid, c.pgid, c.root)
		if err != nil || (d != nil) != c.want {
			t.Errorf("%+v: %v, %v", c, d, err)
		}
		if d != nil && (d.uid != 1000 || d.gid != map[string]int{"": 1000, "100": 100}[c.pgid]) {
			t.Errorf("%+v: %+v", c, d)
		}
	}
	for _, c := range [][2]string{{"futu", ""}, {"-1", ""}, {"4294967295", ""}, {"1000", "x"}} {
		if _, err := newDescent(c[0], c[1], true); err == nil {
			t.Errorf("PUID=%s PGID=%s is taken", c[0], c[1])
		}
	}
}

// A user of the base image has a home where no volume is; one whose home somebody mounted keeps it.
func TestWhoeverPUIDNamesHasAHomeThatIsTheVolume(t *testing.T) {
	const root = "root:x:0:0:root:/root:/bin/bash"
	for name, c := range map[string]struct{ before, after, home string }{
		"no line":        {root, root + "\npuid:x:4711:100:FutuOpenD:/home/futu:/usr/sbin/nologin\n", "/home/futu"},
		"nobody":         {"nobody:x:4711:4711::/nonexistent:/bin/sh\n" + root + "\n", root + "\nnobody:x:4711:100:FutuOpenD:/home/futu:/usr/sbin/nologin\n", "/home/futu"},
		"programs":       {"sys:x:4711:4711::/usr/sbin:/bin/sh\n" + root + "\n", root + "\nsys:x:4711:100:FutuOpenD:/home/futu:/usr/sbin/nologin\n", "/home/futu"},
		"our own":        {"futu:x:4711:4711::/home/futu:/bin/sh\n", "futu:x:4711:4711::/home/futu:/bin/sh\n", "/home/futu"},
		"a home mounted": {"me:x:4711:4711::/home/me/d:/bin/sh\n", "me:x:4711:4711::/home/me/d:/bin/sh\n", "/home/me/d"},
	} {
		t.Run(name, func(t *testing.T) {
			passwd := filepath.Join(t.TempDir(), "passwd")
			write(t, passwd, c.before)
			d := descent{uid: 4711, gid: 100, passwd: passwd, home: "/home/futu"}
			env, err := d.enrol([]string{"A=1"}, []string{"/home/me", "/etc/hosts"})
			text, _ := os.ReadFile(passwd)
			info, _ := os.Stat(passwd)
			if err != nil || string(text) != c.after || d.home != c.home || !slices.Equal(env, []string{"A=1"}) || c.before != c.after && info.Mode() != 0o644 {
				t.Errorf("the passwd file is %q, %v, the home %s, the environment %q, and %v", text, info.Mode(), d.home, env, err)
			}
			if left, _ := os.ReadDir(filepath.Dir(passwd)); len(left) != 1 {
				t.Errorf("beside it is %v", left)
			}
		})
	}
}

// It may be the host's, whose users log in with it.
func TestAPasswdFileThatIsMountedIsNotWritten(t *testing.T) {
	const before = "me:x:4711:4711::/home/me:/bin/bash\n"
	passwd := filepath.Join(t.TempDir(), "passwd")
	write(t, passwd, before)
	d := descent{uid: 4711, gid: 100, passwd: passwd, home: "/home/futu"}
	env, err := d.enrol(nil, []string{passwd})
	if text, _ := os.ReadFile(passwd); err != nil || string(text) != before {
		t.Fatalf("it is %q, and %v", text, err)
	}
	at := slices.IndexFunc(env, func(s string) bool { return strings.HasPrefix(s, "NSS_WRAPPER_PASSWD=") })
	if at < 0 {
		t.Fatalf("no other file is shown: %q", env)
	}
	shown := strings.TrimPrefix(env[at], "NSS_WRAPPER_PASSWD=")
	defer os.Remove(shown)
	if text, _ := os.ReadFile(shown); string(text) != "me:x:4711:100:FutuOpenD:/home/futu:/usr/sbin/nologin\n" {
		t.Errorf("shown is %q", text)
	}
}

func TestFoldersAreGivenAwayWithoutFollowingLinks(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: needs root to give a folder away")
	}
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside")
	write(t, outside, "not this")
	write(t, filepath.Join(dir, "home", "F3CNN", "Device.dat"), "device")
	if err := os.Symlink(outside, filepath.Join(dir, "home", "link")); err != nil {
		t.Fatal(err)
	}
	d := descent{uid: 54321, gid: 54322}
	if err := d.give([]string{filepath.Join(dir, "home"), filepath.Join(dir, "nothing")}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"home": 54321, "home/F3CNN/Device.dat": 54321, "home/link": 54321, "outside": 0} {
		info, err := os.Lstat(filepath.Join(dir, path))
		if err != nil || ownerOf(info) != want {
			t.Errorf("%s belongs to %d, want %d: %v", path, ownerOf(info), want, err)
		}
	}
}

func TestARightThatIsMissingIsNamed(t *testing.T) {
	for status, want := range map[string]string{
		"Name:\tx\nCapEff:\t00000000a80425fb\n": "", "Name:\tx\nCapEff:\t0000000000000000\n": "CHOWN DAC_OVERRIDE SETGID SETUID",
		"Name:\tx\nCapEff:\t00000000000000c0\n": "CHOWN DAC_OVERRIDE", "": "",
	} {
		if got := strings.Join(lacking(status, true), " "); got != want {
			t.Errorf("%q lacks %q, want %q", status, got, want)
		}
	}
	if got := lacking("\nCapEff:\t00000000000000c0\n", false); len(got) > 0 {
		t.Errorf("a command beside the gateway lacks %q", got)
	}
}

func ownerOf(info os.FileInfo) int {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return -1
	}
	return int(stat.Uid)
}
