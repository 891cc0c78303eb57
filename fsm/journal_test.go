package fsm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// disk is a disk in memory that can be full.
type disk struct {
	bytes.Buffer
	full  error
	syncs int
}

func (d *disk) Append(lines []byte) error {
	if d.full != nil {
		return d.full
	}
	d.Write(lines)
	return nil
}

func (d *disk) Sync() error { d.syncs++; return d.full }

// add appends and flushes one event that changes nothing.
func add(t *testing.T, j *fsm.Journal, detail string) {
	t.Helper()
	j.Append(time.Now(), fsm.Idle, fsm.Idle, false, fsm.Event{Kind: fsm.Version, Detail: detail})
	if err := j.Flush(); err != nil {
		t.Fatal(err)
	}
}

func TestEveryReaderSeesEveryEntryInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := fsm.NewJournal(&disk{})
		const n = 500
		var readers sync.WaitGroup
		for range 10 {
			readers.Go(func() {
				for seq := range uint64(n) {
					e, err := j.Next(t.Context(), seq)
					if err != nil || e.Seq != seq+1 {
						t.Errorf("got seq %d and %v, want %d", e.Seq, err, seq+1)
						return
					}
				}
			})
		}
		for range n {
			add(t, j, "x")
		}
		readers.Wait()
	})
}

func TestAnEntryIsOnDiskBeforeAReaderSeesIt(t *testing.T) {
	d := &disk{}
	j := fsm.NewJournal(d)
	j.Append(time.Now(), fsm.Idle, fsm.Idle, false, fsm.Event{Kind: fsm.Boot})
	if j.Last().Seq != 0 {
		t.Error("a reader sees an entry that was not flushed")
	}
	if err := j.Flush(); err != nil {
		t.Fatal(err)
	}
	if j.Last().Seq != 1 || !strings.Contains(d.String(), `"kind":"boot"`) {
		t.Errorf("last is %d, disk has %q", j.Last().Seq, d.String())
	}
}

func TestAReaderThatWaitsIsWokenByItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := fsm.NewJournal(&disk{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := j.Next(ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want a deadline", err)
		}
	})
}

func TestAReaderThatFellBehindGoesOnWithTheOldestThatIsLeft(t *testing.T) {
	j := fsm.NewJournal(&disk{})
	for range 3 * fsm.Window {
		add(t, j, "x")
	}
	e, err := j.Next(t.Context(), 1)
	if err != nil || e.Seq != 2*fsm.Window+1 {
		t.Errorf("got seq %d and %v, want %d", e.Seq, err, 2*fsm.Window+1)
	}
}

