package daemon

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"time"
)

// The two locks of a data folder, by their files.
const (
	// lockFile is held by the daemon and whatever inherits it, so that it lasts until they are gone, even if the
	// gateway dies before them. It has the mark of the run that took it last.
	lockFile = "gateway.lock"
	// ownerFile is held by the gateway alone, as long as it has a daemon. If it is free and lockFile is not, a gateway
	// died and left something.
	ownerFile = "gateway.owner"
)

// hold is a data folder that is taken for one daemon.
type hold struct {
	owner, lock *os.File
	mark        string
}

// Close gives the folder back.
func (h *hold) Close() error { return errors.Join(h.lock.Close(), h.owner.Close()) }

// errLocked is returned for a folder that another gateway's daemon uses.
var errLocked = errors.New("another daemon uses the data folder")

// take takes the folder for one daemon. What a gateway that is dead left on it is ended first.
func (f Folder) take() (*hold, error) {
	owner, err := f.flock(ownerFile)
	if err != nil {
		return nil, err
	}
	if _, err := f.left().end(time.Now()); err != nil {
		owner.Close()
		return nil, fmt.Errorf("a gateway that ran before left a daemon on the data folder: %w", err)
	}
	h := &hold{owner: owner, mark: newMark()}
	if h.lock, err = f.flockSoon(lockFile); err != nil {
		owner.Close()
		return nil, err
	}
	if err := h.sign(); err != nil {
		h.Close()
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	return h, nil
}

// sign writes the mark into the lock, for a gateway that comes after this one died.
func (h *hold) sign() error {
	if err := h.lock.Truncate(0); err != nil {
		return err
	}
	_, err := h.lock.WriteAt([]byte(h.mark), 0)
	return err
}

// left is what the last gateway that took the folder may have left. Call it with ownerFile held: then that gateway is dead.
func (f Folder) left() family {
	text, err := readSome(filepath.Join(f.Path(), lockFile))
	if err != nil || !aMark().Match(text) {
		return family{}
	}
	return family{mark: string(text)}
}

var aMark = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z2-7]{26}$`) })

// flock takes one lock of the folder.
func (f Folder) flock(name string) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(f.Path(), name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, NewFault(NotWritten, f.Path(), err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return lock, nil
	}
	lock.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, NewFault(Locked, f.Path(), errLocked)
	}
	return nil, fmt.Errorf("lock the data folder: %w", err)
}

// lockWithin: a process that is ending has no environment any more, by which it is found, and its files for a moment longer.
const lockWithin = 500 * time.Millisecond

// flockSoon is flock for a lock that is free in a moment, unless a daemon runs that was not found.
func (f Folder) flockSoon(name string) (*os.File, error) {
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) { // flock(2) has no time limit
		lock, err := f.flock(name)
		if !errors.Is(err, errLocked) || time.Since(began) > lockWithin {
			return lock, err
		}
	}
}

// Free reports whether no daemon uses the folder, but for what the next start ends.
func (f Folder) Free() error {
	owner, err := f.flock(ownerFile)
	if err != nil {
		return err
	}
	defer owner.Close()
	if len(f.left().members()) > 0 {
		return nil
	}
	lock, err := f.flock(lockFile)
	if err != nil {
		return err
	}
	return lock.Close()
}
