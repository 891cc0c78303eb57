package fsm

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"
)

// Window is how many entries a [Journal] keeps in memory for its readers. A login makes
// about forty, so this is days of history in about a megabyte. A reader that falls
// further behind goes on with the oldest that is left, and sees it by the gap in Seq.
const Window = 4096

// slack is how many entries more there may be before the oldest are dropped, so that not each entry moves all others.
const slack = Window / 4

// maxUnwritten bounds, in bytes, what a journal keeps for a disk that takes nothing. It holds
// about ten thousand entries; beyond it the oldest are lost to the disk, which the gap in Seq shows.
const maxUnwritten = 2 << 20

// Disk keeps journal lines. What Append took is whole lines; if it fails, it must not
// have kept a part of them. Sync returns when what was appended survives a power cut.
type Disk interface {
	Append(lines []byte) error
	Sync() error
}

// Journal is every event in order, and the publish/subscribe of the program: a reader
// is a cursor, the sequence number it saw last, so catching up and following are one loop.
//
// One goroutine, the owner of the machine, may call Append, Flush, Sync and Recall.
// Next and Last are for everybody.
type Journal struct {
	disk Disk

	// Owned by the appending goroutine.
	seq       uint64
	pending   []Entry // appended, not yet seen by readers
	unwritten []byte  // their lines, and older ones that the disk refused
	dirty     bool    // written since the last Sync

	mu      sync.Mutex // guards what follows, for the time of a copy
	entries []Entry    // at most Window+slack, the last Window of which count
	sum     Snapshot   // of all entries
	more    chan struct{}
	earlier func(n int) []Entry // see Earlier; nil once it was asked

	asking sync.Mutex // held while the disk is asked for earlier entries
}

// NewJournal returns a journal that writes to disk. It is empty until [Journal.Recall] fills it.
func NewJournal(disk Disk) *Journal {
	return &Journal{disk: disk, more: make(chan struct{}), sum: Snapshot{State: Idle}}
}

// Recall adds an entry that the disk already holds. Call it with the latest of them in order, before anything else. A copy of
// an older one counts, and is shown to nobody.
func (j *Journal) Recall(e Entry) {
	j.seq = e.Seq
	if e.Carried {
		j.sum = j.sum.After(e)
		return
	}
	j.publish([]Entry{e})
}

// Earlier says whom to ask, once, for the latest n entries on disk, when a reader wants older ones than were recalled. It is called by
// that reader's goroutine, and returns them in order. Call Earlier before there are readers.
func (j *Journal) Earlier(ask func(n int) []Entry) { j.earlier = ask }

// Append adds an entry, which readers see, and the disk holds, after the next Flush.
// Act on an entry only after Flush returned.
func (j *Journal) Append(at time.Time, from, to State, held bool, e Event) Entry {
	j.seq++
	entry := Entry{Seq: j.seq, At: at.UTC(), Event: e, From: from, To: to, Held: held}
	j.pending = append(j.pending, entry)
	j.unwritten = AppendLine(j.unwritten, entry)
	return entry
}

// Flush writes what was appended and shows it to the readers. If the disk refuses, the readers see
// the entries all the same, the lines are kept for the next Flush, and the error is returned.
func (j *Journal) Flush() error {
	err := j.write()
	if len(j.pending) > 0 {
		j.publish(j.pending)
		j.pending = j.pending[:0]
	}
	return err
}

func (j *Journal) write() error {
	if len(j.unwritten) == 0 {
		return nil
	}
	if err := j.disk.Append(j.unwritten); err != nil {
		j.forgetOldest()
		return fmt.Errorf("write journal: %w", err)
	}
	j.unwritten = j.unwritten[:0]
	j.dirty = true
	return nil
}

// forgetOldest keeps what the disk refuses within maxUnwritten, by whole lines. It makes room for
// many at once, so that the next ones are cheap.
func (j *Journal) forgetOldest() {
	if len(j.unwritten) <= maxUnwritten {
		return
	}
	for i := len(j.unwritten) - maxUnwritten/2; i < len(j.unwritten); i++ {
		if j.unwritten[i] == '\n' {
			j.unwritten = append(j.unwritten[:0], j.unwritten[i+1:]...)
			return
		}
	}
}

// Sync flushes, and returns when everything appended survives a power cut.
func (j *Journal) Sync() error {
	if err := j.Flush(); err != nil {
		return err
	}
	if !j.dirty {
		return nil
	}
	if err := j.disk.Sync(); err != nil {
		return fmt.Errorf("sync journal: %w", err)
	}
	j.dirty = false
	return nil
}

// Dirty reports whether a Sync has something to do.
func (j *Journal) Dirty() bool { return j.dirty || len(j.unwritten) > 0 }

func (j *Journal) publish(es []Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, es...)
	for _, e := range es {
		j.sum = j.sum.After(e)
	}
	if len(j.entries) >= Window+slack {
		j.entries = append(j.entries[:0], j.entries[len(j.entries)-Window:]...)
	}
	close(j.more)
	j.more = make(chan struct{})
}

// Last returns the newest entry that readers may see. Its To is the current state.
// Before the first entry it returns one with Seq 0 in state Idle.
func (j *Journal) Last() Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.entries) == 0 {
		return Entry{From: Idle, To: Idle}
	}
	return j.entries[len(j.entries)-1]
}

// Snapshot returns what the entries that readers may see amount to.
func (j *Journal) Snapshot() Snapshot {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.sum
}

// Next returns the first entry after the given sequence number, waiting for it until ctx
// ends. If entries after it have left the window, it returns the oldest that is left.
func (j *Journal) Next(ctx context.Context, after uint64) (Entry, error) {
	for {
		e, ok, more := j.Look(after)
		if ok {
			return e, nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return Entry{}, context.Cause(ctx)
		}
	}
}

// Look is Next without waiting: if there is no such entry, ok is false, and more closes when there may be.
func (j *Journal) Look(after uint64) (e Entry, ok bool, more <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if n := len(j.entries); j.earlier != nil && n > 0 && n < Window && j.entries[0].Seq > after+1 {
		j.mu.Unlock()
		j.remember()
		j.mu.Lock()
	}
	if n := len(j.entries); n == 0 || j.entries[n-1].Seq <= after {
		return Entry{}, false, j.more
	}
	kept := j.entries[max(0, len(j.entries)-Window):]
	i := sort.Search(len(kept), func(i int) bool { return kept[i].Seq > after })
	return kept[i], true, nil
}

// remember asks the disk for the entries before those in memory. Who wants the same waits; others do not.
func (j *Journal) remember() {
	j.asking.Lock()
	defer j.asking.Unlock()
	j.mu.Lock()
	ask := j.earlier
	j.mu.Unlock()
	if ask == nil {
		return
	}
	past := ask(Window)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.earlier = nil
	past = past[:sort.Search(len(past), func(i int) bool { return past[i].Seq >= j.entries[0].Seq })]
	room := min(len(past), max(0, Window-len(j.entries)))
	j.entries = slices.Concat(past[len(past)-room:], j.entries)
}
