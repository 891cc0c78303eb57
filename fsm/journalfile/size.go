package journalfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Size returns how many bytes the journal takes on disk, with its rotated files. It asks the file system, so that, unlike
// everything else of a File, it is safe for concurrent use. While the files are rotated one may be missed, or counted twice.
func (f *File) Size() (bytes int64, err error) {
	for n := range Keep + 1 {
		info, err := os.Stat(f.path(n))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("size of the journal: %w", err)
		}
		bytes += info.Size()
	}
	return bytes, nil
}
