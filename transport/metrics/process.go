package metrics

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// perSecond is the unit of a process's times in /proc, USER_HZ, which is 100 on every architecture that Go runs on.
const perSecond = 100

// process tells of this process, by what the kernel says. What it does not say is not known: the name is there all the same.
func process(s *sheet) {
	var usage unix.Rusage
	spent := unknown
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) == nil {
		spent = seconds(usage.Utime) + seconds(usage.Stime)
	}
	s.family(counter, "process_cpu_seconds_total", "Time of the processor that was used, in seconds.").is(spent)
	s.family(gauge, "process_open_fds", "Files that are open.").is(openFiles())
	s.family(gauge, "process_max_fds", "Files that may be open at once.").is(limit(unix.RLIMIT_NOFILE))
	virtual, resident := pages()
	s.family(gauge, "process_virtual_memory_bytes", "Virtual memory.").is(virtual)
	s.family(gauge, "process_virtual_memory_max_bytes", "Virtual memory that there may be.").is(limit(unix.RLIMIT_AS))
	s.family(gauge, "process_resident_memory_bytes", "Memory that is resident.").is(resident)
	s.family(gauge, "process_start_time_seconds", "When the process began, in seconds of Unix time.").is(startTime())
	in, out := octets()
	s.family(counter, "process_network_receive_bytes_total", "Bytes that came over the network, of everything in this network namespace.").is(in)
	s.family(counter, "process_network_transmit_bytes_total", "Bytes that went over the network, of everything in this network namespace.").is(out)
}

func seconds(t unix.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

// openFiles counts this process's descriptors, without the one that reads the folder.
func openFiles() float64 {
	dir, err := os.Open("/proc/self/fd")
	if err != nil {
		return unknown
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return unknown
	}
	return float64(len(names) - 1)
}

func limit(resource int) float64 {
	var l unix.Rlimit
	if unix.Getrlimit(resource, &l) != nil {
		return unknown
	}
	return float64(l.Cur)
}

// pages is the process's memory in bytes, see proc(5), statm.
func pages() (virtual, resident float64) {
	fields := words("/proc/self/statm")
	if len(fields) < 2 {
		return unknown, unknown
	}
	size := float64(os.Getpagesize())
	return parsed(fields[0]) * size, parsed(fields[1]) * size
}

// startTime is field 22 of /proc/self/stat after the machine's boot, which never changes. The name of the program may have blanks, and
// is in parentheses.
var startTime = sync.OnceValue(func() float64 {
	text, err := os.ReadFile("/proc/self/stat")
	end := bytes.LastIndexByte(text, ')')
	if err != nil || end < 0 {
		return unknown
	}
	fields := strings.Fields(string(text[end+1:]))
	if len(fields) < 20 {
		return unknown
	}
	return bootTime() + parsed(fields[19])/perSecond
})

func bootTime() float64 {
	fields := words("/proc/stat")
	for i, f := range fields[:max(len(fields)-1, 0)] {
		if f == "btime" {
			return parsed(fields[i+1])
		}
	}
	return unknown
}

// octets are what the kernel counted in this network namespace: a line of names, and below it one of figures, both after IpExt.
func octets() (in, out float64) {
	in, out = unknown, unknown
	text, err := os.ReadFile("/proc/self/net/netstat")
	if err != nil {
		return in, out
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		switch {
		case !strings.HasPrefix(line, "IpExt:"):
		case names == nil:
			names = strings.Fields(line)
		default:
			figures := strings.Fields(line)
			for i := range min(len(names), len(figures)) {
				switch names[i] {
				case "InOctets":
					in = parsed(figures[i])
				case "OutOctets":
					out = parsed(figures[i])
				}
			}
		}
	}
	return in, out
}

func words(path string) []string {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return strings.Fields(string(text))
}

func parsed(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return unknown
	}
	return v
}
