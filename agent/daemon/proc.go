package daemon

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxProcesses bounds how many processes are looked at.
const maxProcesses = 4096

// proc is a process as /proc shows it.
type proc struct {
	pid, parent, group, session int
	state                       byte
	began                       string // in ticks since the machine started: with pid it is never anybody else's
}

// dead reports whether it has ended and waits to be waited for.
func (p proc) dead() bool { return p.state == 'Z' || p.state == 'X' }

// processes are those that this user can see, in the order of their numbers.
func processes() (all []proc) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil // nothing is known
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && len(all) < maxProcesses {
			if p, ok := look(pid); ok {
				all = append(all, p)
			}
		}
	}
	return all
}

// look reads one process. ok is false if it is not there.
func look(pid int) (p proc, ok bool) {
	text, err := readProc(pid, "stat")
	if err != nil {
		return proc{}, false
	}
	// The second field is the name, which may have blanks and brackets in it.
	f := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if len(f) < 20 {
		return proc{}, false
	}
	p = proc{pid: pid, state: f[0][0], began: f[19]}
	for i, n := range []*int{&p.parent, &p.group, &p.session} {
		if *n, err = strconv.Atoi(f[i+1]); err != nil {
			return proc{}, false
		}
	}
	return p, true
}

// programName is the name of a process's program, as the kernel or its command line has it.
func programName(pid int) string {
	if path, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); err == nil {
		return filepath.Base(strings.TrimSuffix(path, " (deleted)"))
	}
	name, err := readProc(pid, "comm")
	if err != nil {
		return "a program"
	}
	return strings.TrimSpace(name)
}

func readProc(pid int, name string) (string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
	return string(text), err
}
