package agent

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"syscall"
)

// Process is a running daemon and its terminal.
type Process interface {
	// Read returns what the daemon prints, io.EOF within a second of its end, whoever else holds its terminal, and
	// another error if its terminal was closed and it lives.
	// Write types on the terminal. It must not block for longer than a moment.
	io.ReadWriter
	// Signal goes to the daemon and everything that it started.
	Signal(syscall.Signal) error
	// Wait returns when the daemon is gone. It is called once, after Read failed.
	Wait() Exit
	// Close ends what the daemon left behind, and lets go of its terminal and its data. It takes less than goneWithin. left names
	// what had to be ended although nobody had asked the daemon to stop. It is called once, after Wait.
	Close() (left string, err error)
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

// output is what the reader of a daemon sends to the loop: bytes, then closed or not, then exit, then over.
type output struct {
	bytes  []byte
	closed error // the terminal was closed, and the daemon lives
	exit   *Exit
	over   *remains
}

// remains is what a daemon left behind.
type remains struct {
	left string // what had to be ended, empty for nothing
	err  error  // what could not be ended, or let go of
}

// maxOutput bounds how many chunks wait for the loop. A chunk is at most readSize bytes; when all
// wait, the reader waits too, and then the daemon does, as on any terminal.
const (
	maxOutput = 8
	readSize  = 16 << 10
)

// read is the goroutine of one daemon. The loop starts it and takes what it sends, of which over is the
// last; it ends when the daemon's process is gone and what it left behind is ended.
func read(p Process, out chan<- output) {
	buf := make([]byte, readSize)
	for {
		n, err := p.Read(buf)
		if n > 0 {
			out <- output{bytes: bytes.Clone(buf[:n])}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				out <- output{closed: err}
			}
			break
		}
	}
	exit := p.Wait()
	out <- output{exit: &exit}
	left, err := p.Close()
	out <- output{over: &remains{left, err}}
}
