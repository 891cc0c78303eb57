// Futuopend-gateway runs FutuOpenD, the daemon that Futu and moomoo customers trade and read quotes with, where
// nobody sits at its terminal. It lets a program or a person answer what the daemon asks, and says
// truthfully whether the account is logged in.
//
// It is configured by environment variables only; see config_settings.go, or the README.
//
//	futuopend-gateway                         serves; the same as serve
//	futuopend-gateway serve -simulate sms     serves with a simulated daemon, no account needed
//	futuopend-gateway status                  shows the state of a running gateway
//	futuopend-gateway watch                   follows what happens; a code can be typed at its prompt
//	futuopend-gateway code 123456             gives it an SMS code
//	futuopend-gateway captcha                 shows the picture and takes the answer
//	futuopend-gateway resend                  asks for another SMS or another picture
//	futuopend-gateway init, restart, stop     start and stop the daemon
//	futuopend-gateway password                asks for the login password and gives it to the gateway on this machine
//	futuopend-gateway check                   looks at everything that a login needs, without one
//	futuopend-gateway report                  prints a report for an issue
//	futuopend-gateway fetch [FOLDER]          fetches FutuOpenD from Futu
//	futuopend-gateway replay [-json] FILE     reads a recording or a journal and prints what happened
//	futuopend-gateway simulate [FLAGS]        stands in for FutuOpenD
//
// It exits 0 when it was told to stop or has done its work, 1 when that failed or was refused, 2 when the
// configuration or the command line is wrong, and 3 when no gateway was reached.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/transport/client"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

// command is one subcommand. It returns a [usageError] for a command line that it does not understand.
type command struct {
	name, args, does string
	run              func(ctx context.Context, args []string) error
}

var commands = []command{
	{"serve", "[-simulate SCENARIO]", "run the daemon and serve clients (the default)", serve},
	{"status", "[-json]", "show the state of a running gateway", status},
	{"watch", "[-after SEQ] [-json]", "follow what happens; a code can be typed at its prompt", watch},
	{"code", "[-no-wait] CODE", "give a code to a running gateway", submitCode},
	{"captcha", "[-o FILE] [ANSWER]", "show the picture, or write it to a file, and take the answer", captcha},
	{"resend", "", "ask for another SMS, or another picture", resend},
	{"init", "[-yes]", "start the daemon, if nothing runs", initDaemon},
	{"restart", "[-yes]", "stop the daemon and start it", restartDaemon},
	{"stop", "", "stop the daemon until init or restart", stopDaemon},
	{"password", "", "ask for the login password and give it to the gateway on this machine", handPassword},
	{"check", "", "look at settings, folders, daemon and ports without logging in", check},
	{"report", "", "print a report for an issue, without account, codes and addresses", tellReport},
	{"notify-test", "", "send a test message to each of NOTIFY_URLS", notifyTest},
	{"fetch", "[FOLDER]", "fetch FutuOpenD from Futu, to where serve looks for it, or into a folder", fetchDaemon},
	{"replay", "[-json] FILE", "print what happened in a recording, a record or a journal; - is stdin", replay},
	{"simulate", "[-help]", "stand in for FutuOpenD", nil},
	{"healthcheck", "[-ready]", "exit 0 if the gateway serves or, with -ready, if quotes would work now", healthcheck},
	{"version", "", "print the version", printVersion},
}

// usageError is a command line or a configuration that is wrong.
type usageError struct{ error }

func run(args []string) int {
	if instead := habit(args); instead != "" {
		fmt.Fprintln(os.Stderr, "futuopend-gateway:", instead)
		return 2
	}
	name := "serve"
	if len(args) > 0 && len(args[0]) > 0 && args[0][0] != '-' {
		name, args = args[0], args[1:]
	} else if len(args) > 0 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help") {
		name = "help"
	}
	if name == "simulate" {
		// It handles signals as the daemon does.
		return opendsim.Main(args, os.Stdin, os.Stdout)
	}
	if name == "help" {
		usage(os.Stdout)
		return 0
	}
	if err := descend(name == "serve"); err != nil {
		return report(err)
	}
	// A second signal changes nothing: the daemon is being stopped, and its login is worth the seconds.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer stop()
	for _, c := range commands {
		if c.name == name {
			return report(c.run(ctx, args))
		}
	}
	fmt.Fprintf(os.Stderr, "futuopend-gateway: no such command: %s\n\n", name)
	usage(os.Stderr)
	return 2
}

// report prints an error for a person and returns the exit code.
func report(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "futuopend-gateway:", err)
	if _, ok := errors.AsType[usageError](err); ok {
		return 2
	}
	if _, ok := errors.AsType[*client.UnreachableError](err); ok {
		return 3
	}
	return 1
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: futuopend-gateway [COMMAND]")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-11s %-21s %s\n", c.name, c.args, c.does)
	}
	fmt.Fprintln(w, "It is configured by environment variables; the README lists them.")
}

// parseFlags parses args and demands n words after the flags.
func parseFlags(flags *flag.FlagSet, args []string, n int) error {
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(0)
	case err != nil:
		return usageError{err}
	case flags.NArg() != n:
		return usageError{fmt.Errorf("%s: want %d arguments after the flags, got %d; see futuopend-gateway help", flags.Name(), n, flags.NArg())}
	}
	return nil
}
