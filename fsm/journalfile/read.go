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

// read calls each with the entries of one file. A file that breaks off in its last line is what a killed
// process leaves, so that line is cut off. Any other damage is not ours to judge: the
// file is kept under another name, after the entries before the damage were read.
func (f *File) read(path string, each func(fsm.Entry), newest bool) (note string, err error) {
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer in.Close()

	whole, err := fsm.ReadJournal(in, func(e fsm.Entry) error { each(e); return nil })
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
