package fetch

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const (
	version = "10.8.6808_Ubuntu18.04" // a version whose hash is told by nobody
	archive = "Futu_OpenD_" + version + ".tar.gz"
)

// fetcher is a Config that fetches from a shop into a folder of the test, and what it told.
func fetcher(t *testing.T, s *shop) (c Config, told func() string) {
	var mu sync.Mutex
	var text strings.Builder
	return Config{
			Folder: filepath.Join(t.TempDir(), "opend"), Version: version, URL: s.URL, Asks: s.URL + "/latest",
			Tell: func(line string) {
				mu.Lock()
				defer mu.Unlock()
				text.WriteString(line + "\n")
			},
			Progress: func(Release, int64, int64) {},
		}, func() string {
			mu.Lock()
			defer mu.Unlock()
			return text.String()
		}
}

func TestADaemonIsFoundWhereverItIsAndWhateverBreaksOff(t *testing.T) {
	flat := []entry{{"FutuOpenD", "the daemon", 0o644}, {"AppData.dat", "data", 0o644}, {"GUI.AppImage", notForServers, 0o755}}
	decoy := append([]entry{{"a/FutuOpenD", "a decoy", 0o755}}, layout("deep", "FutuOpenD", 4, "the daemon")...)
	decoy = append(decoy, entry{"z/FutuOpenD", "a decoy", 0o755})
	for name, c := range map[string]struct {
		entries []entry
		moomoo  bool
		resumes bool
		breaks  int
	}{
		"flat":                       {entries: flat},
		"deep, with decoys":          {entries: decoy, resumes: true},
		"moomoo":                     {entries: layout("moomoo", "OpenD", 2, "the daemon"), moomoo: true},
		"broken off, and gone on":    {entries: layout("Futu", "FutuOpenD", 1, "the daemon"), resumes: true, breaks: 1},
		"broken off, and begun anew": {entries: layout("Futu", "FutuOpenD", 1, "the daemon"), breaks: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, map[string][]byte{"some.tar.gz": pack(c.entries)})
			s.change(func() { s.resumes, s.breaks = c.resumes, c.breaks })
			f, told := fetcher(t, s)
			f.URL, f.Moomoo = s.URL+"/some.tar.gz", c.moomoo
			if _, err := f.Fetch(t.Context()); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(f.Program())
			info, statErr := os.Stat(f.Program())
			if err != nil || statErr != nil || string(text) != "the daemon" || info.Mode().Perm() != 0o755 {
				t.Errorf("got %q, %v, %v, %v", text, info, err, statErr)
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(f.Program()), "AppData.dat")); err != nil {
				t.Error(err)
			}
			if sum := sumOfBytes(s.files["some.tar.gz"]); !strings.Contains(told(), sum) {
				t.Errorf("the hash %s is not in %q", sum, told())
			}
			left(t, f.Folder, lockFile, sums, currentLink, mustRelease(c.moomoo).Name())
			if n := s.middles(); c.resumes && c.breaks > 0 && n != 1 {
				t.Errorf("%d answers began in the middle", n)
			}
			if c.moomoo {
				if _, err := os.Stat(filepath.Join(filepath.Dir(f.Program()), "FutuOpenD")); err != nil {
					t.Errorf("moomoo's daemon has not Futu's name beside its own: %v", err)
				}
			}
		})
	}
}

func mustRelease(moomoo bool) Release {
	r, err := NewRelease(moomoo, version)
	if err != nil {
		panic(err)
	}
	return r
}

