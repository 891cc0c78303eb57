package journalfile

import "testing"

func TestTheSizeIsThatOfAllFiles(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	size := func() int64 {
		t.Helper()
		bytes, err := f.Size()
		if err != nil {
			t.Fatal(err)
		}
		return bytes
	}
	if got := size(); got != 0 {
		t.Errorf("an empty journal has %d bytes", got)
	}
	f.max = 400
	for seq := 1; seq <= 12; seq += 3 { // 4 files of 3 lines
		if err := f.Append(lines(seq, 3)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, "journal.jsonl.broken-1", []byte("not of the journal"))
	want := sizeOf(t, dir)
	if got := size(); got != want || f.size >= want {
		t.Errorf("the journal has %d bytes, want %d in several files", got, want)
	}
}
