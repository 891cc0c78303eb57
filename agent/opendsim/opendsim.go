// Package opendsim stands in for FutuOpenD, the daemon that Futu and moomoo customers run. It takes the daemon's flags
// and its config file, prints what the daemon prints, asks what it asks, and ends as it ends, so that people without an
// account and tests without a network have something to log in to.
//
// Every text is in the daemon's own table or was seen to be printed by a real one. Where none is known, in a language or
// a generation, nothing is printed: an invented line would teach its readers to expect what never comes. The table has
// phrases, and not how they are joined to lines; where that is not known, -join and -alone say how it is tried.
//
// The port of the API is open, and after the login that of the WebSocket, so that SDKs can connect: what they ask of the
// connection itself is answered, quotes and orders are not. Telnet's address is printed, and nothing listens there.
//
// The exit codes 0 (stopped) and 14 (login failed) are the daemon's own. It is not known with which codes the daemon
// refuses a flag or a config file; the simulator uses 1. A mistake in the simulator's own flags is 2.
package opendsim

import (
	"errors"
	"fmt"
	"os"
)

// What the simulated broker takes as right.
const (
	Code    = "314159"    // the code in the SMS
	Captcha = "K7QX"      // the characters in every picture
	Account = "100000001" // who logs in when neither flag nor config file names an account
)

const (
	exitStopped     = 0
	exitRefused     = 1
	exitUsage       = 2
	exitLoginFailed = 14
)

// Scenario is a course that a start can take.
type Scenario struct {
	Name string // how -scenario names it
	Does string // one line for a person
}

// Scenarios lists what can be played, in the order in which -help shows it.
func Scenarios() []Scenario {
	list := make([]Scenario, len(scripts()))
	for i, s := range scripts() {
		list[i] = s.Scenario
	}
	return list
}

// Main is the whole process: it plays the scenario that args name on stdin and stdout, and returns the exit code. It
// takes over the terminal and the signals of the process, so the caller has nothing left to do but exit with the code:
// goroutines that wait for input end with the process. A scenario that crashes does not return.
func Main(args []string, stdin, stdout *os.File) int {
	o, err := parse(args)
	if unknown, ok := errors.AsType[unknownFlag](err); ok {
		fmt.Fprintln(stdout, unknown)
		return exitRefused
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "simulate:", err)
		return exitUsage
	}
	if o.help != "" {
		fmt.Fprint(stdout, o.help)
		return exitStopped
	}
	if o.flags["no_monitor"] != "1" && !isWorker() {
		return guard(o.deaf, stdin, stdout)
	}
	return work(o, stdin, stdout)
}

// work is the process that logs in: all that there is with -no_monitor=1, and the guard's child without.
func work(o options, stdin, stdout *os.File) int {
	set, err := o.settings()
	if err != nil {
		// What the daemon says here is not known, so this is the simulator's own word, and not on stdout.
		fmt.Fprintln(os.Stderr, "simulate:", err)
		return exitRefused
	}
	home, err := homeFolder(o.state)
	if err != nil {
		die(segmentationFault) // what the daemon does when its uid is not in the passwd file
	}
	data, err := openFolder(home, o.brand)
	if err != nil {
		fmt.Fprintln(stdout, noAppDir(err))
		return exitRefused
	}
	d := newDaemon(o, set, data, newScreen(stdout))
	return d.run(stdin)
}
