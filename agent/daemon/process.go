package daemon

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/ostai/futuopend-gateway/agent"
)

// errDeaf is returned by Write when the daemon has not read what was typed before.
var errDeaf = errors.New("type: the daemon does not read its terminal")

// Read returns what the daemon prints. Once its terminal is closed it fails with EIO, on Linux.
func (p *Process) Read(b []byte) (int, error) { return p.terminal.Read(b) }

// Write types b. It never blocks: b waits until the daemon reads it.
func (p *Process) Write(b []byte) (int, error) {
	select {
	case p.typed <- append([]byte(nil), b...):
		return len(b), nil
	default:
		return 0, errDeaf
	}
}

// typist writes to the terminal, which blocks while the daemon does not read. Wait ends it by
// closing typed; a write that hangs ends with the terminal, which the end of the daemon closes.
func (p *Process) typist() {
	defer close(p.typing)
	for b := range p.typed {
		if _, err := p.terminal.Write(b); err != nil {
			for range p.typed { // nobody reads it any more
			}
			return
		}
	}
}

// Signal goes to the daemon's process group: to it and the helpers that it started.
func (p *Process) Signal(s syscall.Signal) error {
	err := syscall.Kill(-p.cmd.Process.Pid, s)
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("signal %v: %w", s, err)
	}
	return nil
}

// Wait returns when the daemon is gone. Helpers that it left behind are killed.
func (p *Process) Wait() agent.Exit {
	<-p.gone
	p.Signal(syscall.SIGKILL) // nobody is left, or those who should not be
	close(p.typed)
	<-p.typing
	p.terminal.Close()
	os.Remove(p.config)
	p.lock.Close()

	status := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return agent.Exit{Signal: status.Signal()}
	}
	return agent.Exit{Code: status.ExitStatus()}
}