// left demands that a folder has these names and no other, and nothing for a desktop.
func left(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, _ := os.ReadDir(folder)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	for _, w := range want {
		if _, err := os.Lstat(filepath.Join(folder, w)); err != nil {
			t.Errorf("no %s in the folder, which has %q", w, got)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the folder has %q, want %q", got, want)
	}
	filepath.WalkDir(folder, func(path string, _ os.DirEntry, _ error) error {
		if strings.HasSuffix(path, ".AppImage") || strings.HasSuffix(path, "fixrun.sh") {
			t.Errorf("%s was unpacked", path)
		}
		return nil
	})
}

func TestWhatCannotBeUsedIsToldAndNotKept(t *testing.T) {
	whole := pack(layout("Futu", "FutuOpenD", 1, "the daemon"))
	files := map[string][]byte{
		"page.tar.gz":  []byte(strings.Repeat("<html>log in to this network first</html>\n", 100)),
		"other.tar.gz": pack(layout("moomoo", "OpenD", 2, "the daemon")),
		"none.tar.gz":  pack([]entry{{"Futu_OpenD/README.txt", "read me", 0o644}}),
		"torn.tar.gz":  whole[:len(whole)/2],
		"out.tar.gz":   pack([]entry{{"a/FutuOpenD", "x", 0o755}, {"a/../../escaped", "x", 0o755}}),
		archive:        whole,
		"Futu_OpenD_10.9.6918_Ubuntu18.04.tar.gz": whole,
	}
	for name, c := range map[string]struct {
		change func(*Config)
		says   []string
	}{
		"no such version":      {func(c *Config) { c.Version = "1.0.0" }, []string{"404", "FUTU_VERSION", "FUTU_URL"}},
		"no server":            {func(c *Config) { c.URL = "http://127.0.0.1:1" }, []string{"6 tries", "FUTU_URL"}},
		"a page":               {func(c *Config) { c.URL += "/page.tar.gz" }, []string{"no archive", "log in to this network"}},
		"the other brand":      {func(c *Config) { c.URL += "/other.tar.gz" }, []string{"other brand", "FUTU_BRAND"}},
		"nothing in it":        {func(c *Config) { c.URL += "/none.tar.gz" }, []string{"no file called FutuOpenD", "README.txt"}},
		"half of it":           {func(c *Config) { c.URL += "/torn.tar.gz" }, []string{"no whole archive"}},
		"another hash":         {func(c *Config) { c.SHA256 = strings.Repeat("0", 64) }, []string{sumOfBytes(whole), "by FUTU_SHA256", "do not use it"}},
		"not the known hash":   {func(c *Config) { c.Version = "10.9.6918" }, []string{"37d95a2b302b50189e5eb464869d3bc364d2f5d8b466144f00d6a560d266c0b3"}},
		"a strange version":    {func(c *Config) { c.Version = "../../etc" }, []string{"no version"}},
		"no file":              {func(c *Config) { c.URL = "/nowhere/opend.tar.gz" }, []string{"FUTU_URL names a file"}},
		"no answer for latest": {func(c *Config) { c.Version, c.Asks = "latest", "http://127.0.0.1:1" }, []string{"latest", "FUTU_VERSION"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _ := fetcher(t, newShop(t, files))
			c.change(&f)
			_, err := f.Fetch(t.Context())
			for _, want := range c.says {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in: %v", want, err)
				}
			}
			if f.Here() {
				t.Error("it says that the daemon is here")
			}
			entries, _ := os.ReadDir(f.Folder)
			for _, e := range entries {
				if e.Name() != lockFile && e.Name() != sums && !strings.HasSuffix(e.Name(), archivePart) {
					t.Errorf("it left %s", e.Name())
				}
			}
		})
	}
}

func TestNoNameInAnArchiveLeadsOut(t *testing.T) {
	s := newShop(t, map[string][]byte{"out.tar.gz": pack([]entry{{"FutuOpenD", "x", 0o755}, {"AppData.dat", "x", 0o644}, {"../../escaped", "x", 0o755}})})
	f, _ := fetcher(t, s)
	f.URL += "/out.tar.gz"
	if _, err := f.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{f.Folder, filepath.Dir(f.Folder)} {
		if _, err := os.Stat(filepath.Join(dir, "escaped")); err == nil {
			t.Errorf("a file got into %s", dir)
		}
	}
}