func TestAFullDiskLosesNothingOnceThereIsRoom(t *testing.T) {
	d := &disk{full: errors.New("no space left on device")}
	j := fsm.NewJournal(d)
	for range 3 {
		j.Append(time.Now(), fsm.Idle, fsm.Idle, false, fsm.Event{Kind: fsm.Version})
		if err := j.Flush(); !errors.Is(err, d.full) {
			t.Fatalf("got %v, want %v", err, d.full)
		}
	}
	if j.Last().Seq != 3 {
		t.Errorf("readers see %d entries, want 3: the disk must not stop the gateway", j.Last().Seq)
	}
	d.full = nil
	if err := j.Sync(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(d.String(), "\n"); got != 3 || d.syncs != 1 {
		t.Errorf("the disk has %d lines after %d syncs, want 3 after 1", got, d.syncs)
	}
}

func TestADiskThatStaysFullCostsBoundedMemory(t *testing.T) {
	d := &disk{full: errors.New("full")}
	j := fsm.NewJournal(d)
	detail := strings.Repeat("x", 500)
	for range 10_000 {
		j.Append(time.Now(), fsm.Idle, fsm.Idle, false, fsm.Event{Kind: fsm.Version, Detail: detail})
		j.Flush()
	}
	d.full = nil
	if err := j.Flush(); err != nil {
		t.Fatal(err)
	}
	var first, last uint64
	_, err := fsm.ReadJournal(&d.Buffer, func(e fsm.Entry) error {
		if first == 0 {
			first = e.Seq
		}
		last = e.Seq
		return nil
	})
	if err != nil || first < 2 || last != 10_000 {
		t.Errorf("the disk has %d to %d and %v; want the latest entries, whole lines, and not all", first, last, err)
	}
}

func TestSyncSpendsNothingWhenAllIsSynced(t *testing.T) {
	d := &disk{}
	j := fsm.NewJournal(d)
	add(t, j, "x")
	for range 3 {
		if err := j.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	if d.syncs != 1 || j.Dirty() {
		t.Errorf("synced %d times, dirty %v", d.syncs, j.Dirty())
	}
}

func TestReplayFindsTheEntryThatWentElsewhere(t *testing.T) {
	entries := []fsm.Entry{
		{Seq: 1, Event: fsm.Event{Kind: fsm.Start}, From: fsm.Idle, To: fsm.Initializing},
		{Seq: 2, Event: fsm.Event{Kind: fsm.LoggedIn}, From: fsm.Initializing, To: fsm.Halted},
	}
	if err := fsm.Replay(entries); err == nil || !strings.Contains(err.Error(), "seq 2") {
		t.Errorf("got %v, want an error that names seq 2", err)
	}
	entries[1].To = fsm.Connected
	if err := fsm.Replay(entries); err != nil {
		t.Error(err)
	}
}

const whole = `{"seq":1,"at":"2026-01-02T03:04:05Z","kind":"boot","from":"idle","to":"idle"}` + "\n"

func TestReadJournalTellsATornLineFromABrokenOne(t *testing.T) {
	second := strings.Replace(whole, `"seq":1`, `"seq":2`, 1)
	for name, c := range map[string]struct {
		text       string
		line       int
		torn, good bool
	}{
		"whole":          {whole + second, 0, false, true},
		"empty":          {"", 0, false, true},
		"torn":           {whole + second[:20], 2, true, false},
		"no newline":     {whole + strings.TrimSuffix(second, "\n"), 2, true, false},
		"no JSON":        {whole + "hello\n" + second, 2, false, false},
		"two values":     {whole + strings.TrimSuffix(second, "\n") + " {}\n", 2, false, false},
		"no kind":        {`{"seq":1,"at":"2026-01-02T03:04:05Z","from":"idle","to":"idle"}` + "\n", 1, false, false},
		"unknown state":  {strings.Replace(whole, `"to":"idle"`, `"to":"asleep"`, 1), 1, false, false},
		"same seq twice": {whole + whole, 2, false, false},
		"endless line":   {whole + strings.Repeat("x", fsm.MaxLine+10), 2, false, false},
	} {
		n, err := fsm.ReadJournal(strings.NewReader(c.text), func(fsm.Entry) error { return nil })
		bad, ok := errors.AsType[*fsm.BadLineError](err)
		if ok == c.good || ok && (bad.Line != c.line || bad.Torn != c.torn) {
			t.Errorf("%s: got %v", name, err)
		}
		if !c.good && c.line == 2 && n != int64(len(whole)) {
			t.Errorf("%s: %d bytes are whole, want %d", name, n, len(whole))
		}
	}
}

// FuzzReadJournal: any bytes are read without harm, what counts as whole reads again to
// the same entries, and every entry read can be written.
func FuzzReadJournal(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(whole + whole[:30]))
	f.Fuzz(func(t *testing.T, b []byte) {
		var first, second []fsm.Entry
		n, _ := fsm.ReadJournal(bytes.NewReader(b), func(e fsm.Entry) error { first = append(first, e); return nil })
		if n > int64(len(b)) {
			t.Fatalf("%d of %d bytes are whole", n, len(b))
		}
		if _, err := fsm.ReadJournal(bytes.NewReader(b[:n]), func(e fsm.Entry) error { second = append(second, e); return nil }); err != nil {
			t.Fatalf("the whole part does not read again: %v", err)
		}
		if len(first) != len(second) {
			t.Fatalf("read %d entries, then %d", len(first), len(second))
		}
		for _, e := range first {
			if _, err := json.Marshal(e); err != nil {
				t.Fatal(err)
			}
		}
	})
}
