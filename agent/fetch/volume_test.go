package fetch

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A volume of the test, or a skip where none may be mounted.
func volume(t *testing.T, flags uintptr, options string) string {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", flags, options); err != nil {
		t.Skipf("no volume can be mounted here: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

func TestAVolumeThatCannotDoIsNamedBeforeAnythingIsFetched(t *testing.T) {
	for name, c := range map[string]struct {
		flags         uintptr
		options, says string
	}{
		"noexec": {unix.MS_NOEXEC, "", "noexec"},
		"small":  {0, "size=1m", "make room"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, map[string][]byte{archive: pack(layout("Futu", "FutuOpenD", 1, "the daemon"))})
			f, _ := fetcher(t, s)
			f.Folder = volume(t, c.flags, c.options)
			if _, err := f.Fetch(t.Context()); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			} else if strings.Contains(err.Error(), "another FUTU_VERSION") {
				t.Errorf("another archive would do as little: %v", err)
			}
			entries, _ := os.ReadDir(f.Folder)
			for _, e := range entries {
				if info, err := e.Info(); err == nil && info.Size() > 0 {
					t.Errorf("it left %s with %d bytes", e.Name(), info.Size())
				}
			}
		})
	}
}

func TestTheTableNamesTheStandardReleases(t *testing.T) {
	for _, c := range []struct {
		moomoo, md5 bool
		want        string
	}{
		{false, false, "Futu_OpenD_10.11.7108_Ubuntu18.04"}, {false, true, "Futu_OpenD_10.9.6918_Ubuntu18.04"},
		{true, false, "moomoo_OpenD_10.10.7008_Ubuntu18.04"}, {true, true, ""},
	} {
		r, ok := Standard(c.moomoo, c.md5)
		if got := r.Name(); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("moomoo %v, MD5 alone %v: %q, want %q", c.moomoo, c.md5, got, c.want)
		}
	}
}
