//go:build image

package imagetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fetch runs fetch-daemon as on a host, and returns what it said, the folder and whether that went well.
func fetch(t *testing.T, env ...string) (said, folder string, ok bool) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "opend")
	cmd := exec.Command("../fetch-daemon", folder)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), folder, err == nil
}

func TestFetchDaemonFindsTheDaemonWhereverItIs(t *testing.T) {
	t.Parallel()
	flat := []entry{{"FutuOpenD", "the daemon", 0o644}, {"AppData.dat", "data", 0o644}, {"GUI.AppImage", notForServers, 0o755}}
	decoy := append([]entry{{"a/FutuOpenD", "a decoy", 0o755}}, layout("deep", "FutuOpenD", 4, "the daemon")...)
	decoy = append(decoy, entry{"z/FutuOpenD", "a decoy", 0o755})
	for name, c := range map[string]struct {
		entries []entry
		daemon  string
		env     []string
	}{
		"flat":            {flat, "FutuOpenD", []string{"FUTU_VERSION=9.2.5208_Ubuntu16.04"}},
		"deep with decoy": {decoy, "FutuOpenD", []string{"FUTU_VERSION=10.9.6918"}},
		"moomoo":          {layout("moomoo", "OpenD", 2, "the daemon"), "OpenD", []string{"FUTU_VERSION=10.9.6918_Ubuntu18.04", "FUTU_BRAND=moomoo"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &shop{files: map[string][]byte{"Futu.tar.gz": pack(c.entries)}} // one that cannot resume
			if err := s.open(); err != nil {
				t.Fatal(err)
			}
			said, folder, ok := fetch(t, append(c.env, "FUTU_URL="+s.address+"/Futu.tar.gz", "FUTU_SHA256="+hash(s.files["Futu.tar.gz"]))...)
			text, err := os.ReadFile(filepath.Join(folder, c.daemon))
			info, statErr := os.Stat(filepath.Join(folder, c.daemon))
			if !ok || err != nil || statErr != nil || string(text) != "the daemon" || info.Mode().Perm()&0o111 != 0o111 {
				t.Errorf("got %q, %v, %v:\n%s", text, err, info, said)
			}
			left, _ := filepath.Glob(filepath.Join(folder, "*.AppImage"))
			if _, err := os.Stat(filepath.Join(folder, "AppData.dat")); err != nil || len(left) > 0 {
				t.Errorf("the folder has %q, and AppData.dat: %v", left, err)
			}
		})
	}
}

func TestFetchDaemonSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := &shop{resumes: true, files: map[string][]byte{
		"page.tar.gz":  []byte(strings.Repeat("<html>log in to this network first</html>\n", 100)),
		"other.tar.gz": pack(layout("moomoo", "OpenD", 2, "the daemon")),
		"none.tar.gz":  pack([]entry{{"Futu_OpenD/README.txt", "read me", 0o644}}),
		futuArchive:    futuTar,
	}}
	if err := s.open(); err != nil {
		t.Fatal(err)
	}
	version := "FUTU_VERSION=" + futuVersion
	for name, c := range map[string]struct{ env, says []string }{
		"no such version":        {[]string{"FUTU_VERSION=1.0.0", "FUTU_URL=" + s.address}, []string{"404", "FUTU_VERSION=", "FUTU_URL=", "--target gateway"}},
		"no server":              {[]string{version, "FUTU_URL=http://127.0.0.1:1"}, []string{"6 tries", "FUTU_URL=", "--network host"}},
		"a page":                 {[]string{version, "FUTU_URL=" + s.address + "/page.tar.gz"}, []string{"is no archive", "log in to this network"}},
		"the other brand":        {[]string{version, "FUTU_URL=" + s.address + "/other.tar.gz"}, []string{"other brand", "FUTU_BRAND"}},
		"nothing in it":          {[]string{version, "FUTU_URL=" + s.address + "/none.tar.gz"}, []string{"no file called FutuOpenD", "README.txt"}},
		"another hash":           {[]string{version, "FUTU_URL=" + s.address, "FUTU_SHA256=" + strings.Repeat("0", 64)}, []string{hash(futuTar), "do not use it"}},
		"a hash that is on file": {[]string{"FUTU_VERSION=10.9.6918", "FUTU_BRAND=moomoo", "FUTU_URL=" + s.address + "/other.tar.gz"}, []string{"37d95a2b302b50189e5eb464869d3bc364d2f5d8b466144f00d6a560d266c0b3"}},
		"a brand unheard of":     {[]string{version, "FUTU_BRAND=tiger"}, []string{"neither futu nor moomoo"}},
		"a strange version":      {[]string{"FUTU_VERSION=latest"}, []string{"no version"}},
		"no version":             {[]string{"FUTU_VERSION="}, []string{"FUTU_VERSION=10"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, folder, ok := fetch(t, c.env...)
			for _, want := range c.says {
				if ok || !strings.Contains(said, want) {
					t.Errorf("went well: %v; no %q in:\n%s", ok, want, said)
				}
			}
			if left, _ := os.ReadDir(folder); len(left) > 0 {
				t.Errorf("it left %v", left)
			}
		})
	}
}

func TestFetchDaemonTellsTheHashThatItCouldNotCheck(t *testing.T) {
	t.Parallel()
	s := &shop{resumes: true, files: map[string][]byte{futuArchive: futuTar}}
	if err := s.open(); err != nil {
		t.Fatal(err)
	}
	if said, _, ok := fetch(t, "FUTU_VERSION="+futuVersion, "FUTU_URL="+s.address); !ok || !strings.Contains(said, "FUTU_SHA256="+hash(futuTar)) {
		t.Errorf("went well: %v:\n%s", ok, said)
	}
}

// A copy of the folder, because the script writes into it.
func TestANewDaemonIsNoticed(t *testing.T) {
	t.Parallel()
	const newer = "10.10.7008_Ubuntu18.04"
	dir := filepath.Join(t.TempDir(), "docker")
	if out, err := exec.Command("cp", "-R", "..", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	archive := "Futu_OpenD_" + newer + ".tar.gz"
	s := &shop{resumes: true, files: map[string][]byte{archive: futuTar}}
	if err := s.open(); err != nil {
		t.Fatal(err)
	}
	update := func(args ...string) string {
		cmd := exec.Command(filepath.Join(dir, "update-daemon"), args...)
		cmd.Env = append(os.Environ(), "FUTU_LATEST="+s.address+"/latest", "FUTU_URL="+s.address)
		out, err := cmd.Output()
		if err != nil {
			return err.Error()
		}
		return strings.TrimSpace(string(out))
	}
	for _, c := range []struct{ offered, prints string }{
		{futuVersion, ""}, {"9.4.5408_Ubuntu16.04", ""}, {newer, newer}, {newer, ""}, {"no version", "exit status 1"},
	} {
		s.latest = s.address + "/Futu_OpenD_" + c.offered + ".tar.gz"
		if got := update("--look"); got != c.prints {
			t.Errorf("%s is offered: --look printed %q, want %q", c.offered, got, c.prints)
		}
		if got := update(); got != c.prints {
			t.Errorf("%s is offered: printed %q, want %q", c.offered, got, c.prints)
		}
	}
	for name, want := range map[string]string{
		"Dockerfile": "ARG FUTU_VERSION=" + newer, "compose.yaml": newer, ".env.example": "FUTU_VERSION=" + newer,
		"daemons.sha256": hash(futuTar) + "  " + archive,
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(text), want+"\n") && !strings.Contains(string(text), want+"}") {
			t.Errorf("%s has no %s: %v\n%s", name, want, err, text)
		}
	}
}
