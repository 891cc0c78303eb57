package journalfile

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Read calls each with every entry that the folder holds, oldest first, and changes nothing: a gateway may be writing. It
// returns the damage that it found, one sentence for each file; a torn end is none.
func Read(dir string, each func(fsm.Entry)) (damage []string, err error) {
	r := &reading{each: each, now: endOfTime}
	_, err = r.files(dir, place{n: Keep})
	return r.notes, err
}

// Latest calls each with what a gateway that starts goes on from: copies of what must not be forgotten, and the entries since. It changes
// nothing.
func Latest(dir string, each func(fsm.Entry)) error {
	from, _, err := latestKept(dir)
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	r := &reading{each: each, now: time.Now()}
	_, err = r.files(dir, from)
	return err
}

// endOfTime is later than any date of an entry.
var endOfTime = time.Unix(1<<40, 0)

// files reads the files from a place on to the newest, which ends as it is returned.
func (r *reading) files(dir string, from place) (newest end, err error) {
	for n := from.n; n >= 0; n-- {
		newest, err = r.file(pathIn(dir, n), from.off, n == 0)
		from.off = 0
		if errors.Is(err, fs.ErrNotExist) {
			newest, err = end{}, nil
		}
		if err != nil {
			return end{}, fmt.Errorf("read journal: %w", err)
		}
	}
	r.finish()
	return newest, nil
}

// pathIn names the n-th file in a folder: 0 is the one that is written, Keep the oldest.
func pathIn(dir string, n int) string {
	if n == 0 {
		return filepath.Join(dir, name)
	}
	return filepath.Join(dir, fmt.Sprintf("journal.%d.jsonl", n))
}
