// Package daemon runs FutuOpenD as it wants to be run: on a terminal of its own that has a size, in
// a session of its own, with an environment that is built and not inherited, its account in a
// private file and no secret on its command line.
package daemon

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
)

// Config is how the daemon is to be run.
type Config struct {
	Path   string   // the program
	Args   []string // what comes before the flags of this package; for the simulated daemon
	Flags  Flags    // what it lists, see [Config.LearnFlags]; nil if that is not known
	RunDir string   // a private folder for the config file, see [RunDir]
	Folder Folder
	Items  []Item // the config file, but for the login
	API    string // where clients are to reach its API, host:port; empty if nobody looks whether that is free

	Mode        Mode
	Typed       bool // it is not to log in with what it remembers, but to ask
	Account     string
	AreaCode    string // of a phone account, for example +86
	PasswordMD5 string // 32 lower-case hexadecimal digits
	Region      string // -login_region, left out if empty
}

// maxTyped bounds how many lines wait for a daemon that does not read. The gateway types a line and
// waits for an answer, so the second already means that the daemon is deaf.
const maxTyped = 8

// Process is a running daemon. See [agent.Process].
type Process struct {
	cmd      *exec.Cmd
	family   family
	terminal *os.File
	hold     *hold  // of the data folder
	config   string // path of the config file, removed in the end
	typed    chan []byte
	typing   chan struct{} // closed when the goroutine that types has ended
	gone     chan struct{} // closed when the process was waited for
	goneAt   time.Time     // when that was
	late     int           // reads after what was left to read had its time; its reader's

	asked atomic.Int64 // when TERM was first sent, in nanoseconds of Unix time, 0 if it was not
}

var _ agent.Process = (*Process)(nil)

// Start starts the daemon. An error says what to mend; no login was tried then.
func Start(c Config) (*Process, error) {
	if _, err := CurrentUser(); err != nil {
		return nil, err
	}
	if err := c.Folder.Usable(); err != nil {
		return nil, fmt.Errorf("start daemon: %w", err)
	}
	if err := c.Folder.Check(); err != nil {
		return nil, err
	}
	hold, err := c.Folder.take()
	if err != nil {
		return nil, err
	}
	p, err := c.startOn(hold)
	if err != nil {
		hold.Close()
		return nil, fmt.Errorf("start daemon: %w", err)
	}
	return p, nil
}

// startOn starts the daemon on a folder that is taken.
func (c Config) startOn(h *hold) (*Process, error) {
	if err := c.Folder.Stranger(); err != nil {
		return nil, err
	}
	if err := portFree(c.API); err != nil {
		return nil, err
	}
	return c.start(h)
}

// portFree reports whether a daemon can listen. One that cannot is no use, and would cost a login; what it says then is
// not publicly known. And whoever else listens there would be asked whether this daemon is ready.
func portFree(address string) error {
	if address == "" {
		return nil
	}
	return PortFree(address, "FUTU_IP or FUTU_PORT")
}

func (c Config) start(h *hold) (*Process, error) {
	mode := c.Login()
	items, err := c.items(mode)
	if err != nil {
		return nil, err
	}
	config, err := writeFile(c.RunDir, c.Folder.Moomoo, items)
	if err != nil {
		return nil, err
	}
	p, err := c.run(c.arguments(mode, config), h)
	if err != nil {
		os.Remove(config)
		return nil, err
	}
	p.config = config
	return p, nil
}

func (c Config) run(args []string, h *hold) (*Process, error) {
	terminal, tty, err := openTerminal()
	if err != nil {
		return nil, err
	}
	defer tty.Close() // the daemon has its own

	cmd := exec.Command(c.program(), args...)
	cmd.Dir = filepath.Dir(c.program()) // it looks for its libraries and AppData.dat there
	cmd.Env = environment(h.mark)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.ExtraFiles = []*os.File{h.lock}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Pdeathsig: syscall.SIGTERM}

	p := &Process{
		cmd: cmd, terminal: terminal, hold: h,
		typed: make(chan []byte, maxTyped), typing: make(chan struct{}), gone: make(chan struct{}),
	}
	started := make(chan error, 1)
	go p.host(started)
	if err := <-started; err != nil {
		terminal.Close()
		return nil, err
	}
	p.family = family{leader: cmd.Process.Pid, mark: h.mark, lock: h.lock}
	go p.typist()
	return p, nil
}

// program is the file that runs: Path may be a link, as to the latest of several, and the daemon's libraries lie beside what it leads to.
func (c Config) program() string {
	if path, err := filepath.EvalSymlinks(c.Path); err == nil {
		return path
	}
	return c.Path // told when it is run
}

// inherited are the only variables of the gateway that the daemon gets, too: its time zone, and how it finds its user where nss_wrapper
// has the passwd line.
var inherited = []string{"TZ", "LD_PRELOAD", "NSS_WRAPPER_PASSWD", "NSS_WRAPPER_GROUP"}

// environment is all that the daemon sees of the gateway's: no secret is in it, and the mark of the run. The home folder is
// the passwd entry's, because the daemon goes by that, whatever HOME says.
func environment(mark string) []string {
	env := []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"LANG=C.UTF-8", "TERM=xterm", markName + "=" + mark,
	}
	if u, err := CurrentUser(); err == nil {
		env = append(env, "HOME="+u.HomeDir, "USER="+u.Username, "LOGNAME="+u.Username)
	}
	for _, name := range inherited {
		if value, ok := os.LookupEnv(name); ok && (name == "TZ" || wrapped()) {
			env = append(env, name+"="+value)
		}
	}
	return env
}
