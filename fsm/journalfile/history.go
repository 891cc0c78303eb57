package journalfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// History returns the latest n entries that the folder holds, in order, and changes nothing: a gateway may be writing. It is safe for
// concurrent use. While the files are rotated some may be missed.
func History(dir string, n int) (latest []fsm.Entry, err error) {
	from, err := linesBack(dir, n)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	r := &reading{now: time.Now(), each: func(e fsm.Entry) {
		if !e.Carried {
			latest = append(latest, e)
		}
	}}
	_, err = r.files(dir, from)
	return latest[max(0, len(latest)-n):], err
}

// linesBack is where the n-th line from the end begins, or all of them if there are fewer.
func linesBack(dir string, n int) (place, error) {
	for file := range Keep + 1 {
		off, more, err := back(pathIn(dir, file), n)
		if err != nil {
			return place{}, err
		}
		if n -= more; n <= 0 {
			return place{file, off}, nil
		}
	}
	return place{n: Keep}, nil
}

// back is where the n-th line from the end of a file begins, or the file if it has fewer, and how many lines follow.
func back(path string, n int) (off int64, lines int, err error) {
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	defer in.Close()
	end, err := in.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, 0, err
	}
	buf := make([]byte, block)
	for lines = -1; end > 0; { // the last line's own end begins none
		from := max(0, end-block)
		got, err := in.ReadAt(buf[:end-from], from)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, 0, err
		}
		for at := got; ; {
			if at = bytes.LastIndexByte(buf[:at], '\n'); at < 0 {
				break
			}
			if lines++; lines == n {
				return from + int64(at) + 1, n, nil
			}
		}
		end = from
	}
	return 0, lines + 1, nil
}
