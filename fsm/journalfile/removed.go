package journalfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// present returns an error if the folder, the journal or the lock was removed, or replaced, while the gateway ran: what is written then
// is found by nobody, and a second gateway is let in. A new journal begins with what must not be forgotten, so that the next
// time there is none. Another gateway that has the lock keeps it.
func (f *File) present() error {
	lock := filepath.Join(f.dir, lockName)
	noLock, noJournal := !same(lock, f.lock), !same(f.path(0), f.out)
	if !noLock && !noJournal {
		return nil
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return fmt.Errorf("the folder was removed: %w", err)
	}
	var removed []string
	if noLock {
		again, err := lockFolder(lock)
		if err != nil {
			return fmt.Errorf("%s was removed while the gateway ran: %w", lock, err)
		}
		f.lock.Close()
		f.lock = again
		removed = append(removed, lock+" was removed while the gateway ran; the folder is locked again")
	}
	if noJournal {
		if err := f.rotate(); err != nil {
			return fmt.Errorf("%s was removed while the gateway ran: %w", f.path(0), err)
		}
		removed = append(removed, f.path(0)+" was removed while the gateway ran; a new one begins with what must not be forgotten")
	}
	return errors.New(strings.Join(removed, "; "))
}

// same reports whether a name is that of an open file. A name that cannot be looked at is taken for it: that says nothing of the file.
func same(name string, open *os.File) bool {
	now, err := os.Stat(name)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
	}
	was, err := open.Stat()
	return err != nil || os.SameFile(now, was)
}
