// Package journalfile keeps a journal on disk: one file of JSON lines that is only appended to,
// rotated by size, repaired when its last line is torn, and never overwritten.
//
//	journal.jsonl           the lines that are being written
//	journal.1.jsonl …       older ones, the highest number the oldest
//	journal.jsonl.broken-1  a file that could not be read, set aside
//	lock                    held by the gateway that uses the folder
package journalfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ostai/futuopend-gateway/fsm"
)

const (
	// MaxSize is the size in bytes at which the file is rotated: some fifty thousand entries.
	MaxSize = 8 << 20
	// Keep is how many rotated files stay, so that a folder never holds more than
	// (Keep+1)*MaxSize bytes of journal, 32 MiB.
	Keep = 3

	name = "journal.jsonl"
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

	each func(fsm.Entry) // told what is read
	last uint64          // the Seq of the latest entry that was read
	keep [][]byte        // the lines that a new file begins with, at most maxKept
}

// Open opens the journal in dir, which it makes if need be, and calls each with every entry
// that the folder holds, oldest first. The notes say, for a person, what had to be mended:
// a torn last line that was cut off, a file that was set aside.
func Open(dir string, each func(fsm.Entry)) (f *File, notes []string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("open journal: %w", err)
	}
	lock, err := lockFolder(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, nil, fmt.Errorf("open journal in %s: %w", dir, err)
	}
	f = &File{dir: dir, lock: lock, max: MaxSize}
	f.each = func(e fsm.Entry) { f.remember(e); each(e) }
	if notes, err = f.open(); err != nil {
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

// open reads the files from the oldest on, mends the newest, and opens it for appending.
func (f *File) open() (notes []string, err error) {
	for n := Keep; n >= 0; n-- {
		note, err := f.read(f.path(n), n == 0)
		if err != nil {
			return notes, err
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	return notes, f.reopen()
}

// path names the n-th file: 0 is the one that is written, Keep the oldest.
func (f *File) path(n int) string {
	if n == 0 {
		return filepath.Join(f.dir, name)
	}
	return filepath.Join(f.dir, fmt.Sprintf("journal.%d.jsonl", n))
}

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
	if f.size > 0 && f.size+int64(len(lines)) > f.max {
		if err := f.rotate(); err != nil {
			return err
		}
	}
	if err := f.takeBack(); err != nil {
		return err
	}
	if _, err := f.out.Write(lines); err != nil {
		f.torn = true
		return errors.Join(err, f.takeBack())
	}
	f.size += int64(len(lines))
	f.rememberLines(lines)
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

// Sync returns when what was appended survives a power cut.
func (f *File) Sync() error {
	if f.out == nil {
		return nil
	}
	return f.out.Sync()
}

// Close syncs and closes the file and lets go of the folder.
func (f *File) Close() error {
	var err error
	if f.out != nil {
		err = errors.Join(f.out.Sync(), f.out.Close())
	}
	return errors.Join(err, f.lock.Close())
}
