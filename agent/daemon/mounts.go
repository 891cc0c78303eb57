package daemon

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Mounts are where file systems are mounted that somebody may have put there for data: all but those of the kernel and those in memory.
// They are empty where /proc does not tell.
func Mounts() []string {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil
	}
	defer f.Close()
	return readMounts(f)
}

// inMemory are the file systems that keep nothing.
var inMemory = map[string]bool{
	"proc": true, "sysfs": true, "tmpfs": true, "devpts": true, "devtmpfs": true, "mqueue": true, "cgroup": true, "cgroup2": true, "securityfs": true,
	"debugfs": true, "tracefs": true, "bpf": true, "pstore": true, "hugetlbfs": true, "nsfs": true, "ramfs": true,
}

// readMounts reads mountinfo: see proc_pid_mountinfo(5). The root is none.
func readMounts(r io.Reader) (paths []string) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		where, what, found := strings.Cut(lines.Text(), " - ")
		f, kind := strings.Fields(where), strings.Fields(what)
		if !found || len(f) < 6 || len(kind) == 0 || inMemory[kind[0]] {
			continue
		}
		if path := unescaped(f[4]); path != "/" {
			paths = append(paths, filepath.Clean(path))
		}
	}
	return paths
}

var octal = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\\[0-7]{3}`) })

// unescaped is a path of mountinfo, where blanks are written as numbers.
func unescaped(path string) string {
	return octal().ReplaceAllStringFunc(path, func(s string) string {
		n, err := strconv.ParseUint(s[1:], 8, 8)
		if err != nil {
			return s
		}
		return string([]byte{byte(n)})
	})
}

// MountOf is the mount that a path lies on, "" if that is the root.
func MountOf(path string, mounts []string) (longest string) {
	for _, m := range mounts {
		if (path == m || strings.HasPrefix(path, m+"/")) && len(m) > len(longest) {
			longest = m
		}
	}
	return longest
}
