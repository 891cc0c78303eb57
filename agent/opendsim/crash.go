package opendsim

import (
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	abort             = syscall.SIGABRT
	segmentationFault = syscall.SIGSEGV
)

// die ends the process by a signal, as a crash does. Go treats these signals as its own crashes and says so at length;
// a shell in the place of this process does not. No core is left.
func die(by syscall.Signal) {
	unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	script := "kill -" + strconv.Itoa(int(by)) + " $$"
	syscall.Exec("/bin/sh", []string{"sh", "-c", script}, os.Environ())
	os.Exit(128 + int(by)) // there is no shell: its code for such a death is the nearest thing
}

// runOutOfMemory is how a daemon died that had run for days. What stdout holds back is lost, as it is in C.
func (d *daemon) runOutOfMemory() {
	d.pause(10 * d.pace)
	if d.ended {
		return
	}
	os.Stderr.WriteString("terminate called after throwing an instance of 'std::bad_alloc'\n" +
		"  what():  std::bad_alloc\n")
	die(abort)
}
