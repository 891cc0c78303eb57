package daemon

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// The window of the terminal, in characters. Without one the daemon drops what is typed; it pads each line
// to the width and wraps longer ones, so the width is beyond the longest line that is known.
const (
	columns = 512
	rows    = 50
)

// How a terminal ends. That the daemon is gone is known from waiting for it: whoever else holds the terminal keeps it
// open, and a daemon may close its own and go on.
const (
	// drainFor: what a daemon printed last is there at once; whoever prints after it is somebody else.
	drainFor = 300 * time.Millisecond
	// maxLate bounds the reads of what still lies in the kernel's buffer when drainFor is over, because nobody came to read
	// it before: the buffer holds less than this many chunks.
	maxLate = 32
	// closedFor: a terminal that nobody holds for so long is closed for good. A daemon that exits lets go of it
	// a few milliseconds before it is gone, and one that replaces itself opens it again at once.
	closedFor = 500 * time.Millisecond
	// closedEvery is how often a closed terminal is looked at within closedFor: the kernel does not tell that it is open again.
	closedEvery = 20 * time.Millisecond
)

// errTerminalClosed is returned by Read when the daemon closed its terminal and lives.
var errTerminalClosed = errors.New("the daemon closed its terminal and runs on")

// openTerminal returns both ends of a terminal that has a size and does not echo; the daemon's
// own editor echoes. Reads and writes of the near end have deadlines.
func openTerminal() (terminal, tty *os.File, err error) {
	blocking, tty, err := pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("open terminal: %w", err)
	}
	defer blocking.Close()
	terminal, err = polled(blocking)
	if err == nil {
		if err = prepare(tty); err == nil {
			return terminal, tty, nil
		}
		terminal.Close()
	}
	tty.Close()
	return nil, nil, fmt.Errorf("prepare terminal: %w", err)
}

// polled is the same terminal as the runtime's poller takes it. The file that pty.Open returns blocks in the kernel, and
// then no deadline wakes its reader while somebody else holds the other end.
func polled(file *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), file.Name()), nil
}

func prepare(tty *os.File) error {
	if err := pty.Setsize(tty, &pty.Winsize{Cols: columns, Rows: rows}); err != nil {
		return err
	}
	mode, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		return err
	}
	mode.Lflag &^= unix.ECHO
	return unix.IoctlSetTermios(int(tty.Fd()), unix.TCSETS, mode)
}

// Read returns what the daemon prints. It fails with io.EOF within drainFor of the daemon's end, whoever still holds the
// terminal, and with errTerminalClosed when nobody does and the daemon lives.
func (p *Process) Read(b []byte) (int, error) {
	for closed := time.Duration(0); ; closed += closedEvery {
		select {
		case <-p.gone:
			return p.drain(b)
		default:
		}
		n, err := p.terminal.Read(b)
		switch {
		case n > 0 || err == nil:
			return n, nil
		case errors.Is(err, os.ErrDeadlineExceeded): // host woke the reader
			<-p.gone
			return p.drain(b)
		case closed >= closedFor:
			return 0, errTerminalClosed
		}
		select {
		case <-p.gone:
		case <-time.After(closedEvery):
		}
	}
}

// drain reads what a daemon that is gone has printed.
func (p *Process) drain(b []byte) (int, error) {
	until := p.goneAt.Add(drainFor)
	if now := time.Now(); !until.After(now) {
		if p.late++; p.late > maxLate {
			return 0, io.EOF
		}
		until = now.Add(time.Millisecond) // what lies there is read, and nothing is waited for
	}
	if err := p.terminal.SetReadDeadline(until); err != nil {
		return 0, io.EOF
	}
	if n, _ := p.terminal.Read(b); n > 0 {
		return n, nil
	}
	return 0, io.EOF
}
