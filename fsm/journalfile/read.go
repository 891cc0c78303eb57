package journalfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Read calls each with every entry that the folder holds, oldest first, and changes nothing: a
// gateway may be writing. It returns the first damage that it found; a torn last line is none.
func Read(dir string, each func(fsm.Entry)) (damage error) {
	f := &File{dir: dir, each: each}
	for n := Keep; n >= 0; n-- {
		in, err := os.Open(f.path(n))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		_, err = fsm.ReadJournal(in, f.tell)
		in.Close()
		if bad, ok := errors.AsType[*fsm.BadLineError](err); ok && bad.Torn && n == 0 {
			err = nil
		}
		if err != nil && damage == nil {
			damage = fmt.Errorf("read %s: %w", f.path(n), err)
		}
	}
	return damage
}

// tell passes an entry on, but for the copies that a rotated file begins with, when the
// original was read.
func (f *File) tell(e fsm.Entry) error {
	if e.Seq > f.last {
		f.last = e.Seq
		f.each(e)
	}
	return nil
}

// read passes on the entries of one file. A file that breaks off in its last line is what a killed
// process leaves, so that line is cut off. Any other damage is not ours to judge: the
// file is kept under another name, after the entries before the damage were read.
func (f *File) read(path string, newest bool) (note string, err error) {
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer in.Close()

	whole, err := fsm.ReadJournal(in, f.tell)
	bad, damaged := errors.AsType[*fsm.BadLineError](err)
	switch {
	case err == nil:
		return "", nil
	case !damaged:
		return "", err
	case newest && (bad.Torn || onlyNUL(in, whole)):
		return cutOff(path, bad.Line, whole)
	}
	return setAside(path, bad)
}

// onlyNUL reports whether nothing but NUL bytes follow the whole lines: some file
// systems leave such a tail where the power was cut before the data reached the disk.
func onlyNUL(in io.ReaderAt, whole int64) bool {
	tail := io.NewSectionReader(in, whole, MaxSize)
	buf := make([]byte, 4096)
	for {
		n, err := tail.Read(buf)
		if len(bytes.Trim(buf[:n], "\x00")) > 0 {
			return false
		}
		if err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

func cutOff(path string, line int, whole int64) (note string, err error) {
	if err := os.Truncate(path, whole); err != nil {
		return "", fmt.Errorf("cut off torn line %d: %w", line, err)
	}
	return fmt.Sprintf("%s: the last line, %d, was torn and is cut off: the gateway was killed while it wrote", path, line), nil
}

// setAside renames the file to the first free name of its kind.
func setAside(path string, bad error) (note string, err error) {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.broken-%d", path, n)
		if _, err := os.Lstat(aside); err == nil {
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if err := os.Rename(path, aside); err != nil {
			return "", fmt.Errorf("set aside: %w", err)
		}
		return fmt.Sprintf("%s: %v; the file is kept as %s and a new one is begun", path, bad, aside), nil
	}
}
