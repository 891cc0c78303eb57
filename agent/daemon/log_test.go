package daemon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheLastStatusOfTheNewestLogIsTold(t *testing.T) {
	c := Config{Folder: Folder{Home: t.TempDir()}}
	elsewhere := t.TempDir()
	c.Items = []Item{{"log_path", elsewhere}}
	began := time.Now().Add(-time.Minute)
	if got := c.Status(began); got != "" {
		t.Errorf("without a log: %q", got)
	}
	log := func(path, text string, ago time.Duration) {
		t.Helper()
		put(t, path, []byte(text))
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-ago)); err != nil {
			t.Fatal(err)
		}
	}
	want := func(why, status string) {
		t.Helper()
		if got := c.Status(began); got != status {
			t.Errorf("%s: %q, want %q", why, got, status)
		}
	}
	dir := filepath.Join(c.Folder.Path(), "Log")
	log(filepath.Join(dir, "GTWLog_0_2026_01_01_00_00_00.log"), "ProgramStatusType_Ready\n", time.Hour)
	want("a log of an earlier run", "")
	log(filepath.Join(dir, "GTWLog_0_2026_01_02_00_00_00.log"), "x ProgramStatusType_Loaded\x00\xff\nProgramStatusType_Loging, ext=\n12:00 nothing\n", 30*time.Second)
	want("two of one log", "Loging")
	log(filepath.Join(dir, "GTWLog_7_2026_01_02_00_00_01.log"), "no status yet\n", 20*time.Second)
	want("a newer log without one", "Loging")
	log(filepath.Join(elsewhere, "GTWLog_7_2026_01_02_00_00_02.log"), strings.Repeat("x", maxLogTail)+"\n[I] ProgramStatusType_NeedPhoneVerifyCode.\n", 10*time.Second)
	want("a log where it was told to be", "NeedPhoneVerifyCode")
	log(filepath.Join(dir, "GTWLog_9_2026_01_02_00_00_03.log"), "ProgramStatusType_Ready"+strings.Repeat("\n", maxLogTail+1), 5*time.Second)
	want("one that was named long ago", "NeedPhoneVerifyCode")
	if err := os.Symlink(put(t, filepath.Join(t.TempDir(), "x"), []byte("ProgramStatusType_Link")), filepath.Join(dir, "GTWLog_link.log")); err != nil {
		t.Fatal(err)
	}
	want("a link", "NeedPhoneVerifyCode")
	log(filepath.Join(Folder{c.Folder.Home, true}.Path(), "Log", "GTWLog_0.log"), "ProgramStatusType_UnAgreeDisclaimer", 0)
	want("a log of the other brand", "UnAgreeDisclaimer")
}
