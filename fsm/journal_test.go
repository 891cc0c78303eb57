package fsm_test

import (
	"bytes"
	"context"
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

func TestEntriesOfEarlierRunsAreReadWhenAReaderWantsThem(t *testing.T) {
	j := fsm.NewJournal(&disk{})
	asked := 0
	j.Earlier(func(n int) (past []fsm.Entry) {
		asked++
		for seq := uint64(101); seq <= 5000; seq++ { // the disk has what is in memory, too
			past = append(past, fsm.Entry{Seq: seq})
		}
		return past[len(past)-n:]
	})
	j.Recall(fsm.Entry{Seq: 7, Carried: true}) // a copy
	for seq := uint64(4991); seq <= 5000; seq++ {
		j.Recall(fsm.Entry{Seq: seq})
	}
	add(t, j, "x")
	for after := uint64(4990); after <= 5000; after++ {
		if e, err := j.Next(t.Context(), after); err != nil || e.Seq != after+1 {
			t.Fatalf("after %d: %d and %v", after, e.Seq, err)
		}
	}
	if asked > 0 {
		t.Error("the disk was asked for what is in memory")
	}
	for _, after := range []uint64{0, 7, 4000} {
		if e, err := j.Next(t.Context(), after); err != nil || e.Seq != max(after+1, 5001-fsm.Window+1) {
			t.Errorf("after %d: %d and %v", after, e.Seq, err)
		}
	}
	if asked != 1 {
		t.Errorf("the disk was asked %d times", asked)
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
