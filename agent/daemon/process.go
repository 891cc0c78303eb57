package daemon

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
)

// errDeaf is returned by Write when the daemon has not read what was typed before.
var errDeaf = errors.New("type: the daemon does not read its terminal")

// host starts the process and waits for it, on one thread: Linux sends the death signal of
// a parent when the thread ends that made the child. It ends when the process is gone; Wait waits for it.
func (p *Process) host(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(p.gone)
	err := ours.start(p.cmd)
	started <- err
	if err != nil {
		return
	}
	p.cmd.Wait() // the outcome is in ProcessState
	ours.forget(p.cmd)
	p.goneAt = time.Now()
	p.terminal.SetDeadline(p.goneAt) // wakes whoever reads or types
}

// Write types b. It never blocks: b waits until the daemon reads it.
func (p *Process) Write(b []byte) (int, error) {
	select {
	case p.typed <- append([]byte(nil), b...):
		return len(b), nil
	default:
		return 0, errDeaf
	}
}

// typist writes to the terminal, which blocks while the daemon does not read. It ends when the daemon is gone; Close waits for it.
func (p *Process) typist() {
	defer close(p.typing)
	for {
		select {
		case b := <-p.typed:
			p.terminal.Write(b) // what cannot be typed is missed by the daemon, which asks again or is gone
		case <-p.gone:
			return
		}
	}
}

// Signal goes to the daemon's process group and to everything else that the daemon started, as far as it is found.
func (p *Process) Signal(s syscall.Signal) error {
	if s == syscall.SIGTERM {
		p.asked.CompareAndSwap(0, time.Now().UnixNano())
	}
	var err error
	select {
	case <-p.gone: // the number may be somebody else's by now
	default:
		err = syscall.Kill(-p.cmd.Process.Pid, s)
	}
	for _, m := range p.family.members() {
		if m.group != p.family.leader {
			err = errors.Join(err, m.signal(s))
		}
	}
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("signal %v: %w", s, err)
	}
	return nil
}

// Wait returns when the daemon is gone.
func (p *Process) Wait() agent.Exit {
	<-p.gone
	status := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return agent.Exit{Signal: status.Signal()}
	}
	return agent.Exit{Code: status.ExitStatus()}
}

// Close ends what the daemon left behind, which takes up to orphanGrace and killWithin, and lets go of the terminal, the config
// file and the data folder. It is called once, after Wait.
func (p *Process) Close() (left string, err error) {
	asked := p.asked.Load()
	termed := time.Now()
	if asked != 0 {
		termed = time.Unix(0, asked)
	}
	found, err := p.family.end(termed)
	if asked == 0 {
		left = names(found) // otherwise they were on their way out, too
	}
	<-p.typing
	p.terminal.Close()
	os.Remove(p.config)
	p.hold.Close()
	return left, err
}
