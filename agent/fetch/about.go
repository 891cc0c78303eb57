package fetch

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ReleaseOf tells which release a daemon's program is of: by the list that was left beside it when it was unpacked, or by the name of a
// folder that it lies in. ok is false if neither says so.
func ReleaseOf(program string) (r Release, ok bool) {
	if path, err := filepath.EvalSymlinks(program); err == nil {
		program = path
	}
	dir := filepath.Dir(program)
	text, _ := os.ReadFile(filepath.Join(dir, "archive.sha256")) // most have none
	if words := strings.Fields(string(text)); len(words) == 2 {
		if r, ok = releaseOf(words[1]); ok {
			return r, true
		}
	}
	for ; dir != "/" && dir != "."; dir = filepath.Dir(dir) {
		if r, ok = releaseOf(filepath.Base(dir) + ".tar.gz"); ok {
			return r, true
		}
	}
	return Release{}, false
}

// Built is the day on which a release was built, as far as the table knows it from what that daemon prints of itself.
func (r Release) Built() (day time.Time, ok bool) {
	for _, k := range table() {
		if k.Release == r && !k.built.IsZero() {
			return k.built, true
		}
	}
	return time.Time{}, false
}
