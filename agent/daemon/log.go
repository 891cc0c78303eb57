package daemon

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"time"
)

// What is read of the daemon's own logs, at most: so many bytes of the end of so many files.
const (
	maxLogTail = 64 << 10
	maxLogs    = 4
)

// programStatus is how its log names the daemon's status. What stands around it is not publicly known.
var programStatus = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`ProgramStatusType_([A-Za-z]{1,40})`) })

// Status is the last program status that the daemon's own log names, as the protocol of its API calls it, such as
// NeedPhoneVerifyCode. Only logs that were written after a time count. It is empty where there is none: with a log level of no the daemon
// writes no log.
func (c Config) Status(after time.Time) string {
	for _, path := range c.logs(after) {
		if found := programStatus().FindAllSubmatch(tail(path), -1); len(found) > 0 {
			return string(found[len(found)-1][1])
		}
	}
	return ""
}

// logs are the daemon's logs that were written after a time, the newest first. A log begins anew when somebody has logged in, and the
// old one may have the last word for a moment.
func (c Config) logs(after time.Time) (paths []string) {
	dirs := []string{filepath.Join(c.Folder.Path(), "Log"), filepath.Join(Folder{c.Folder.Home, !c.Folder.Moomoo}.Path(), "Log")}
	for _, i := range c.Items {
		if i.Name == "log_path" && filepath.IsAbs(i.Value) {
			dirs = append(dirs, i.Value)
		}
	}
	written := map[string]time.Time{}
	for _, dir := range dirs {
		found, _ := filepath.Glob(filepath.Join(dir, "GTWLog_*.log")) // the pattern is right
		for _, path := range found {
			if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && !info.ModTime().Before(after) {
				written[path] = info.ModTime()
				paths = append(paths, path)
			}
		}
	}
	slices.SortFunc(paths, func(a, b string) int { return written[b].Compare(written[a]) })
	return paths[:min(len(paths), maxLogs)]
}

// tail is the end of a regular file, nil if it cannot be read.
func tail(path string) []byte {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	text, _ := io.ReadAll(io.NewSectionReader(file, max(0, info.Size()-maxLogTail), maxLogTail)) // what was read before an error is worth as much
	return text
}
