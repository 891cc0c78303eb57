package journalfile

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/ostai/futuopend-gateway/fsm"
)

// place is the beginning of a line in one of the files.
type place struct {
	n   int   // see pathIn
	off int64 // in bytes
}

// block is how much is looked at, at once, on the way from the end of a file to its beginning.
const block = 64 << 10

// latestKept is the latest line with copies of what must not be forgotten: nothing before it is needed. ok is false if no file has
// one; then the place is the beginning of all.
func latestKept(dir string) (at place, ok bool, err error) {
	for n := range Keep + 1 {
		off, found, err := lastKept(pathIn(dir, n))
		if found || err != nil {
			return place{n, off}, found, err
		}
	}
	return place{n: Keep}, false, nil
}

// lastKept finds the last such line of a file that can be read. A file that does not exist has none.
func lastKept(path string) (off int64, ok bool, err error) {
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	defer in.Close()
	end, err := in.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, false, err
	}
	buf := make([]byte, block+len(fsm.KeptMember)) // they overlap, so that a mark between two of them is seen
	for ; end > 0; end -= block {
		from := max(0, end-block)
		n, err := in.ReadAt(buf, from)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, false, err
		}
		for at := n; ; {
			if at = bytes.LastIndex(buf[:at], []byte(fsm.KeptMember)); at < 0 {
				break
			}
			if off, ok := keptLine(in, from+int64(at)); ok {
				return off, true, nil
			}
		}
	}
	return 0, false, nil
}

// keptLine returns where the line begins that has a mark at an offset, if the line can be read.
func keptLine(in io.ReaderAt, mark int64) (off int64, ok bool) {
	buf := make([]byte, 2*fsm.MaxLine)
	from := max(0, mark-fsm.MaxLine)
	n, _ := in.ReadAt(buf, from) // what cannot be read is no line
	before := min(int(mark-from), n)
	begin := bytes.LastIndexByte(buf[:before], '\n') + 1
	l, err := fsm.NewReader(bytes.NewReader(buf[begin:n]), true).Next()
	return from + int64(begin), err == nil && l.Kept != nil
}
