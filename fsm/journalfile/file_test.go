package journalfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// lines are n entries from the given number on, as the journal writes them.
func lines(from, n int) []byte {
	var b strings.Builder
	for seq := from; seq < from+n; seq++ {
		fmt.Fprintf(&b, `{"seq":%d,"at":"2026-01-02T03:04:05Z","kind":"boot","from":"idle","to":"idle"}`+"\n", seq)
	}
	return []byte(b.String())
}

// open opens dir and returns the sequence numbers that it held.
func open(t *testing.T, dir string) (f *File, seqs []uint64, notes []string) {
	t.Helper()
	f, notes, err := Open(dir, func(e fsm.Entry) { seqs = append(seqs, e.Seq) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, seqs, notes
}

// write puts a file into dir.
func write(t *testing.T, dir, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWhatWasAppendedIsReadAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	f, _, _ := open(t, dir)
	if err := errors.Join(f.Append(lines(1, 3)), f.Sync(), f.Close()); err != nil {
		t.Fatal(err)
	}
	_, seqs, notes := open(t, dir)
	if !slices.Equal(seqs, []uint64{1, 2, 3}) || len(notes) > 0 {
		t.Errorf("got %v with notes %q", seqs, notes)
	}
	info, err := os.Stat(filepath.Join(dir, "journal.jsonl"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the journal has mode %v, want 0600", info.Mode())
	}
}

func TestATornLastLineIsCutOff(t *testing.T) {
	torn := lines(1, 3)
	nul := append(lines(1, 2), make([]byte, 3000)...) // what a power cut leaves on some file systems
	for name, text := range map[string][]byte{"torn": torn[:len(torn)-20], "nul": nul} {
		dir := t.TempDir()
		write(t, dir, "journal.jsonl", text)
		f, seqs, notes := open(t, dir)
		if !slices.Equal(seqs, []uint64{1, 2}) || len(notes) != 1 || !strings.Contains(notes[0], "torn") {
			t.Errorf("%s: got %v with notes %q", name, seqs, notes)
		}
		if err := errors.Join(f.Append(lines(3, 1)), f.Close()); err != nil {
			t.Fatal(err)
		}
		if _, seqs, notes = open(t, dir); !slices.Equal(seqs, []uint64{1, 2, 3}) || len(notes) > 0 {
			t.Errorf("%s: after the repair got %v with notes %q", name, seqs, notes)
		}
	}
}

func TestABrokenFileIsSetAsideAndNeverOverwritten(t *testing.T) {
	dir := t.TempDir()
	broken := append(append(lines(1, 2), "hello\n"...), lines(4, 1)...)
	for n := 1; n <= 2; n++ {
		write(t, dir, "journal.jsonl", broken)
		f, seqs, notes := open(t, dir)
		aside := filepath.Join(dir, fmt.Sprintf("journal.jsonl.broken-%d", n))
		if !slices.Equal(seqs, []uint64{1, 2}) || len(notes) != 1 || !strings.Contains(notes[0], "line 3") || !strings.Contains(notes[0], aside) {
			t.Errorf("got %v with notes %q", seqs, notes)
		}
		if kept, err := os.ReadFile(aside); err != nil || string(kept) != string(broken) {
			t.Errorf("%s has %d bytes and %v, want all %d", aside, len(kept), err, len(broken))
		}
		f.Close()
	}
}

func TestTheJournalIsBoundedByRotation(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	f.max = 1000 // about a dozen lines
	for seq := range 500 {
		if err := f.Append(lines(seq+1, 1)); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	var size int64
	files, err := filepath.Glob(filepath.Join(dir, "journal*.jsonl"))
	if err != nil || len(files) != Keep+1 {
		t.Fatalf("got %v and %v, want %d files", files, err, Keep+1)
	}
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > (Keep+1)*1000 {
		t.Errorf("the folder holds %d bytes, want at most %d", size, (Keep+1)*1000)
	}
	_, seqs, notes := open(t, dir)
	if len(notes) > 0 || len(seqs) < 30 || seqs[len(seqs)-1] != 500 || int(seqs[0]) != 500-len(seqs)+1 {
		t.Errorf("got %d entries from %v on with notes %q, want the latest without a gap", len(seqs), seqs[:1], notes)
	}
}

func TestWhatTheLoginRulesCountSurvivesRotation(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	f.max = 2000
	start := fmt.Sprintf(`{"seq":1,"at":%q,"kind":"start","from":"idle","to":"initializing"}`+"\n", time.Now().Format(time.RFC3339))
	old := `{"seq":2,"at":"2020-01-02T03:04:05Z","kind":"start","from":"idle","to":"initializing"}` + "\n"
	if err := f.Append([]byte(start + old)); err != nil {
		t.Fatal(err)
	}
	for seq := range 1000 {
		if err := f.Append(lines(seq+3, 1)); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	var starts []fsm.Entry
	if err := Read(dir, func(e fsm.Entry) {
		if e.Kind == fsm.Start {
			starts = append(starts, e)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if len(starts) != 1 || starts[0].Seq != 1 || !starts[0].Carried {
		t.Errorf("got %+v, want the start of today, once", starts)
	}
	_, seqs, notes := open(t, dir)
	if len(notes) > 0 || seqs[0] != 1 || seqs[len(seqs)-1] != 1002 || !slices.IsSorted(seqs) {
		t.Errorf("got %d to %d with notes %q", seqs[0], seqs[len(seqs)-1], notes)
	}
}

func TestReadingChangesNothing(t *testing.T) {
	dir := t.TempDir()
	torn := lines(1, 3)
	write(t, dir, "journal.jsonl", torn[:len(torn)-20])
	n := 0
	if err := Read(dir, func(fsm.Entry) { n++ }); err != nil || n != 2 {
		t.Errorf("read %d entries and %v", n, err)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "journal.jsonl")); len(text) != len(torn)-20 {
		t.Error("the file was changed")
	}
	write(t, dir, "journal.jsonl", []byte("hello\n"))
	if err := Read(dir, func(fsm.Entry) {}); err == nil {
		t.Error("a broken file is not told")
	}
}

func TestAFolderIsUsedByOneGatewayOnly(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	if _, _, err := Open(dir, func(fsm.Entry) {}); !errors.Is(err, ErrInUse) {
		t.Errorf("got %v, want %v", err, ErrInUse)
	}
	f.Close()
	open(t, dir)
}

// A real full disk: the part of a line that fitted must not stay.
func TestAFullDiskKeepsNoPartOfALine(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("needs the right to mount a small disk:", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, 0) })
	f, _, _ := open(t, dir)
	seq := 1
	var full error
	for ; full == nil; seq += 7 {
		full = f.Append(lines(seq, 7))
	}
	if !errors.Is(full, syscall.ENOSPC) {
		t.Fatalf("got %v, want no space", full)
	}
	f.Close()
	again, seqs, notes := open(t, dir)
	if len(notes) > 0 || len(seqs)%7 != 0 || len(seqs) == 0 {
		t.Errorf("got %d entries with notes %q, want a multiple of 7 and nothing torn", len(seqs), notes)
	}
	again.Close()
}
