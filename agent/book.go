package agent

import (
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// syncWithin bounds how much a power cut may lose of what nobody acted upon.
const syncWithin = time.Second

// book is the journal as the loop keeps it. Its deadline is syncAt.
type book struct {
	journal   *fsm.Journal
	log       *zap.Logger
	syncAt    time.Time // when what was written goes to disk, zero if nothing waits for that
	failed    bool      // the last write failed, and that was logged
	unwritten atomic.Uint64
	fold      fold
}

// flush writes what was appended, which goes to disk a moment later.
func (b *book) flush(now time.Time) {
	b.report(b.journal.Flush())
	if b.syncAt.IsZero() && b.journal.Dirty() {
		b.syncAt = now.Add(syncWithin)
	}
}

// report logs a journal that cannot be written once, and once that it can again.
func (b *book) report(err error) {
	switch {
	case err != nil && !b.failed:
		b.log.Error("the journal cannot be written", zap.Error(err))
	case err == nil && b.failed:
		b.log.Info("the journal can be written again")
	}
	if b.failed = err != nil; b.failed {
		b.unwritten.Add(1)
	}
}
