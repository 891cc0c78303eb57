package journalfile

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

// What stands at a bound, or one beside it. testdata/mutants.md has the bounds of which nothing can be seen.

// line is one entry with a number, a kind and a detail of so many bytes.
func line(seq uint64, kind fsm.Kind, size int) []byte {
	return fsm.AppendLine(nil, fsm.Entry{Seq: seq, At: date, Event: fsm.Event{Kind: kind, Detail: strings.Repeat("x", size)}, From: fsm.Closed, To: fsm.Closed})
}

// add appends, and fails the test if that does.
func add(t *testing.T, f *File, lines []byte) {
	t.Helper()
	if err := f.Append(lines); err != nil {
		t.Fatal(err)
	}
}

// exists reports whether a file is in the folder.
func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}

func TestWhatIsWrittenInThisRunIsCarriedIntoTheNextFile(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	add(t, f, line(1, fsm.Start, 10))
	add(t, f, line(2, fsm.CodeHeld, 10))
	add(t, f, line(3, fsm.DeviceKept, 10))
	f.max = 1
	add(t, f, line(4, fsm.CodeHeld, 10))
	text, err := os.ReadFile(f.path(0))
	if err != nil {
		t.Fatal(err)
	}
	var seqs []uint64
	fsm.ReadJournal(bytes.NewReader(text), func(e fsm.Entry) error { seqs = append(seqs, e.Seq); return nil })
	if fmt.Sprint(seqs) != "[1 3 4]" {
		t.Errorf("the new file has %v", seqs)
	}
}

func TestAFileIsFilledToItsLastByteAndAnEmptyOneIsNotRotated(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	f.max = 1
	add(t, f, line(1, fsm.CodeHeld, 10)) // the first line has copies, of nothing
	if exists(dir, "journal.1.jsonl") {
		t.Error("an empty file was rotated")
	}
	next := line(2, fsm.CodeHeld, 10)
	f.max = f.size + int64(len(next))
	add(t, f, next)
	if exists(dir, "journal.1.jsonl") || f.size != f.max {
		t.Errorf("a file with room for a line was rotated: %d bytes of %d", f.size, f.max)
	}
	add(t, f, line(3, fsm.CodeHeld, 10))
	if !exists(dir, "journal.1.jsonl") {
		t.Error("a file without room was not rotated")
	}
}

func TestALineHasCopiesIfItIsNotTooLongForThem(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	add(t, f, line(1, fsm.Start, 10))
	base := len(fsm.WithKept(line(2, fsm.CodeHeld, 1), f.kept.Entries())) - 1
	for size, has := range map[int]bool{fsm.MaxLine - base: true, fsm.MaxLine - base + 1: false} {
		f.since = keepEvery
		long := line(2, fsm.CodeHeld, size)
		written := f.withKept(long)
		if got := bytes.Contains(written, []byte(fsm.KeptMember)); got != has || !has && !bytes.Equal(written, long) || has && len(written) != fsm.MaxLine {
			t.Errorf("a line of %d bytes has copies: %v", len(written), got)
		}
	}
	f.since = keepEvery - 1
	if short := line(2, fsm.CodeHeld, 1); !bytes.Equal(f.withKept(short), short) {
		t.Error("copies are written before they are due")
	}
}

func TestAStartGoesOnCountingWhereTheLatestCopiesAre(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	seq := uint64(1)
	for ; f.size < keepEvery+5000; seq++ {
		add(t, f, line(seq, fsm.CodeHeld, 500))
	}
	f.Close()
	off, ok, err := lastKept(f.path(0))
	if !ok || err != nil || off == 0 {
		t.Fatalf("the copies are at %d, %v, %v", off, ok, err)
	}
	again, _, _ := open(t, dir)
	if want := again.size - off; again.since != want {
		t.Errorf("%d bytes are counted since the copies, want %d", again.since, want)
	}
	again.max = 1
	add(t, again, line(seq, fsm.CodeHeld, 10)) // in a new file, with copies
	again.Close()
	write(t, dir, "journal.jsonl", nil) // those of the file before are the latest
	if third, _, _ := open(t, dir); third.since != keepEvery {
		t.Errorf("with the copies in an older file %d bytes are counted", third.since)
	}
}

func TestWhatWasFoundDamagedIsFoundOnce(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	seq := uint64(1)
	for ; f.size < 2*keepEvery; seq++ {
		add(t, f, line(seq, fsm.CodeHeld, 500))
	}
	f.Close()
	path := f.path(0)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	number := bytes.Count(text, []byte("\n"))
	text[len(text)-100] ^= 1 // within the last line
	write(t, dir, "journal.jsonl", text)
	again, _, notes := open(t, dir)
	want := fmt.Sprintf("%s: line %d cannot be read: its checksum is wrong; it is passed over", path, number)
	if again.since != keepEvery || len(notes) != 1 || notes[0] != want {
		t.Errorf("%d bytes are counted, notes %q, want %q", again.since, notes, want)
	}
	add(t, again, line(seq+1, fsm.CodeHeld, 10))
	again.Close()
	if _, _, notes := open(t, dir); len(notes) > 0 {
		t.Errorf("the next start tells %q", notes)
	}
}

func TestThreeGapsOfAFileAreTold(t *testing.T) {
	dir := t.TempDir()
	var text []byte
	for n := range 6 {
		text = append(text, sealed(uint64(1+10*n))...)
	}
	write(t, dir, "journal.jsonl", text)
	_, _, notes := open(t, dir)
	if len(notes) != maxGaps || !strings.HasSuffix(notes[2], "before line 4 the entries 22 to 30 are missing") {
		t.Errorf("%d are told: %q", len(notes), notes)
	}
}

func TestWhatAFailedWriteLeftIsCutOffOnce(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	add(t, f, lines(1, 1))
	if _, err := f.out.WriteString(`{"seq":2,"at"`); err != nil {
		t.Fatal(err)
	}
	f.torn = true
	add(t, f, lines(2, 1))
	if f.torn {
		t.Error("it is to be cut off again")
	}
	add(t, f, lines(3, 1))
	var seqs []uint64
	if damage, err := Read(dir, func(e fsm.Entry) { seqs = append(seqs, e.Seq) }); err != nil || len(damage) > 0 || fmt.Sprint(seqs) != "[1 2 3]" {
		t.Errorf("%v, %q, %v", seqs, damage, err)
	}
}

func TestTheLatestLinesAreFoundWithoutTheOthers(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "journal.3.jsonl", lines(1, 10))
	write(t, dir, "journal.2.jsonl", lines(11, 10))
	write(t, dir, "journal.1.jsonl", lines(21, 2000)) // of several blocks
	write(t, dir, "journal.jsonl", lines(2021, 1500))
	for n, want := range map[int]place{
		1:    {0, int64(len(lines(2021, 1499)))},
		1499: {0, int64(len(lines(2021, 1)))},
		1500: {0, 0},
		1501: {1, int64(len(lines(21, 1999)))},
		3500: {1, 0},
		3501: {2, int64(len(lines(11, 9)))},
		3511: {3, int64(len(lines(1, 9)))},
		3520: {3, 0},
		3521: {Keep, 0},
	} {
		if got, err := linesBack(dir, n); err != nil || got != want {
			t.Errorf("the latest %d begin at %+v, %v, want %+v", n, got, err, want)
		}
	}
}
