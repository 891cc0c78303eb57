package memory

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mapping is a part of the program's own file in memory.
type mapping struct {
	from, to uint64
	resident int // KiB of it that are in memory
}

// letPagesGo drops the pages of the program's own file. Whatever is used again the kernel takes from its cache, or reads from
// the file. Where the kernel does not tell, or does not take the advice, they stay: nothing depends on it.
func letPagesGo() {
	for _, m := range ownMappings() {
		unix.Syscall(unix.SYS_MADVISE, uintptr(m.from), uintptr(m.to-m.from), unix.MADV_DONTNEED)
	}
}

// ownMappings are those that are what the file says: none that is written to, or was, as a linker's tables are that the
// loader fills in. None if /proc does not tell.
func ownMappings() (own []mapping) {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return nil
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return nil
	}
	defer f.Close()
	var m mapping
	ours := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		name, value, _ := strings.Cut(strings.TrimSuffix(line, " kB"), ":")
		switch n, _ := strconv.Atoi(strings.TrimSpace(value)); name {
		case "Rss":
			m.resident = n
		case "Anonymous":
			if ours && n == 0 {
				own = append(own, m)
			}
		default:
			if words := strings.Fields(line); len(words) >= 5 && strings.Contains(words[0], "-") {
				ours = strings.HasPrefix(words[1], "r-") && strings.HasSuffix(line, self)
				m = mapping{}
				fmt.Sscanf(words[0], "%x-%x", &m.from, &m.to)
			}
		}
	}
	return own
}