func TestAnArchiveThatChangedIsRefused(t *testing.T) {
	s := newShop(t, map[string][]byte{archive: pack(layout("Futu", "FutuOpenD", 1, "first"))})
	f, _ := fetcher(t, s)
	if _, err := f.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(f.Folder, mustRelease(false).Name())); err != nil {
		t.Fatal(err)
	}
	s.change(func() { s.files = map[string][]byte{archive: pack(layout("Futu", "FutuOpenD", 1, "second"))} })
	if _, err := f.Fetch(t.Context()); err == nil || !strings.Contains(err.Error(), "fetched first") {
		t.Errorf("got %v", err)
	}
}

// A server that answers with half an archive, and says that this is all, is not believed the next time either.
func TestABrokenArchiveIsNeitherKeptNorTakenForTheRightOne(t *testing.T) {
	whole := pack(layout("Futu", "FutuOpenD", 1, "the daemon"))
	s := newShop(t, map[string][]byte{archive: whole[:len(whole)/2]})
	f, _ := fetcher(t, s)
	if _, err := f.Fetch(t.Context()); err == nil || !strings.Contains(err.Error(), "no whole archive") {
		t.Fatalf("got %v", err)
	}
	left(t, f.Folder, lockFile)
	s.change(func() { s.files = map[string][]byte{archive: whole} })
	if _, err := f.Fetch(t.Context()); err != nil || !f.Here() {
		t.Errorf("the whole one: %v", err)
	}
}

func TestAFetchThatIsStoppedGoesOnWhereItWas(t *testing.T) {
	s := newShop(t, map[string][]byte{archive: pack(layout("Futu", "FutuOpenD", 1, "the daemon"))})
	f, _ := fetcher(t, s)
	ctx, stop := context.WithCancel(t.Context())
	f.Progress = func(_ Release, done, _ int64) {
		if done > 300<<10 {
			stop()
		}
	}
	if _, err := f.Fetch(ctx); err == nil {
		t.Fatal("it went on")
	}
	left(t, f.Folder, lockFile, archive+archivePart)
	f.Progress = func(Release, int64, int64) {}
	if _, err := f.Fetch(t.Context()); err != nil || s.middles() != 1 {
		t.Errorf("%v; %d answers began in the middle", err, s.middles())
	}
	left(t, f.Folder, lockFile, sums, currentLink, mustRelease(false).Name())
}

func TestASecondFetcherIsSentAway(t *testing.T) {
	s := newShop(t, map[string][]byte{archive: pack(layout("Futu", "FutuOpenD", 1, "the daemon"))})
	f, _ := fetcher(t, s)
	var second error
	f.Progress = func(Release, int64, int64) {
		if second == nil {
			g := f
			_, second = g.Fetch(t.Context())
		}
	}
	if _, err := f.Fetch(t.Context()); err != nil || second == nil || !strings.Contains(second.Error(), "another program fetches") {
		t.Errorf("the first: %v; the second: %v", err, second)
	}
}

func TestTheLastTwoAreKept(t *testing.T) {
	files := map[string][]byte{}
	versions := []string{"9.1.1_Ubuntu16.04", "9.2.1_Ubuntu16.04", "9.3.1_Ubuntu16.04"}
	for _, v := range versions {
		files["Futu_OpenD_"+v+".tar.gz"] = pack(layout("Futu", "FutuOpenD", 1, v))
	}
	f, _ := fetcher(t, newShop(t, files))
	for _, f.Version = range append(versions, versions[2]) {
		if _, err := f.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if text, _ := os.ReadFile(f.Program()); string(text) != f.Version || !f.Here() {
			t.Errorf("current is %q, want %s", text, f.Version)
		}
	}
	left(t, f.Folder, lockFile, sums, currentLink, "Futu_OpenD_"+versions[1], "Futu_OpenD_"+versions[2])
}

