package agent

import (
	"bytes"
	"fmt"
	"io"
	"syscall"
)

// Process is a running daemon and its terminal.
type Process interface {
	// Read returns what the daemon prints, and an error once its terminal is closed.
	// Write types on the terminal. It must not block for longer than a moment.
	io.ReadWriter
	// Signal goes to the daemon and everything that it started.
	Signal(syscall.Signal) error
	// Wait returns when the daemon is gone, and lets go of its terminal. It is called once, after Read failed.
	Wait() Exit
}

// Exit is how a daemon ended.
type Exit struct {
	Code   int            // meaningful if Signal is 0
	Signal syscall.Signal // 0 if it exited by itself
}

func (e Exit) String() string {
	if e.Signal != 0 {
		return fmt.Sprintf("signal %d (%v)", int(e.Signal), e.Signal)
	}
	return fmt.Sprintf("exit code %d", e.Code)
}

// killed reports whether somebody ended the daemon, as opposed to a crash of its own.
func (e Exit) killed() bool {
	switch e.Signal {
	case syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT:
		return true
	}
	return false
}

// output is what the reader of a daemon sends to the loop: bytes, then ended, then exit.
type output struct {
	bytes []byte
	ended bool
	exit  *Exit
}

// maxOutput bounds how many chunks wait for the loop. A chunk is at most readSize bytes; when all
// wait, the reader waits too, and then the daemon does, as on any terminal.
const (
	maxOutput = 8
	readSize  = 16 << 10
)

// read is the goroutine of one daemon. The loop starts it and drains out until it is
// closed; it ends when the daemon's terminal is closed and its process is gone.
func read(p Process, out chan<- output) {
	defer close(out)
	buf := make([]byte, readSize)
	for {
		n, err := p.Read(buf)
		if n > 0 {
			out <- output{bytes: bytes.Clone(buf[:n])}
		}
		if err != nil {
			break
		}
	}
	out <- output{ended: true}
	exit := p.Wait()
	out <- output{exit: &exit}
}
