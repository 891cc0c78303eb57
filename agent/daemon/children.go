package daemon

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// children are the processes that this program started and waits for by their numbers. All others whose parent it is came
// to it when their own ended. It is one for the whole program, because the kernel's list of children is.
type children struct {
	mu     sync.Mutex // guards what follows, and that nothing is started while somebody looks who is whose
	known  map[int]bool
	adopts bool
}

var ours = children{known: map[int]bool{}}

// start starts a command, and knows its process from then on.
func (c *children) start(cmd *exec.Cmd) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := cmd.Start()
	if err == nil {
		c.known[cmd.Process.Pid] = true
	}
	return err
}

// forget takes note that a command was waited for.
func (c *children) forget(cmd *exec.Cmd) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, cmd.Process.Pid)
}

// adopted reports whether a process came to this program when its parent ended.
func (c *children) adopted(p proc) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.adopts && p.parent == os.Getpid() && !c.known[p.pid]
}

// reap waits for those that came to this program and have ended. Each is waited for by its number, so that no status is
// taken from whoever waits for a process that it started.
func (c *children) reap() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.adopts || !someEnded() {
		return
	}
	for _, p := range processes() {
		if p.parent == os.Getpid() && p.dead() && !c.known[p.pid] {
			unix.Wait4(p.pid, nil, unix.WNOHANG, nil) // nobody wants to know
		}
	}
}

// someEnded reports whether a child of this program has ended and was not waited for yet. It asks the kernel once, where to look
// at every process takes a millisecond on a busy machine; and most who end are those that somebody waits for.
func someEnded() bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	return err == nil && info.Signo != 0
}

// Adopt makes this program the parent of whatever a daemon leaves behind, so that it is found, whatever it did to get
// away. Call it before the first daemon is started, and [Bury] as long as one may be.
func Adopt() error {
	ours.mu.Lock()
	defer ours.mu.Unlock()
	os.FindProcess(os.Getpid()) // the first use makes a child of its own to see what the kernel can do
	ours.adopts = true
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("become the parent of what the daemon leaves behind: %w", err)
	}
	return nil
}

// Bury waits for what came to this program and ended, until ctx ends: a daemon that runs for weeks may leave
// many, and each would keep its number. In a container without an init it is for all others there, too.
func Bury(ctx context.Context) {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGCHLD)
	defer signal.Stop(ended)
	for {
		ours.reap()
		select {
		case <-ended:
		case <-ctx.Done():
			return
		}
	}
}