func TestWithoutANetworkTheDaemonThatIsThereServes(t *testing.T) {
	s := newShop(t, map[string][]byte{archive: pack(layout("Futu", "FutuOpenD", 1, "the daemon"))})
	s.latest = archive
	f, told := fetcher(t, s)
	f.Version = "latest"
	if r, err := f.Fetch(t.Context()); err != nil || r.Version != version {
		t.Fatalf("got %v, %v", r, err)
	}
	s.Close()
	if r, err := f.Fetch(t.Context()); err != nil || r.Version != version || !strings.Contains(told(), "is here, and is used") {
		t.Errorf("the latest: %v, %v; told %q", r, err, told())
	}
	f.Version = version
	if _, err := f.Fetch(t.Context()); err != nil || !f.Here() {
		t.Errorf("the same version: %v", err)
	}
	f.Version = "10.9.6918"
	if _, err := f.Fetch(t.Context()); err == nil {
		t.Error("another version was had from nowhere")
	}
}

// A newer gateway knows a newer daemon, and nobody asked for it.
func TestWhereNobodyNamedAVersionTheDaemonThatIsThereServes(t *testing.T) {
	s := newShop(t, map[string][]byte{archive: pack(layout("Futu", "FutuOpenD", 1, "the daemon"))})
	f, told := fetcher(t, s)
	if _, err := f.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.Version, f.Any = "10.11.7108", true
	for name, url := range map[string]string{"no server": "http://127.0.0.1:1", "no such archive": s.URL} {
		f.URL = url
		if r, err := f.Fetch(t.Context()); err != nil || r.Version != version || !strings.Contains(told(), "Futu_OpenD_"+version+" is here, and is used") {
			t.Errorf("%s: %v, %v; told %q", name, r, err, told())
		}
	}
	f.Any = false
	if _, err := f.Fetch(t.Context()); err == nil {
		t.Error("a version that somebody named was taken for another")
	}
}

func TestTheDaemonThatIsThereDoesNotServeForAnMD5ThatItDoesNotTake(t *testing.T) {
	const newer = "10.10.7001_Ubuntu18.04"
	s := newShop(t, map[string][]byte{"Futu_OpenD_" + newer + ".tar.gz": pack(layout("Futu", "FutuOpenD", 1, "the daemon"))})
	f, _ := fetcher(t, s)
	f.Version = newer
	if _, err := f.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.Version, f.Any, f.MD5 = "10.9.6918", true, true
	if r, err := f.Fetch(t.Context()); err == nil {
		t.Errorf("%s is used, which takes no MD5", r.Name())
	}
}

func TestLatestDoesNotCrossTheBorderByItself(t *testing.T) {
	s := newShop(t, nil)
	s.latest = "Futu_OpenD_10.12.7208_Ubuntu18.04.tar.gz"
	f, told := fetcher(t, s)
	f.Version, f.MD5 = "latest", true
	r, err := f.release(t.Context(), folder(f.Folder))
	if err != nil || r.Version != "10.9.6918_Ubuntu18.04" || !strings.Contains(told(), "10.12.7208") {
		t.Errorf("got %v, %v; told %q", r, err, told())
	}
}

func TestAFolderOfItsOwnHasTheDaemonAndItsHash(t *testing.T) {
	whole := pack(layout("Futu", "FutuOpenD", 1, "the daemon"))
	f, _ := fetcher(t, newShop(t, map[string][]byte{archive: whole}))
	out := filepath.Join(t.TempDir(), "opend")
	if _, err := f.Into(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(out, "archive.sha256")); err != nil || string(text) != sumOfBytes(whole)+"  "+archive+"\n" {
		t.Errorf("archive.sha256 has %q, %v", text, err)
	}
	left(t, out, "FutuOpenD", "AppData.dat", "Languages", "archive.sha256")
	left(t, filepath.Dir(out), "opend")
	if _, err := f.Into(t.Context(), out); err == nil {
		t.Error("it wrote into a folder that is not empty")
	}
}

func TestAnArchiveOnThisMachineIsTakenAndLeft(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, archive), pack(layout("Futu", "FutuOpenD", 1, "the daemon")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{dir, "file://" + filepath.Join(dir, archive)} {
		f, _ := fetcher(t, newShop(t, nil))
		f.URL = url
		if _, err := f.Fetch(t.Context()); err != nil || !f.Here() {
			t.Errorf("%s: %v", url, err)
		}
	}
	left(t, dir, archive)
}
