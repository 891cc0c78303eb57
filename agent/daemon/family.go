package daemon

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// How long what a daemon leaves behind may take to end.
const (
	// orphanGrace after TERM: a daemon that forked away from us takes 0.8 to 1.06 s, as any other, and KILL may cost it
	// its remembered login. Together with killWithin it stays inside what the end of the gateway may take.
	orphanGrace = 3 * time.Second
	// killWithin: a process that outlives KILL hangs in the kernel, and nothing can be done.
	killWithin = time.Second
	// lookAgain bounds how long a process that was forked while we looked stays unseen.
	lookAgain = 200 * time.Millisecond
)

// markName is the variable that tells whose a process is. Whatever a daemon starts inherits it.
const markName = "FUTUOPEND_GATEWAY_RUN"

// newMark is a mark that no other run has.
func newMark() string { return rand.Text() }

// family is a daemon and what it started.
type family struct {
	leader int      // the daemon's own number, which its group and its session have; 0 for a family of an earlier gateway
	mark   string   // in the environment of each member that did not make itself a new one
	lock   *os.File // that the daemon inherited; nil if that is not known
}

// members are those that live. Who left the session and threw away the environment is known by its parents; and if those are
// gone, by having come to us.
func (f family) members() (in []proc) {
	if f.leader == 0 && f.mark == "" {
		return nil
	}
	all, known := processes(), map[int]bool{}
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if !known[p.pid] && p.pid != os.Getpid() && (known[p.parent] || f.has(p)) {
				known[p.pid], grown = true, true
			}
		}
	}
	return slices.DeleteFunc(all, func(p proc) bool { return !known[p.pid] || p.dead() })
}

// has reports whether a process is a member, whatever its parents are.
func (f family) has(p proc) bool {
	switch {
	case f.leader != 0 && (p.pid == f.leader || p.group == f.leader || p.session == f.leader):
		return true
	case marked(p.pid, f.mark):
		return true
	}
	return f.leader != 0 && ours.adopted(p) && (os.Getpid() != 1 || holds(p.pid, f.lock))
}

// marked reports whether the environment with which a process was started has a mark.
func marked(pid int, mark string) bool {
	text, err := readProc(pid, "environ")
	return err == nil && slices.Contains(strings.Split(text, "\x00"), markName+"="+mark)
}

// holds reports whether a process has a file open. The first process of a container is the parent of strangers too, and
// only this tells them from a daemon that threw away its environment.
func holds(pid int, file *os.File) bool {
	if file == nil {
		return false
	}
	want, err := file.Stat()
	if err != nil {
		return false
	}
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	fds, _ := os.ReadDir(dir)
	return slices.ContainsFunc(fds, func(fd os.DirEntry) bool {
		is, err := os.Stat(dir + "/" + fd.Name())
		return err == nil && os.SameFile(is, want)
	})
}

// signal sends a signal to this process, and to no other that has its number since.
func (p proc) signal(s syscall.Signal) error {
	target, err := os.FindProcess(p.pid) // holds on to the process itself, where the kernel can
	if err != nil {
		return err
	}
	defer target.Release()
	if now, ok := look(p.pid); !ok || now.began != p.began {
		return nil
	}
	if err := target.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("%s: %w", p, err)
	}
	return nil
}

func (p proc) String() string { return fmt.Sprintf("%s (process %d)", programName(p.pid), p.pid) }

// end ends the family: with TERM, and with KILL when orphanGrace is over since TERM was first sent. It returns who was there when
// it began, and an error that names who outlives KILL.
func (f family) end(termed time.Time) (found []string, err error) {
	told := map[int]syscall.Signal{}
	for killed := (time.Time{}); ; {
		ours.reap()
		left := f.members()
		if len(left) == 0 {
			return found, nil
		}
		if found == nil {
			for _, p := range left {
				found = append(found, p.String())
			}
		}
		now := time.Now()
		s, until := syscall.SIGTERM, termed.Add(orphanGrace)
		if !until.After(now) {
			if killed.IsZero() {
				killed = now
			}
			s, until = syscall.SIGKILL, killed.Add(killWithin)
		}
		if !until.After(now) {
			return found, errors.Join(err, fmt.Errorf("end what the daemon left behind: %s outlives the KILL signal", left[0]))
		}
		for _, p := range left {
			if told[p.pid] != s {
				told[p.pid] = s
				err = errors.Join(err, p.signal(s))
			}
		}
		awaitEnd(left, min(lookAgain, until.Sub(now)))
	}
}

// awaitEnd waits until one of some processes ends, for a time at most.
func awaitEnd(of []proc, most time.Duration) {
	var ends []unix.PollFd
	for _, p := range of {
		if fd, err := unix.PidfdOpen(p.pid, 0); err == nil {
			defer unix.Close(fd)
			ends = append(ends, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
		}
	}
	unix.Poll(ends, int(most.Milliseconds())+1) // an interrupted wait looks again earlier, which is no harm
}

// names is a list of processes as a person reads it, not longer than a line.
func names(of []string) string {
	const most = 5
	if len(of) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(of[:most], ", "), len(of)-most)
	}
	return strings.Join(of, ", ")
}
