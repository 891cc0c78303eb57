package opendsim

import (
	"os"

	"golang.org/x/sys/unix"
)

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), getTermios)
	return err == nil
}

// takeTerminal makes a terminal hand over each character as it is typed, without showing it. Signals from the keyboard
// and the treatment of output stay as they are. It returns what puts the terminal back; for other files that is nothing.
func takeTerminal(f *os.File) (giveBack func()) {
	was, err := unix.IoctlGetTermios(int(f.Fd()), getTermios)
	if err != nil {
		return func() {}
	}
	raw := *was
	raw.Lflag &^= unix.ICANON | unix.ECHO
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 1, 0
	unix.IoctlSetTermios(int(f.Fd()), setTermios, &raw)
	return func() { unix.IoctlSetTermios(int(f.Fd()), setTermios, was) }
}
