// Futuopend-gateway runs FutuOpenD, the daemon that Futu and moomoo customers trade and read quotes with, where
// nobody sits at its terminal. It lets a program or a person answer what the daemon asks, and says
// truthfully whether the account is logged in.
//
// It is configured by environment variables only; see config_settings.go, or the README. Its commands are the rows of a table, see
// commands.go; futuopend-gateway help lists them.
//
// It exits 0 when it was told to stop or has done its work, 1 when that failed or was refused, 2 when the
// configuration or the command line is wrong, and 3 when no gateway was reached.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/transport/client"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

// ownNames are what the program is called. The image runs it by itself, and people who type it once more mean no command of that name.
var ownNames = []string{"gw", "futuopend-gateway"}

// usageError is a command line or a configuration that is wrong.
type usageError struct{ error }

func run(args []string) int {
	if len(args) > 0 && slices.Contains(ownNames, args[0]) {
		args = args[1:]
	}
	if instead := habit(args); instead != "" {
		fmt.Fprintln(os.Stderr, "futuopend-gateway:", instead)
		return 2
	}
	name := "serve"
	switch {
	case len(args) == 0:
	case slices.Contains([]string{"-h", "-help", "--help"}, args[0]):
		name, args = "help", args[1:]
	case slices.Contains([]string{"-v", "-version", "--version"}, args[0]):
		name, args = "version", args[1:]
	case args[0] != "" && args[0][0] != '-':
		name, args = args[0], args[1:]
	}
	if name == "simulate" {
		// It handles signals as the daemon does.
		return opendsim.Main(args, os.Stdin, os.Stdout)
	}
	c, err := find(name)
	if err != nil {
		return report(err)
	}
	line, err := c.parse(args)
	if errors.Is(err, errHelp) {
		c.help(os.Stdout, spoken())
		return 0
	}
	if err != nil {
		return report(err)
	}
	if err := descend(name == "serve"); err != nil {
		return report(err)
	}
	// A second signal changes nothing: the daemon is being stopped, and its login is worth the seconds.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer stop()
	return report(c.run(ctx, line))
}

// report prints an error for a person and returns the exit code.
func report(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "futuopend-gateway:", inWords(err))
	if _, ok := errors.AsType[usageError](err); ok {
		return 2
	}
	if _, ok := errors.AsType[*client.UnreachableError](err); ok {
		return 3
	}
	return 1
}
