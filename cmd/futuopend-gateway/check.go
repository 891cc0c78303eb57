package main

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// checkup looks at everything that a login needs, without one, and prints a line for each.
type checkup struct {
	out    io.Writer
	wrong  int
	inside bool // a gateway that runs looks at itself: it must not take what it or its daemon uses, for a moment neither
}

func (c *checkup) ok(what, text string)      { c.line("ok", what, text) }
func (c *checkup) warning(what, text string) { c.line("warning", what, text) }
func (c *checkup) bad(what, text string) {
	c.wrong++
	c.line("bad", what, text)
}

func (c *checkup) line(verdict, what, text string) {
	fmt.Fprintln(c.out, words.Visible(padded(say("check."+verdict), 8)+" "+padded(say("check.on."+what), 14)+" "+text))
}

// padded fills a text up to a width on a terminal, where a Chinese character takes two columns.
func padded(text string, width int) string {
	for _, r := range text {
		width--
		if unicode.Is(unicode.Han, r) {
			width--
		}
	}
	return text + strings.Repeat(" ", max(width, 0))
}

// errWrong is returned when something is wrong; the lines have said what.
var errWrong wrongError

type wrongError struct{}

func (wrongError) Error() string { return say("check.wrong") }

// check looks without logging in.
func check(ctx context.Context, _ call) error {
	c := &checkup{out: os.Stdout}
	e, notices := ownEnvironment()
	scenario := played()
	if scenario != "" {
		if err := simulated(&e, scenario); err != nil {
			return err
		}
	}
	cfg, err := newConfig(e)
	if err == nil && scenario != "" {
		simulatedDaemon(&cfg, scenario, nil)
	}
	if c.settings(err, e.read, append(notices, cfg.notices...)) {
		c.house(ctx, cfg, e)
	}
	if c.wrong > 0 {
		return errWrong
	}
	return nil
}

// settings tells what is wrong with them, and reports whether they were understood.
func (c *checkup) settings(err error, read, notices []string) bool {
	if len(read) > 0 {
		c.ok("settings", say("log.other_image", "read", strings.Join(read, ", ")))
	}
	for _, n := range notices {
		c.warning("settings", n)
	}
	if wrong, ok := errors.AsType[problems](err); ok {
		for _, p := range wrong {
			c.bad("settings", p.name+" "+p.wrong)
		}
		return false
	}
	c.ok("settings", say("check.understood"))
	return true
}

// house looks at everything that the settings name.
func (c *checkup) house(ctx context.Context, cfg config, e environment) {
	if cfg.site.older != "" {
		cfg.data = cfg.site.older // it is moved when the gateway starts
	}
	p := readPast(cfg.data)
	c.user()
	if c.which(cfg, p.heard) {
		c.program(ctx, cfg)
	}
	usable := c.dataFolder(ctx, cfg)
	c.journal(cfg, p)
	if usable {
		c.device(&p.ledger, cfg.daemon.Folder)
	}
	c.ports(ctx, cfg, e)
	c.reach(e, cfg.token != "", inContainer())
}

func (c *checkup) user() {
	u, err := daemon.CurrentUser()
	if err != nil {
		c.bad("user", plainly(err))
		return
	}
	c.ok("user", say("check.user", "user", u.Username, "home", u.HomeDir))
}

func (c *checkup) program(ctx context.Context, cfg config) {
	if f, err := elf.Open(cfg.daemon.Path); err == nil {
		f.Close()
		self, err := elf.Open("/proc/self/exe")
		if err == nil && self.Machine != f.Machine {
			c.warning("daemon", say("check.emulated", "path", cfg.daemon.Path, "made", f.Machine.String(), "own", self.Machine.String()))
		}
	}
	flags, err := askFlags(ctx, cfg)
	if err != nil {
		why := plainly(err)
		if errors.Is(err, daemon.ErrNoFlags) {
			why = say("check.flags.none")
		}
		c.warning("daemon", say("check.flags", "error", why))
		return
	}
	cfg.daemon.Flags = flags
	mode := cfg.daemon.Login()
	switch {
	case mode == daemon.Password && cfg.daemon.PasswordMD5 == "":
		c.bad("login", say("check.no_md5"))
	case mode != daemon.Password && cfg.password == "":
		c.warning("login", say("check.no_password"))
	default:
		c.ok("login", say("check.login."+string(mode)))
	}
}

// askFlags asks the daemon anew and leaves nothing behind: whoever checks may be another user than the gateway's.
func askFlags(ctx context.Context, cfg config) (daemon.Flags, error) {
	dir, err := os.MkdirTemp("", "futuopend-gateway-check-")
	if err != nil {
		return nil, fmt.Errorf("ask the daemon for its flags: %w", err)
	}
	defer os.RemoveAll(dir)
	flags, _, err := cfg.daemon.LearnFlags(ctx, dir)
	return flags, err
}

// dataFolder reports whether the folder can be used.
func (c *checkup) dataFolder(ctx context.Context, cfg config) bool {
	folder := cfg.daemon.Folder
	if cfg.site.link != "" {
		c.ok("folder", say("check.folder", "path", cfg.site.link)) // it is linked when the gateway starts
		return true
	}
	for _, look := range []func() error{folder.Usable, folder.Check, folder.Stranger} { // what is there, before anything is made
		if err := look(); err != nil {
			c.bad("folder", plainly(err))
			return false
		}
	}
	if c.inside {
		c.ok("folder", say("check.folder", "path", folder.Path()))
		return true
	}
	switch err := folder.Free(); {
	case err == nil:
		c.ok("folder", say("check.folder", "path", folder.Path()))
	case gatewayRuns(ctx):
		c.ok("folder", say("check.folder.used", "path", folder.Path()))
	default:
		c.warning("folder", plainly(err))
	}
	return true
}

func (c *checkup) device(h *fsm.Ledger, folder daemon.Folder) {
	switch device, err := folder.Device(); {
	case err != nil:
		c.bad("device", plainly(err))
	case device == "" && h.Device() == "":
		c.ok("device", say("check.device.first"))
	case device == "":
		c.warning("device", say("check.device.absent"))
	case h.Device() != "" && h.Device() != device:
		c.warning("device", say("check.device.changed"))
	default:
		c.ok("device", say("check.device"))
	}
}
