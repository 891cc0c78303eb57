package main

import (
	"fmt"
	"math"
	"os"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/fsm/journalfile"
)

// fullJournal is the number of entries with which history makes a journal that is as long as one can be.
const fullJournal = math.MaxInt

// history makes a folder with the journal of an earlier run: a login, and then the quote rights that the daemon names
// again and again, n entries in all, or as many as a journal keeps.
func (b *bench) history(n int) (dir string, err error) {
	dir, err = os.MkdirTemp(b.own.dir, "history")
	if err != nil {
		return "", fmt.Errorf("make a journal: %w", err)
	}
	f, _, err := journalfile.Open(dir, func(fsm.Entry) {})
	if err != nil {
		return "", fmt.Errorf("make a journal: %w", err)
	}
	defer f.Close()
	m, at := fsm.NewMachine(fsm.Idle), time.Now().Add(-24*time.Hour)
	for seq, size := 1, int64(0); seq <= n && size < (journalfile.Keep+1)*journalfile.MaxSize; seq++ {
		e := earlier(m, seq)
		e.At = at.Add(time.Duration(seq) * 10 * time.Millisecond)
		line := fsm.AppendLine(nil, e)
		if err := f.Append(line); err != nil {
			return "", fmt.Errorf("make a journal: %w", err)
		}
		size += int64(len(line))
	}
	return dir, nil
}

// earlier is the entry of that number.
func earlier(m *fsm.Machine, seq int) fsm.Entry {
	begin := []fsm.Event{{Kind: fsm.Boot, Detail: "v1.0.0"}, {Kind: fsm.Start, Detail: "boot"}, {Kind: fsm.Started}, {Kind: fsm.LoggingIn}, {Kind: fsm.LoggedIn}}
	event := fsm.Event{Kind: fsm.QuoteRight, Detail: "港股: BMP, 权限状态: 正常"}
	if seq <= len(begin) {
		event = begin[seq-1]
	}
	from, to := m.Apply(event)
	return fsm.Entry{Seq: uint64(seq), Event: event, From: from, To: to}
}
