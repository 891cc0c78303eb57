package journalfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

// sealed is a line with a checksum.
func sealed(seq uint64) []byte {
	return fsm.AppendLine(nil, fsm.Entry{Seq: seq, At: date, Event: fsm.Event{Kind: fsm.Boot}, From: fsm.Idle, To: fsm.Idle})
}

// turnOver fills the journal with lines that say nothing, from a number on, until its oldest file was given up.
func turnOver(t *testing.T, f *File, from uint64) (last uint64) {
	t.Helper()
	for bytes := int64(0); bytes < (Keep+2)*f.max; from++ {
		e := fsm.Entry{Seq: from, At: date, Event: fsm.Event{Kind: fsm.CodeHeld}, From: fsm.Halted, To: fsm.Halted}
		line := fsm.AppendLine(nil, e)
		if err := f.Append(line); err != nil {
			t.Fatal(err)
		}
		bytes += int64(len(line))
	}
	return from - 1
}

func TestWhatMustNotBeForgottenSurvivesRotation(t *testing.T) {
	dir := t.TempDir()
	told(t, dir, fsm.Boot, fsm.Start, fsm.PasswordWrong, fsm.Exited) // long ago
	f, _, _ := open(t, dir)
	f.max = 20_000
	last := turnOver(t, f, 5)
	f.Close()
	l, notes := knows(t, dir)
	if r := l.Refusal(); r.Kind != fsm.PasswordWrong || r.Seq != 3 || !r.Carried || len(notes) > 0 {
		t.Errorf("the refusal is %+v, with notes %q", r, notes)
	}
	// Releases that look for no copies within lines find them in front of each file.
	var seqs []uint64
	in, err := os.Open(filepath.Join(dir, "journal.1.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := fsm.ReadJournal(in, func(e fsm.Entry) error { seqs = append(seqs, e.Seq); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(seqs[:3], []uint64{2, 3, 4}) || seqs[3] < 5 || !slices.IsSorted(seqs) {
		t.Errorf("a file begins with %d, of %d", seqs[:4], last)
	}
	if e := sizeOf(t, dir); e > (Keep+1)*20_000 {
		t.Errorf("the folder has %d bytes", e)
	}
}

func TestALineWithCopiesThatIsDamagedIsReplacedByTheOneBefore(t *testing.T) {
	dir := t.TempDir()
	told(t, dir, fsm.Boot, fsm.Start, fsm.PasswordWrong, fsm.Exited)
	f, _, _ := open(t, dir)
	last := turnOver(t, f, 5)
	f.Close()
	path := filepath.Join(dir, "journal.jsonl")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	off, ok, err := lastKept(path)
	if !ok || err != nil || int64(len(text))-off > 2*keepEvery {
		t.Fatalf("%d of %d: %v, %v", off, len(text), ok, err)
	}
	text[off+10] ^= 1
	write(t, dir, "journal.jsonl", text)
	l, notes := knows(t, dir)
	if r := l.Refusal(); r.Kind != fsm.PasswordWrong || len(notes) != 1 {
		t.Errorf("the refusal is %+v, with notes %q", r, notes)
	}
	if again, ok, err := lastKept(path); !ok || err != nil || again >= off || off-again > 2*keepEvery {
		t.Errorf("the one before is at %d, after %d: %v, %v", again, off, ok, err)
	}
	history, err := History(dir, 100)
	if err != nil || len(history) != 100 || history[99].Seq != last || history[0].Seq != last-99 {
		t.Errorf("the latest hundred are %d to %d, %v", history[0].Seq, history[len(history)-1].Seq, err)
	}
}

func TestTheLatestEntriesAreFoundFromTheEnd(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	f.max = 30_000
	last := turnOver(t, f, 1)
	for _, n := range []int{1, 2, 100, 400, 100_000} {
		history, err := History(dir, n)
		if err != nil || len(history) == 0 || history[len(history)-1].Seq != last || len(history) > n || len(history) < min(n, 500) {
			t.Fatalf("%d: got %d, %v", n, len(history), err)
		}
		for i, e := range history {
			if want := last - uint64(len(history)-1-i); e.Seq != want {
				t.Fatalf("%d: %d instead of %d", n, e.Seq, want)
			}
		}
	}
	if history, err := History(t.TempDir(), 5); err != nil || len(history) > 0 {
		t.Errorf("nothing: %v, %v", history, err)
	}
}

func sizeOf(t *testing.T, dir string) (bytes int64) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "journal*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		bytes += info.Size()
	}
	return bytes
}

// A start costs as much with the largest journal as with a small one.
func BenchmarkOpen(b *testing.B) {
	for _, full := range []bool{false, true} {
		dir := b.TempDir()
		f, _, err := Open(dir, func(fsm.Entry) {})
		if err != nil {
			b.Fatal(err)
		}
		var seq uint64
		for bytes := 0; full && bytes < 4*MaxSize; {
			var lines []byte
			for range 100 {
				seq++
				kind := []fsm.Kind{fsm.LoggedIn, fsm.Start, fsm.PasswordWrong, fsm.Quota, fsm.CodeTyped}[seq%5]
				lines = fsm.AppendLine(lines, fsm.Entry{Seq: seq, At: date, Event: fsm.Event{Kind: kind}, From: fsm.Idle, To: fsm.Idle})
			}
			if err := f.Append(lines); err != nil {
				b.Fatal(err)
			}
			bytes += len(lines)
		}
		f.Close()
		b.Run(fmt.Sprintf("full=%v", full), func(b *testing.B) {
			for b.Loop() {
				f, _, err := Open(dir, func(fsm.Entry) {})
				if err := errors.Join(err, f.Close()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
