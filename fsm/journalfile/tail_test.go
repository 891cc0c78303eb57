package journalfile

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

// A file is looked at from its end, a block at a time; what lies across two blocks is seen.

func TestCopiesAreFoundWhereverABlockBegins(t *testing.T) {
	dir := t.TempDir()
	first := fsm.WithKept(line(2, fsm.CodeHeld, 500), []fsm.Entry{{Seq: 1, At: date, Event: fsm.Event{Kind: fsm.Start}, From: fsm.Idle, To: fsm.Initializing}})
	mark := bytes.Index(first, []byte(fsm.KeptMember))
	before := bytes.Repeat(line(1, fsm.CodeHeld, 500), 200) // more than a block
	for k := -len(fsm.KeptMember) - 2; k <= len(fsm.KeptMember)+2; k++ {
		rest := block + k - (len(first) - mark) // so that the mark is k bytes before the last block
		half := len(line(3, fsm.CodeHeld, rest/2))
		text := bytes.Join([][]byte{before, first, line(3, fsm.CodeHeld, rest/2), line(4, fsm.CodeHeld, 1+rest-half-len(line(4, fsm.CodeHeld, 1)))}, nil)
		if len(text)-len(before)-mark != block+k {
			t.Fatalf("the mark is %d bytes from the end", len(text)-mark)
		}
		write(t, dir, "journal.jsonl", text)
		if off, ok, err := lastKept(filepath.Join(dir, "journal.jsonl")); off != int64(len(before)) || !ok || err != nil {
			t.Errorf("%d bytes before the block: %d, %v, %v", k, off, ok, err)
		}
	}
}

func TestALineIsFoundWhereverABlockBegins(t *testing.T) {
	dir := t.TempDir()
	first := line(1, fsm.CodeHeld, 10)
	for size := block - 3; size <= block+3; size++ {
		last := line(2, fsm.CodeHeld, 1+size-len(line(2, fsm.CodeHeld, 1)))
		write(t, dir, "journal.jsonl", append(bytes.Clone(first), last...))
		if off, n, err := back(filepath.Join(dir, "journal.jsonl"), 1); off != int64(len(first)) || n != 1 || err != nil {
			t.Errorf("a line of %d bytes is at %d, %d, %v", size, off, n, err)
		}
		if off, n, err := back(filepath.Join(dir, "journal.jsonl"), 3); off != 0 || n != 2 || err != nil {
			t.Errorf("of two lines there are %d from %d on, %v", n, off, err)
		}
	}
}

func TestCopiesInTheOldestFileAloneAreFound(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, fmt.Sprintf("journal.%d.jsonl", Keep), fsm.WithKept(sealed(1), nil))
	for n := Keep - 1; n > 0; n-- {
		write(t, dir, fmt.Sprintf("journal.%d.jsonl", n), sealed(uint64(10-n)))
	}
	write(t, dir, "journal.jsonl", sealed(10))
	if at, ok, err := latestKept(dir); !ok || err != nil || at != (place{Keep, 0}) {
		t.Errorf("they are at %+v, %v, %v", at, ok, err)
	}
}

func TestAnEntryAndACopyOfItAreOne(t *testing.T) {
	dir := t.TempDir()
	start := fsm.Entry{Seq: 1, At: date, Event: fsm.Event{Kind: fsm.Start}, From: fsm.Idle, To: fsm.Initializing}
	second := fsm.AppendLine(nil, fsm.Entry{Seq: 2, At: date, Event: fsm.Event{Kind: fsm.Version}, From: fsm.Initializing, To: fsm.Initializing})
	write(t, dir, "journal.jsonl", append(fsm.AppendLine(nil, start), fsm.WithKept(second, []fsm.Entry{start})...))
	var told strings.Builder
	if damage, err := Read(dir, func(e fsm.Entry) { fmt.Fprint(&told, e.Seq, e.Carried, " ") }); err != nil || len(damage) > 0 || told.String() != "1 false 2 false " {
		t.Errorf("%q, %q, %v", told.String(), damage, err)
	}
}
