package testbed

import (
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// Program is a process of a test, with what it prints. The test owns it: it ends with the test at the latest.
type Program struct {
	Cmd            *exec.Cmd
	Stdout, Stderr *Tape
	t              testing.TB
}

// NewProgram is one that has not started. A test may change Cmd until it does.
func NewProgram(t testing.TB, path string, args, env []string) *Program {
	p := &Program{Cmd: exec.Command(path, args...), Stdout: NewTape(), Stderr: NewTape(), t: t}
	p.Cmd.Env, p.Cmd.Stdout, p.Cmd.Stderr = env, p.Stdout, p.Stderr
	return p
}

// Start starts it, and kills it at the end of the test if it runs then.
func (p *Program) Start() {
	p.t.Helper()
	if err := p.Cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if p.Cmd.ProcessState == nil {
			p.Cmd.Process.Kill()
			p.Cmd.Wait()
		}
	})
}

// End sends a signal and returns the exit code, and how long it took. One that has ended already has its code, and took
// no time.
func (p *Program) End(s syscall.Signal) (code int, took time.Duration) {
	p.t.Helper()
	if p.Cmd.ProcessState != nil {
		return p.Cmd.ProcessState.ExitCode(), 0
	}
	began := time.Now()
	if err := p.Cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
	return p.Wait(), time.Since(began)
}

// Wait waits for its end, and returns the exit code: -1 if it had to be killed.
func (p *Program) Wait() int {
	p.t.Helper()
	timer := time.AfterFunc(Patience, func() { p.Cmd.Process.Kill() })
	defer timer.Stop()
	p.Cmd.Wait() // the code says more than the error
	return p.Cmd.ProcessState.ExitCode()
}
