package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program is one of the two that are compared. Both are configured by the same environment.
type program struct {
	name string
	path string
}

// stopWithin is how long a program that was told to stop may take before it is killed; the gateway
// promises less than ten seconds.
const stopWithin = 10 * time.Second

// running is one process of a program, with a daemon of its own.
type running struct {
	program
	cmd     *exec.Cmd
	began   time.Time // just before exec
	address string
	api     string        // where clients of the daemon's API connect
	dir     string        // its journal, its daemon's files and what it writes to stderr
	gone    chan struct{} // closed when the process was waited for
}

// start starts the program. Its files are in a new folder, so that no run sees another's journal. When ctx
// ends, the program is stopped.
func (p program) start(ctx context.Context, s setting) (*running, error) {
	dir, err := os.MkdirTemp(s.dir, p.name)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	if s.history != "" {
		if err := os.CopyFS(dir, os.DirFS(s.history)); err != nil {
			return nil, fmt.Errorf("start %s: %w", p.name, err)
		}
	}
	ports, err := freePorts(2)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	stderr, err := os.Create(filepath.Join(dir, "stderr"))
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	defer stderr.Close() // the process has its own

	r := &running{program: p, dir: dir, address: "127.0.0.1:" + ports[0], api: "127.0.0.1:" + ports[1], gone: make(chan struct{})}
	r.cmd = exec.CommandContext(ctx, p.path)
	r.cmd.Cancel = func() error { return r.cmd.Process.Signal(syscall.SIGTERM) }
	r.cmd.WaitDelay = stopWithin
	r.cmd.Stderr = stderr // stdout is the null device
	r.cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "XDG_RUNTIME_DIR=" + dir, "GATEWAY_DATA=" + dir, "FUTU_DATA=" + dir,
		"SERVER_PORT=" + ports[0], "FUTU_PORT=" + ports[1], "FUTU_CMD=" + s.daemon,
		"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD_MD5=" + strings.Repeat("0", 32),
	}
	r.began = time.Now()
	if err := r.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	go func() { // ends with the process; stop waits for it
		defer close(r.gone)
		r.cmd.Wait() // the outcome is in ProcessState
	}()
	return r, nil
}

// freePorts finds ports that nobody has at this moment.
func freePorts(n int) (ports []string, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close() // all at once, so that none is found twice
		ports = append(ports, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
	return ports, nil
}

// pollEvery is how often reach tries. Nothing tells a stranger when a port begins to listen, so the
// time of a start is known to within this.
const pollEvery = 100 * time.Microsecond

// reach connects a client as soon as the program listens.
func (r *running) reach(ctx context.Context) (*client, error) {
	for {
		c, err := dial(ctx, r.address)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return c, err
		}
		select {
		case <-time.After(pollEvery):
		case <-r.gone:
			return nil, r.failed("it ended before it listened")
		case <-ctx.Done():
			return nil, r.failed("it did not listen in time")
		}
	}
}

// stop stops the program and its daemon, and waits for both: the program waits for the daemon.
func (r *running) stop() error {
	r.cmd.Process.Signal(syscall.SIGTERM) // it fails only for a process that is gone
	kill := time.AfterFunc(stopWithin, func() { r.cmd.Process.Kill() })
	defer kill.Stop()
	<-r.gone
	if !r.cmd.ProcessState.Success() {
		return r.failed(r.cmd.ProcessState.String())
	}
	return nil
}

// failed is an error with the last words of the program.
func (r *running) failed(why string) error {
	words, err := os.ReadFile(filepath.Join(r.dir, "stderr"))
	if err != nil {
		words = []byte(err.Error())
	}
	return fmt.Errorf("%s: %s; it says: %s", r.name, why, words[max(0, len(words)-1000):])
}

// memory is what the program has in memory, VmRSS, in bytes.
func (r *running) memory() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("memory of %s: %w", r.name, err)
	}
	for line := range bytes.Lines(b) {
		var kB float64
		if _, err := fmt.Sscanf(string(line), "VmRSS: %f kB", &kB); err == nil {
			return kB * 1024, nil
		}
	}
	return 0, fmt.Errorf("memory of %s: no VmRSS in its status", r.name)
}
