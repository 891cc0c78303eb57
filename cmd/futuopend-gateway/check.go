package main

import (
	"context"
	"debug/elf"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/fsm/journalfile"
)

// checkup looks at everything that a login needs, without one, and prints a line for each.
type checkup struct {
	out   io.Writer
	wrong int
}

func (c *checkup) ok(what, format string, args ...any)      { c.line("ok", what, format, args...) }
func (c *checkup) warning(what, format string, args ...any) { c.line("warning", what, format, args...) }
func (c *checkup) bad(what, format string, args ...any) {
	c.wrong++
	c.line("wrong", what, format, args...)
}

func (c *checkup) line(verdict, what, format string, args ...any) {
	fmt.Fprintf(c.out, "%-8s %-14s %s\n", verdict, what, fmt.Sprintf(format, args...))
}

// judge prints one line for an error, or the good word.
func (c *checkup) judge(what string, err error, good string) {
	if err != nil {
		c.bad(what, "%v", err)
		return
	}
	c.ok(what, "%s", good)
}

// errWrong is returned when something is wrong; the lines have said what.
var errWrong = errors.New("something is wrong; see the lines above")

// check looks without logging in.
func check(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	c := &checkup{out: os.Stdout}
	e, notices := ownEnvironment()
	for _, n := range notices {
		c.warning("settings", "%s", n)
	}
	cfg, err := newConfig(e)
	if wrong, ok := errors.AsType[problems](err); ok {
		for _, p := range wrong {
			c.bad("settings", "%s %s", p.name, p.wrong)
		}
		return errWrong
	}
	c.ok("settings", "understood")
	c.user()
	c.program(ctx, cfg)
	c.dataFolder(ctx, cfg)
	c.journal(cfg)
	c.ports(ctx, cfg, e)
	c.reach(e)
	if c.wrong > 0 {
		return errWrong
	}
	return nil
}

func (c *checkup) user() {
	u, err := daemon.CurrentUser()
	if err != nil {
		c.bad("user", "%v", err)
		return
	}
	c.ok("user", "%s, home %s", u.Username, u.HomeDir)
}

func (c *checkup) program(ctx context.Context, cfg config) {
	if f, err := elf.Open(cfg.daemon.Path); err == nil {
		f.Close()
		self, err := elf.Open("/proc/self/exe")
		if err == nil && self.Machine != f.Machine {
			c.warning("daemon", "%s is made for %v, this machine is %v: it runs under emulation, slowly, or not at all", cfg.daemon.Path, f.Machine, self.Machine)
		}
	}
	flags, err := askFlags(ctx, cfg)
	if err != nil {
		c.warning("daemon", "%v; it would be run as one before 10.10", err)
		return
	}
	cfg.daemon.Flags = flags
	mode := cfg.daemon.Login()
	switch {
	case mode == daemon.Password && cfg.daemon.PasswordMD5 == "":
		c.bad("login", "this daemon takes the password from its config file; set FUTU_LOGIN_PWD_MD5 or FUTU_LOGIN_PWD")
	case mode != daemon.Password && cfg.password == "":
		c.warning("login", "this daemon asks for the password itself, and an MD5 is of no use to it; set FUTU_LOGIN_PWD_FILE, or be there to type it")
	default:
		c.ok("login", "%s", mode)
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

func (c *checkup) dataFolder(ctx context.Context, cfg config) {
	folder := cfg.daemon.Folder
	if err := folder.Check(); err != nil {
		c.bad("data folder", "%v", err)
		return
	}
	if err := errors.Join(folder.Usable(), folder.Stranger()); err != nil {
		c.bad("data folder", "%v", err)
		return
	}
	switch err := folder.Free(); {
	case err == nil:
		c.ok("data folder", "%s can be written", folder.Path())
	case gatewayRuns(ctx):
		c.ok("data folder", "%s is in use, and a gateway runs", folder.Path())
	default:
		c.warning("data folder", "%v", err)
	}
}

// journal tells what the login rules remember, without touching the files.
func (c *checkup) journal(cfg config) {
	var ledger fsm.Ledger
	var last fsm.Entry
	err := journalfile.Read(cfg.data, func(e fsm.Entry) { ledger.Note(e); last = e })
	if err != nil {
		c.warning("journal", "%v; it is set aside at the next start", err)
	}
	if probe, err := os.CreateTemp(cfg.data, ".probe-"); err == nil {
		probe.Close()
		os.Remove(probe.Name())
		c.ok("journal", "%s can be written; %d entries so far", cfg.data, last.Seq)
	} else if !errors.Is(err, os.ErrNotExist) {
		c.bad("journal", "%v", err)
	} else {
		c.judge("journal", os.MkdirAll(cfg.data, 0o700), cfg.data+" is new")
	}
	if last.At.After(time.Now().Add(time.Minute)) {
		c.bad("time", "this machine's clock is before the journal's last entry, %s; set the clock", last.At.Format(time.RFC3339))
	} else {
		c.ok("time", "%s", time.Now().Format(time.RFC3339))
	}
	c.budget(&ledger)
	c.device(&ledger, cfg.daemon.Folder.Device())
}

func (c *checkup) budget(h *fsm.Ledger) {
	if r := h.Refusal(); r.Seq != 0 {
		c.warning("next login", "the last one was refused (%s: %s); %s", r.Kind, r.Detail, clause("advice."+string(r.Kind)))
		return
	}
	if at, spent := h.Safe(time.Now()); spent != "" {
		c.warning("next login", "there were %s; the next is safe at %s", spent, at.Format(time.RFC3339))
		return
	}
	c.ok("next login", "safe now")
}

func (c *checkup) device(h *fsm.Ledger, device string) {
	switch {
	case device == "":
		c.warning("device", "there is no Device.dat: the broker will want an SMS code; keep the data folder on a volume")
	case h.Device() != "" && h.Device() != device:
		c.warning("device", "Device.dat is not the one that logged in last: the broker will want an SMS code")
	default:
		c.ok("device", "Device.dat is there")
	}
}

// ports looks whether the two ports are free, or taken by a gateway that runs.
func (c *checkup) ports(ctx context.Context, cfg config, e environment) {
	running := gatewayRuns(ctx)
	for _, p := range []struct{ what, address string }{
		{"gateway port", cfg.listen}, {"API port", net.JoinHostPort(e.IP, e.Port)},
	} {
		l, err := net.Listen("tcp", p.address)
		switch {
		case err == nil:
			l.Close()
			c.ok(p.what, "%s is free", p.address)
		case running:
			c.ok(p.what, "%s is in use, and a gateway runs", p.address)
		default:
			c.bad(p.what, "%v; stop what uses it, or choose another one", err)
		}
	}
}

// gatewayRuns reports whether a gateway answers where ours would listen.
func gatewayRuns(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, err := askHealth(ctx, "/livez")
	return err == nil
}

// reach tells who else can reach the two ports.
func (c *checkup) reach(e environment) {
	if ip := net.ParseIP(e.Host); ip != nil && !ip.IsLoopback() {
		c.warning("gateway port", "listens on %s: whoever reaches it can give codes and stop the daemon", net.JoinHostPort(e.Host, e.ServerPort))
	}
	if ip := net.ParseIP(e.IP); ip != nil && !ip.IsLoopback() && e.RSAKey == "" {
		c.warning("API port", "listens on %s without FUTU_RSA_PRIVATE_KEY: quotes work, trading does not", net.JoinHostPort(e.IP, e.Port))
	}
}
