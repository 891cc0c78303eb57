package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// barePackage is built by the bench itself, so that nobody can measure an old one, and
// with the flags of the Makefile, so that both are built alike.
const barePackage = "github.com/ostai/futuopend-gateway/cmd/futuopend-gateway/bench/bare"

// bench is one run.
type bench struct {
	programs [2]program // the gateway, and the bare program

	bare, alone, gated   table // beside the bare program, beside itself, beside no gate
	ofClients, ofJournal curve

	simulated setting // the simulated daemon
	own       setting // the bench's own daemon
	diskless  setting // the same, with files that no disk holds
}

// setting is what a program runs with.
type setting struct {
	dir     string // where its files are
	daemon  string // path of the daemon
	history string // folder with an earlier run's journal; empty for none
}

// prepare makes the folders, builds the bare program and writes the daemons.
func (b *bench) prepare(ctx context.Context, gateway string) error {
	gateway, err := filepath.Abs(gateway)
	if err != nil {
		return fmt.Errorf("find the gateway: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if err := b.makeFolders(); err != nil {
		return err
	}
	bare := filepath.Join(b.own.dir, "bare")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", bare, barePackage)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the bare program: %w\n%s", err, out)
	}
	b.programs = [2]program{{"gateway", gateway}, {"bare", bare}}

	state := filepath.Join(b.own.dir, "state")
	b.simulated.daemon, err = b.script("simulated.sh", gateway, "simulate", "-scenario=sms", "-pace=0", "-state="+state)
	if err != nil {
		return err
	}
	b.own.daemon, err = b.script("own.sh", self, asDaemon)
	b.diskless.daemon = b.own.daemon
	return err
}

func (b *bench) makeFolders() (err error) {
	const pattern = "futuopend-gateway-bench-"
	if b.own.dir, err = os.MkdirTemp("", pattern); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	b.simulated.dir = b.own.dir
	if b.diskless.dir, err = os.MkdirTemp("/dev/shm", pattern); err != nil {
		return fmt.Errorf("make a folder in memory: %w", err)
	}
	return nil
}

func (b *bench) removeFolders() error {
	return errors.Join(os.RemoveAll(b.own.dir), os.RemoveAll(b.diskless.dir)) // an empty path is no error
}

// script writes a program that runs a command with whatever arguments it gets after the command's own: both
// programs take a path for the daemon, and no arguments.
func (b *bench) script(name, command string, args ...string) (path string, err error) {
	path = filepath.Join(b.own.dir, name)
	text := fmt.Sprintf("#!/bin/sh\nexec '%s'", command)
	for _, a := range args {
		text += fmt.Sprintf(" '%s'", a)
	}
	if err := os.WriteFile(path, []byte(text+" \"$@\"\n"), 0o700); err != nil {
		return "", fmt.Errorf("write a daemon: %w", err)
	}
	return path, nil
}

// with runs the i-th program while do works with it, and then stops it.
func (b *bench) with(ctx context.Context, i int, s setting, do func(*running) error) error {
	r, err := b.programs[i].start(ctx, s)
	if err != nil {
		return err
	}
	if err := do(r); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", r.name, err), r.stop())
	}
	return r.stop()
}

// withClient is with, and a client that connected as soon as the program listened.
func (b *bench) withClient(ctx context.Context, i int, s setting, do func(*running, *client) error) error {
	return b.with(ctx, i, s, func(r *running) error {
		c, err := r.reach(ctx)
		if err != nil {
			return err
		}
		defer c.close()
		return do(r, c)
	})
}

// alternate measures both programs in turn, and lets each go first as often as the other, so that
// whatever else the machine does hits both.
func alternate(rounds int, measure func(i int) error) error {
	for round := range rounds {
		for turn := range 2 {
			if err := measure((round + turn) % 2); err != nil {
				return err
			}
		}
	}
	return nil
}

// measurement is one part of a run.
type measurement struct {
	name    string
	measure func(context.Context) error
}

// measures are all parts, in their order.
func (b *bench) measures() []measurement {
	b.bare, b.alone, b.gated = table{of: "gateway", with: "bare"}, table{of: "gateway", with: "other"}, table{of: "gate", with: "direct"}
	return []measurement{
		{"starts", b.starts}, {"idle", b.idle}, {"codes", b.codeTrips}, {"status", b.statusTrips}, {"pipelined", b.pipelined},
		{"crowds", b.crowds}, {"lines", b.lines}, {"full", b.fullStarts}, {"leave", b.leave}, {"gate", b.gate},
		{"clients", b.clients}, {"journals", b.journals},
	}
}

// print prints a table for each kind of figure that there is.
func (b *bench) print(w io.Writer) {
	for _, t := range []table{b.bare, b.alone, b.gated} {
		t.print(w)
	}
	b.ofClients.print(w)
	b.ofJournal.print(w)
}
