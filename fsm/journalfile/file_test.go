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

	"github.com/ostai/futuopend-gateway/fsm"
)

// lines are n entries from the given number on, as the journal writes them.
func lines(from, n int) (text []byte) {
	for seq := from; seq < from+n; seq++ {
		text = append(text, sealed(uint64(seq))...)
	}
	return text
}

// unsealed are such lines as releases wrote them that knew no checksum.
func unsealed(from, n int) []byte {
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

func TestTheJournalIsBoundedByRotation(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	f.max = 1000 // about ten lines
	for seq := range 500 {
		if err := f.Append(lines(seq+1, 1)); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	files, err := filepath.Glob(filepath.Join(dir, "journal*.jsonl"))
	if err != nil || len(files) != Keep+1 {
		t.Fatalf("got %v and %v, want %d files", files, err, Keep+1)
	}
	if size := sizeOf(t, dir); size > (Keep+1)*1000 {
		t.Errorf("the folder holds %d bytes, want at most %d", size, (Keep+1)*1000)
	}
	var seqs []uint64
	damage, err := Read(dir, func(e fsm.Entry) { seqs = append(seqs, e.Seq) })
	if err != nil || len(damage) > 0 || len(seqs) < 30 || seqs[len(seqs)-1] != 500 || int(seqs[0]) != 500-len(seqs)+1 {
		t.Errorf("got %d entries from %v on, %q and %v, want the latest without a gap", len(seqs), seqs[:1], damage, err)
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
	n := 0
	if damage, err := Read(dir, func(fsm.Entry) { n++ }); err != nil || len(damage) > 0 || n%7 != 0 || n == 0 {
		t.Errorf("got %d entries with %q and %v, want a multiple of 7 and nothing torn", n, damage, err)
	}
}
