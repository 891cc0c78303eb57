// Package journalfile keeps a journal on disk: one file of JSON lines that is only appended to, rotated by size, and never
// overwritten. A line that cannot be read stays where it is and is passed over; a torn last line is cut off.
//
//	journal.jsonl      the lines that are being written
//	journal.1.jsonl …  older ones, the highest number the oldest
//	lock               held by the gateway that uses the folder
package journalfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

const (
	// MaxSize is the size in bytes at which the file is rotated: some fifty thousand entries.
	MaxSize = 8 << 20
	// Keep is how many rotated files stay, so that a folder never holds more than
	// (Keep+1)*MaxSize bytes of journal, 32 MiB.
	Keep = 3

	name     = "journal.jsonl"
	lockName = "lock"
)

// ErrInUse is returned by Open for a folder that another gateway has open.
var ErrInUse = errors.New("another gateway uses this folder")

// File is an open journal. It is not safe for concurrent use, but for Size.
type File struct {
	dir  string
	lock *os.File // held until Close; the kernel lets go of it when the process dies
	out  *os.File
	size int64 // bytes of whole lines in out
	torn bool  // out may hold a part of a line beyond size
	max  int64 // MaxSize, smaller in tests

	kept  fsm.Kept // what must not be forgotten of all lines
	since int64    // bytes since the latest line with copies of it; more than keepEvery if there is none
}

// Open opens the journal in dir, which it makes if need be, and calls each with what must not be forgotten, as copies, and then with the
// latest entries; [Before] has the others. The notes say, for a person, what is wrong: lines that cannot be read or are missing, a torn
// last line that was cut off.
func Open(dir string, each func(fsm.Entry)) (f *File, notes []string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("open journal: %w", err)
	}
	lock, err := lockFolder(filepath.Join(dir, lockName))
	if err != nil {
		return nil, nil, fmt.Errorf("open journal in %s: %w", dir, err)
	}
	f = &File{dir: dir, lock: lock, max: MaxSize}
	if notes, err = f.open(each); err != nil {
		lock.Close()
		return nil, notes, fmt.Errorf("open journal: %w", err)
	}
	return f, notes, nil
}

func lockFolder(path string) (*os.File, error) {
	lock, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return lock, nil
	}
	lock.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrInUse
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}

// open reads what is needed, mends the end of the newest file, and opens it for appending.
func (f *File) open(each func(fsm.Entry)) (notes []string, err error) {
	from, found, err := latestKept(f.dir)
	if err != nil {
		return nil, err
	}
	r := &reading{now: time.Now(), each: func(e fsm.Entry) { f.kept.Note(e); each(e) }}
	newest, err := r.files(f.dir, from)
	if err != nil {
		return r.notes, err
	}
	if err := f.reopen(); err != nil {
		return r.notes, err
	}
	f.since = f.size - from.off
	if !found || from.n > 0 || len(r.notes) > 0 || r.moved {
		f.since = keepEvery // what was found out once is not found out again
	}
	note, err := f.mend(newest)
	if note != "" {
		r.notes = append(r.notes, note)
	}
	return r.notes, err
}

// mend gives the newest file an end that can be appended to.
func (f *File) mend(newest end) (note string, err error) {
	switch {
	case newest.torn > 0:
		if err := f.out.Truncate(newest.whole); err != nil {
			return "", fmt.Errorf("cut off torn line %d: %w", newest.torn, err)
		}
		f.size = newest.whole
		return fmt.Sprintf("%s: the last line, %d, was torn and is cut off: the gateway was killed while it wrote, or the power was cut", f.path(0), newest.torn), nil
	case newest.open:
		n, err := f.out.WriteString("\n")
		f.size += int64(n)
		return "", err
	}
	return "", nil
}

func (f *File) path(n int) string { return pathIn(f.dir, n) }

func (f *File) reopen() error {
	out, err := os.OpenFile(f.path(0), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := out.Stat()
	if err != nil {
		out.Close()
		return err
	}
	f.out, f.size = out, info.Size()
	return nil
}

// Append writes whole lines. On an error nothing of them stays in the file.
func (f *File) Append(lines []byte) error {
	if f.out == nil {
		if err := f.reopen(); err != nil {
			return err
		}
	}
	written := f.withKept(lines)
	if f.size > 0 && f.size+int64(len(written)) > f.max {
		if err := f.rotate(); err != nil {
			return err
		}
		written = f.withKept(lines)
	}
	if err := f.takeBack(); err != nil {
		return err
	}
	if _, err := f.out.Write(written); err != nil {
		f.torn = true
		return errors.Join(err, f.takeBack())
	}
	f.size += int64(len(written))
	if f.since += int64(len(lines)); len(written) > len(lines) {
		f.since = int64(len(lines))
	}
	f.remember(lines)
	return nil
}

// takeBack cuts off what a failed write left behind. A full disk takes a part of
// the lines, and what is appended next must not continue that part.
func (f *File) takeBack() error {
	if !f.torn {
		return nil
	}
	if err := f.out.Truncate(f.size); err != nil {
		return fmt.Errorf("take back a part of a line: %w", err)
	}
	f.torn = false
	return nil
}

// rotate moves each file one number up; the oldest is given up. If it stops half way, no
// file is lost: the next try goes on, and Open reads whatever numbers there are.
func (f *File) rotate() error {
	if err := f.out.Sync(); err != nil {
		return fmt.Errorf("rotate: %w", err)
	}
	for n := Keep - 1; n >= 0; n-- {
		err := os.Rename(f.path(n), f.path(n+1))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("rotate: %w", err)
		}
	}
	old := f.out
	f.out = nil
	if err := errors.Join(old.Close(), f.reopen()); err != nil {
		return fmt.Errorf("rotate: %w", err)
	}
	f.since = keepEvery
	if err := f.carry(); err != nil {
		return fmt.Errorf("rotate: %w", err)
	}
	return f.syncFolder()
}

// syncFolder makes new names survive a power cut.
func (f *File) syncFolder() error {
	d, err := os.Open(f.dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}

// Sync returns when what was appended survives a power cut. It fails, once, if the folder, the journal or the lock was removed.
func (f *File) Sync() error {
	if f.out == nil {
		if err := f.reopen(); err != nil { // a rotation stopped half way
			return err
		}
	}
	if err := f.present(); err != nil {
		return err
	}
	return syncData(f.out)
}

// syncData writes what a reader needs to disk, which is all but the file's times.
func syncData(f *os.File) error {
	for {
		err := syscall.Fdatasync(int(f.Fd()))
		if !errors.Is(err, syscall.EINTR) {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}

// Close syncs and closes the file and lets go of the folder.
func (f *File) Close() error {
	var err error
	if f.out != nil {
		err = errors.Join(f.out.Sync(), f.out.Close())
	}
	return errors.Join(err, f.lock.Close())
}
