package fsm_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// entry is a line as releases wrote it that knew no checksum.
const entry = `{"seq":1,"at":"2026-01-02T03:04:05Z","kind":"boot","from":"idle","to":"idle"}` + "\n"

// sealed is the line of an entry with a number and a kind.
func sealed(seq uint64, kind fsm.Kind) string {
	return string(fsm.AppendLine(nil, fsm.Entry{
		Seq: seq, At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Event: fsm.Event{Kind: kind}, From: fsm.Idle, To: fsm.Idle,
	}))
}

func TestALineEndsWithItsChecksum(t *testing.T) {
	const want = `{"seq":1,"at":"2026-01-02T03:04:05Z","kind":"boot","from":"idle","to":"idle","sum":"b50f46dd"}` + "\n"
	if got := sealed(1, fsm.Boot); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestABadLineIsPassedOverAndATornEndIsNone(t *testing.T) {
	second := strings.Replace(entry, `"seq":1`, `"seq":2`, 1)
	third := strings.Replace(entry, `"seq":1`, `"seq":3`, 1)
	flipped := strings.Replace(sealed(2, fsm.PasswordWrong), "password_wrong", "passwosd_wrong", 1)
	nul := strings.Repeat("\x00", 3*fsm.MaxLine)
	for name, c := range map[string]struct {
		text string
		read string // the numbers of the entries
		bad  int    // the number of the first bad line, 0 for none
		torn bool
	}{
		"whole":                       {entry + second, "12", 0, false},
		"empty":                       {"", "", 0, false},
		"torn":                        {entry + second[:20], "1", 2, true},
		"only its end is missing":     {entry + strings.TrimSuffix(second, "\n"), "12", 0, false},
		"NULs to the end":             {entry + nul[:3000], "1", 2, true},
		"many NULs to the end":        {entry + nul, "1", 2, true},
		"torn, and NULs to the end":   {entry + second[:20] + nul, "1", 2, true},
		"NULs, and then a line":       {entry + nul[:3000] + "\n" + third, "13", 2, false},
		"no JSON":                     {entry + "hello\n" + third, "13", 2, false},
		"first of all":                {"hello\n" + second, "2", 1, false},
		"two of them":                 {"hello\n" + second + "hello\n", "2", 1, false},
		"two values":                  {entry + strings.TrimSuffix(second, "\n") + " {}\n" + third, "13", 2, false},
		"no kind":                     {strings.Replace(entry, `"kind":"boot",`, "", 1) + second, "2", 1, false},
		"unknown state":               {strings.Replace(entry, `"to":"idle"`, `"to":"asleep"`, 1) + second, "2", 1, false},
		"the same number twice":       {entry + entry, "1", 2, false},
		"a number out of range":       {strings.Replace(entry, `"seq":1`, `"seq":18446744073709551615`, 1) + second, "2", 1, false},
		"an endless line":             {entry + strings.Repeat("x", 3*fsm.MaxLine) + "\n" + third, "13", 2, false},
		"an endless line at the end":  {entry + strings.Repeat("x", 3*fsm.MaxLine), "1", 2, false},
		"with checksums":              {sealed(1, fsm.Boot) + sealed(2, fsm.Start), "12", 0, false},
		"a bit flipped":               {sealed(1, fsm.Boot) + flipped + sealed(3, fsm.Exited), "13", 2, false},
		"a checksum after none":       {entry + sealed(2, fsm.Start), "12", 0, false},
		"none after a checksum":       {sealed(1, fsm.Boot) + second + sealed(3, fsm.Exited), "13", 2, false},
		"an unknown kind, and none":   {strings.Replace(entry, "boot", "boos", 1) + second, "2", 1, false},
		"an unknown kind, and one":    {sealed(1, "of_a_later_release"), "1", 0, false},
		"the checksum's name damaged": {sealed(1, fsm.Boot) + strings.Replace(sealed(2, fsm.Start), "sum", "sun", 1), "1", 2, false},
	} {
		read := ""
		n, err := fsm.ReadJournal(strings.NewReader(c.text), func(e fsm.Entry) error { read += string(rune('0' + e.Seq)); return nil })
		bad, damaged := errors.AsType[*fsm.BadLineError](err)
		if read != c.read || damaged != (c.bad > 0) || damaged && (bad.Line != c.bad || bad.Torn != c.torn) || !damaged && err != nil {
			t.Errorf("%s: read %q and got %v", name, read, err)
		}
		if torn := int64(len(c.text)) - n; torn > 0 != c.torn {
			t.Errorf("%s: %d bytes are torn", name, torn)
		}
	}
}

func TestWhatMustNotBeForgottenIsPartOfALine(t *testing.T) {
	var copies []fsm.Entry
	for seq := range uint64(3) {
		copies = append(copies, fsm.Entry{Seq: seq + 1, At: time.Unix(1, 0).UTC(), Event: fsm.Event{Kind: fsm.Start, Detail: `a "b", c`}, From: fsm.Idle, To: fsm.Idle})
	}
	for _, want := range [][]fsm.Entry{{}, copies} {
		line := fsm.WithKept([]byte(sealed(9, fsm.Boot)), want)
		l, err := fsm.NewReader(bytes.NewReader(line), true).Next()
		if err != nil || l.Seq != 9 || l.Kept == nil || len(l.Kept) != len(want) || len(want) > 0 && !reflect.DeepEqual(l.Kept, want) {
			t.Errorf("got %+v and %v from %s", l, err, line)
		}
	}
	if l, err := fsm.NewReader(strings.NewReader(sealed(9, fsm.Boot)), true).Next(); err != nil || l.Kept != nil {
		t.Errorf("a line without copies has %v, %v", l.Kept, err)
	}
}

func TestAnEntryFromTheFutureIsTakenAsOfNow(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	e := fsm.Entry{At: now.AddDate(10, 0, 0), Event: fsm.Event{Until: now.AddDate(10, 0, 1)}}
	if got := e.AsOf(now); !got.At.Equal(now) || !got.Until.Equal(now.AddDate(0, 0, 1)) {
		t.Errorf("it is of %v, until %v", got.At, got.Until)
	}
	e = fsm.Entry{At: now.AddDate(0, 0, -1), Event: fsm.Event{Until: now.AddDate(0, 0, 1)}}
	if got := e.AsOf(now); got != e {
		t.Errorf("one of yesterday is %+v", got)
	}
}

// FuzzReadJournal: any bytes are read to their end without harm, and what was read is read again from the lines that it makes.
func FuzzReadJournal(f *testing.F) {
	f.Add([]byte(entry))
	f.Add([]byte(entry + entry[:30]))
	f.Add([]byte(sealed(1, fsm.Boot) + sealed(2, fsm.Start) + entry + "\x00\x00"))
	f.Add(fsm.WithKept([]byte(sealed(9, fsm.Boot)), []fsm.Entry{{Seq: 1, Event: fsm.Event{Kind: fsm.Start}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		var first []fsm.Entry
		n, err := fsm.ReadJournal(bytes.NewReader(b), func(e fsm.Entry) error { first = append(first, e); return nil })
		if _, damaged := errors.AsType[*fsm.BadLineError](err); err != nil && !damaged {
			t.Fatal(err)
		}
		if n > int64(len(b)) {
			t.Fatalf("%d of %d bytes are whole", n, len(b))
		}
		var lines []byte
		for _, e := range first {
			lines = fsm.AppendLine(lines, e)
		}
		var second []fsm.Entry
		if _, err := fsm.ReadJournal(bytes.NewReader(lines), func(e fsm.Entry) error { second = append(second, e); return nil }); err != nil {
			t.Fatalf("what was read does not read again: %v\n%s", err, lines)
		}
		if len(first) != len(second) {
			t.Fatalf("read %d entries, then %d", len(first), len(second))
		}
	})
}

// FuzzOneByte: whatever one byte of a journal becomes, no entry is read that was not written.
func FuzzOneByte(f *testing.F) {
	text := sealed(1, fsm.Boot) + sealed(2, fsm.Start) + sealed(3, fsm.PasswordWrong) + sealed(4, fsm.Exited)
	wrote := map[fsm.Entry]bool{}
	if _, err := fsm.ReadJournal(strings.NewReader(text), func(e fsm.Entry) error { wrote[e] = true; return nil }); err != nil || len(wrote) != 4 {
		f.Fatal(err)
	}
	f.Add(uint(len(text)/2), byte(1))
	f.Add(uint(len(text)-1), byte('\n'))
	f.Fuzz(func(t *testing.T, at uint, flip byte) {
		b := []byte(text)
		b[at%uint(len(b))] ^= flip
		lines := fsm.NewReader(bytes.NewReader(b), false)
		for {
			l, err := lines.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil && !wrote[l.Entry] {
				t.Fatalf("read %+v from\n%s", l.Entry, b)
			}
		}
	})
}
