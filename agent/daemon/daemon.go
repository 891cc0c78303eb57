// Package daemon runs FutuOpenD as it wants to be run: on a terminal of its own that has a size, in
// a session of its own, with an environment that is built and not inherited, its account in a
// private file and no secret on its command line.
package daemon

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/ostai/futuopend-gateway/agent"
)

// Config is how the daemon is to be run.
type Config struct {
	Path   string   // the program
	Args   []string // what comes before the flags of this package; for the simulated daemon
	RunDir string   // a private folder for the config file, see [RunDir]
	Region string   // -login_region, left out if empty
	File   File
}

// The window of the terminal, in characters. Without one the daemon drops what is typed; it pads each line
// to the width and wraps longer ones, so the width is beyond the longest line that is known.
const (
	columns = 512
	rows    = 50
)

// maxTyped bounds how many lines wait for a daemon that does not read. The gateway types a line and
// waits for an answer, so the second already means that the daemon is deaf.
const maxTyped = 8

// Process is a running daemon. See [agent.Process].
type Process struct {
	cmd      *exec.Cmd
	terminal *os.File
	config   string // path of the config file, removed in the end
	typed    chan []byte
	typing   chan struct{} // closed when the goroutine that types has ended
	gone     chan struct{} // closed when the process was waited for
}

var _ agent.Process = (*Process)(nil)

// Start starts the daemon. The errors are those of the file system and of exec.
func Start(c Config) (*Process, error) {
	config, err := c.File.write(c.RunDir)
	if err != nil {
		return nil, fmt.Errorf("start daemon: %w", err)
	}
	p, err := c.start(config)
	if err != nil {
		os.Remove(config)
		return nil, fmt.Errorf("start daemon: %w", err)
	}
	return p, nil
}

func (c Config) start(config string) (*Process, error) {
	terminal, tty, err := openTerminal()
	if err != nil {
		return nil, err
	}
	defer tty.Close() // the daemon has its own

	cmd := exec.Command(c.Path, append(append([]string{}, c.Args...), c.flags(config)...)...)
	cmd.Dir = filepath.Dir(c.Path) // it looks for its libraries and AppData.dat there
	cmd.Env = environment()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Pdeathsig: syscall.SIGTERM}

	p := &Process{
		cmd: cmd, terminal: terminal, config: config,
		typed: make(chan []byte, maxTyped), typing: make(chan struct{}), gone: make(chan struct{}),
	}
	started := make(chan error, 1)
	go p.host(started)
	if err := <-started; err != nil {
		terminal.Close()
		return nil, err
	}
	go p.typist()
	return p, nil
}

// flags is the daemon's command line. The daemon restarts itself unless it is told not to.
func (c Config) flags(config string) []string {
	flags := []string{"-cfg_file=" + config, "-no_monitor=1"}
	if c.Region != "" {
		flags = append(flags, "-login_region="+c.Region)
	}
	return flags
}

// openTerminal returns both ends of a terminal that has a size and does not echo; the daemon's
// own editor echoes.
func openTerminal() (terminal, tty *os.File, err error) {
	terminal, tty, err = pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("open terminal: %w", err)
	}
	if err := prepare(tty); err != nil {
		terminal.Close()
		tty.Close()
		return nil, nil, fmt.Errorf("prepare terminal: %w", err)
	}
	return terminal, tty, nil
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

// host starts the process and waits for it, on one thread: Linux sends the death signal of
// a parent when the thread ends that made the child. It ends when the process is gone; Wait waits for it.
func (p *Process) host(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(p.gone)
	err := p.cmd.Start()
	started <- err
	if err == nil {
		p.cmd.Wait() // the outcome is in ProcessState
	}
}

// environment is all that the daemon sees of the gateway's: no secret is in it. The home folder is
// the passwd entry's, because the daemon goes by that, whatever HOME says.
func environment() []string {
	env := []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"LANG=C.UTF-8", "TERM=xterm",
	}
	if u, err := currentUser(); err == nil {
		env = append(env, "HOME="+u.HomeDir, "USER="+u.Username, "LOGNAME="+u.Username)
	}
	if tz, ok := os.LookupEnv("TZ"); ok {
		env = append(env, "TZ="+tz)
	}
	return env
}
