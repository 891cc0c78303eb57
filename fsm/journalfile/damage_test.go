package journalfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// told is the journal of a gateway that was told these kinds, one a second, all of them in the state that they lead to.
func told(t *testing.T, dir string, kinds ...fsm.Kind) {
	t.Helper()
	f, _, _ := open(t, dir)
	m := fsm.NewMachine(fsm.Idle)
	for i, k := range kinds {
		e := fsm.Entry{Seq: uint64(i + 1), At: date.Add(time.Duration(i) * time.Second), Event: fsm.Event{Kind: k}}
		if k == fsm.Start {
			e.Login = "1111"
		}
		e.From, e.To = m.Apply(e.Event)
		if err := f.Append(fsm.AppendLine(nil, e)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

var date = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// knows opens dir as a gateway does, and returns what it knows.
func knows(t *testing.T, dir string) (ledger fsm.Ledger, notes []string) {
	t.Helper()
	f, notes, err := Open(dir, ledger.Note)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	return ledger, notes
}

// holds reports whether a gateway that knows this logs in by itself.
func holds(l fsm.Ledger) bool {
	_, refused := l.Refused("1111", time.Now())
	_, lost := l.Lost()
	return refused || lost
}

func TestATornEndIsNoDamageAndIsCutOff(t *testing.T) {
	torn := lines(1, 3)
	for name, text := range map[string][]byte{
		"torn":         torn[:len(torn)-20],
		"NULs":         append(lines(1, 2), make([]byte, 3000)...), // what a power cut leaves on some file systems
		"many NULs":    append(lines(1, 2), make([]byte, 200_000)...),
		"torn, sealed": append(slices.Concat(sealed(1), sealed(2)), sealed(3)[:50]...),
	} {
		dir := t.TempDir()
		write(t, dir, "journal.jsonl", text)
		f, seqs, notes := open(t, dir)
		if !slices.Equal(seqs, []uint64{1, 2}) || len(notes) != 1 || !strings.Contains(notes[0], "line, 3, was torn") {
			t.Errorf("%s: got %v with notes %q", name, seqs, notes)
		}
		if err := errors.Join(f.Append(sealed(3)), f.Close()); err != nil {
			t.Fatal(err)
		}
		f, seqs, notes = open(t, dir)
		f.Close()
		if !slices.Equal(seqs, []uint64{3}) || len(notes) > 0 {
			t.Errorf("%s: after the repair got %v with notes %q", name, seqs, notes)
		}
		if l, _ := knows(t, dir); holds(l) {
			t.Errorf("%s: a person is asked after a power cut", name)
		}
	}
}

func TestALastLineThatLacksItsEndAloneIsCompleted(t *testing.T) {
	dir := t.TempDir()
	text := slices.Concat(sealed(1), sealed(2))
	write(t, dir, "journal.jsonl", text[:len(text)-1])
	f, seqs, notes := open(t, dir)
	if err := f.Append(sealed(3)); err != nil || !slices.Equal(seqs, []uint64{1, 2}) || len(notes) > 0 {
		t.Fatalf("got %v with notes %q and %v", seqs, notes, err)
	}
	var all []uint64
	if damage, err := Read(dir, func(e fsm.Entry) { all = append(all, e.Seq) }); err != nil || len(damage) > 0 || !slices.Equal(all, []uint64{1, 2, 3}) {
		t.Errorf("then it has %v, %q, %v", all, damage, err)
	}
}

func TestABadLineIsPassedOverAndToldOnceWithFileAndLine(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "journal.jsonl", slices.Concat(sealed(1), sealed(2), []byte("hello\n"), sealed(4), []byte("hello\n"), sealed(6)))
	f, seqs, notes := open(t, dir)
	if !slices.Equal(seqs, []uint64{1, 2, 3, 4, 5, 6}) {
		t.Errorf("got %v, want all, and one for each that is lost", seqs)
	}
	want := filepath.Join(dir, "journal.jsonl") + ": line 3 cannot be read: "
	if len(notes) != 1 || !strings.HasPrefix(notes[0], want) || !strings.HasSuffix(notes[0], "it is passed over, and so are 1 more") {
		t.Errorf("told %q, want %q once", notes, want)
	}
	if err := errors.Join(f.Append(sealed(7)), f.Close()); err != nil {
		t.Fatal(err)
	}
	if _, _, notes := open(t, dir); len(notes) > 0 {
		t.Errorf("told again: %q", notes)
	}
	if damage, err := Read(dir, func(fsm.Entry) {}); err != nil || len(damage) != 1 {
		t.Errorf("who reads all is told %q, %v", damage, err)
	}
}

// The smallest inputs of what was found: a refused login was tried again after one bad byte.
func TestARefusalIsHeldWhateverByteIsDamaged(t *testing.T) {
	whole := t.TempDir()
	told(t, whole, fsm.Boot, fsm.Start, fsm.Started, fsm.LoggingIn, fsm.PasswordWrong, fsm.Exited, fsm.Boot)
	text, err := os.ReadFile(filepath.Join(whole, "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for at := 0; at < len(text); at += 7 {
		for _, damage := range []func([]byte) []byte{
			func(b []byte) []byte { b[at] ^= 4; return b },
			func(b []byte) []byte { b[at] = 0; return b },
			func(b []byte) []byte { return slices.Delete(b, at, min(len(b), at+9)) },
			func(b []byte) []byte { return slices.Delete(b, at, min(len(b), at+150)) },
			func(b []byte) []byte { clear(b[at:min(len(b), at+200)]); return b },
		} {
			broken := damage(slices.Clone(text))
			write(t, dir, "journal.jsonl", broken)
			if torn := !strings.HasSuffix(string(broken), "\n"); torn {
				continue // that is what a power cut leaves
			}
			first, second := fsm.Ledger{}, fsm.Ledger{}
			f, _, err := Open(dir, first.Note)
			if err := errors.Join(err, f.Append(sealed(99)), f.out.Close(), f.lock.Close(), Latest(dir, second.Note)); err != nil {
				t.Fatal(err)
			}
			if !holds(first) || !holds(second) {
				t.Fatalf("byte %d: a login is tried at the first start %v, at the second %v:\n%s", at, !holds(first), !holds(second), broken)
			}
		}
	}
}

func TestALineThatIsLostBeforeASuccessAsksNobody(t *testing.T) {
	for name, c := range map[string]struct {
		kinds []fsm.Kind
		lose  int // the number of the line that is lost
		asks  bool
	}{
		"before a success": {[]fsm.Kind{fsm.Boot, fsm.Start, fsm.LoggingIn, fsm.LoggedIn, fsm.Stop}, 3, false},
		"after it":         {[]fsm.Kind{fsm.Boot, fsm.Start, fsm.LoggedIn, fsm.Stop, fsm.Exited, fsm.Boot}, 5, true},
		"at the end":       {[]fsm.Kind{fsm.Boot, fsm.Start, fsm.LoggedIn, fsm.Stop, fsm.Exited, fsm.Boot}, 6, true},
		"the success":      {[]fsm.Kind{fsm.Boot, fsm.Start, fsm.LoggedIn, fsm.Stop, fsm.Exited, fsm.Boot}, 3, true},
		"all but one":      {[]fsm.Kind{fsm.Boot, fsm.Boot}, 1, true},
	} {
		for what, damage := range map[string]func([]byte) []byte{
			"spoilt":  func(line []byte) []byte { return append([]byte("x"), line...) },
			"cut out": func([]byte) []byte { return nil },
			"without its checksum": func(line []byte) []byte {
				return []byte(string(line[:strings.Index(string(line), `,"sum"`)]) + "}\n")
			},
		} {
			dir := t.TempDir()
			told(t, dir, c.kinds...)
			path := filepath.Join(dir, "journal.jsonl")
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			split := slices.Collect(func(yield func([]byte) bool) {
				for line := range strings.Lines(string(text)) {
					if !yield([]byte(line)) {
						return
					}
				}
			})
			if what == "cut out" && (c.lose == 1 || c.lose == len(split)) || what == "without its checksum" && c.lose == 1 {
				continue // nobody can see that
			}
			split[c.lose-1] = damage(split[c.lose-1])
			write(t, dir, "journal.jsonl", slices.Concat(split...))
			l, notes := knows(t, dir)
			lost, asks := l.Lost()
			if asks != c.asks || len(notes) != 1 {
				t.Errorf("%s, %s: a person is asked: %v (%+v), told %q", name, what, asks, lost, notes)
			}
			if asks && !strings.Contains(lost.Detail, fmt.Sprintf("line %d", c.lose)) {
				t.Errorf("%s, %s: it names %q", name, what, lost.Detail)
			}
		}
	}
}

func TestAJournalOfAnEarlierReleaseIsRead(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "journal.1.jsonl", unsealed(1, 3))
	carried := strings.Replace(string(unsealed(2, 1)), "}\n", `,"carried":true}`+"\n", 1)
	write(t, dir, "journal.jsonl", append([]byte(carried), unsealed(4, 2)...))
	f, seqs, notes := open(t, dir)
	if !slices.Equal(seqs, []uint64{1, 2, 3, 4, 5}) || len(notes) > 0 {
		t.Errorf("got %v with notes %q", seqs, notes)
	}
	f.Close()
	if l, _ := knows(t, dir); holds(l) {
		t.Error("a person is asked")
	}
}

func TestEntriesOfTheFutureAreOfNowOnce(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	for seq := range uint64(fsm.MaxStarts) {
		e := fsm.Entry{Seq: seq + 1, At: time.Now().AddDate(10, 0, 0).UTC(), Event: fsm.Event{Kind: fsm.Start}, From: fsm.Idle, To: fsm.Initializing}
		if err := f.Append(fsm.AppendLine(nil, e)); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	var safe []time.Time
	for seq := range uint64(3) {
		var l fsm.Ledger
		f, _, err := Open(dir, l.Note)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := l.Safe(time.Now())
		safe = append(safe, at)
		e := fsm.Entry{Seq: 10 + seq, At: time.Now().UTC(), Event: fsm.Event{Kind: fsm.Boot}, From: fsm.Initializing, To: fsm.Idle}
		if err := errors.Join(f.Append(fsm.AppendLine(nil, e)), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if wait := time.Until(safe[0]); wait <= 0 || wait > fsm.StartsWithin {
		t.Errorf("the next start is safe in %v", wait)
	}
	if !safe[1].Equal(safe[0]) || !safe[2].Equal(safe[0]) {
		t.Errorf("it moves along: %v", safe)
	}
}
