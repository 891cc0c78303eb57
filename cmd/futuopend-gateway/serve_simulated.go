package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
)

// simulated fills in what a simulated daemon needs: this very program, and an account that is nobody's. The
// journal is kept apart from a real account's.
func simulated(e *environment, scenario string) error {
	if !slices.ContainsFunc(opendsim.Scenarios(), func(s opendsim.Scenario) bool { return s.Name == scenario }) {
		return usageError{errors.New(say("help.no_scenario", "name", scenario, "hint", suggestion("", scenario, scenarioNames())))}
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	e.Command = self
	e.Account = opendsim.Account
	e.Password = "simulated" // any password is right
	e.PasswordFile, e.PasswordMD5, e.PasswordMD5File = "", "", ""
	return nil
}

// played is the scenario that the gateway of this container plays, empty for none: the container's first process was told. Who tries the
// image without an account lacks no settings of one.
func played() string {
	if !inContainer() {
		return ""
	}
	text, _ := os.ReadFile("/proc/1/cmdline") // where it cannot be read, nobody knows
	return scenarioOf(strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00"))
}

// scenarioOf is the scenario that a command line of serve names.
func scenarioOf(args []string) string {
	at := slices.Index(args, "serve")
	if at < 0 {
		return ""
	}
	c, _ := find("serve") // it is in the table
	line, err := c.parse(args[at+1:])
	if err != nil {
		return ""
	}
	return line.text("simulate")
}

// simulatedDaemon makes the daemon this program's simulator, which keeps its files with the journal.
func simulatedDaemon(cfg *config, scenario string, flags []string) {
	cfg.simulated = true
	cfg.data = filepath.Join(cfg.data, "simulated")
	cfg.daemon.Folder.Home = cfg.data
	cfg.daemon.Args = []string{"simulate", "-scenario=" + scenario, "-state=" + cfg.data}
	if cfg.daemon.Folder.Moomoo {
		cfg.daemon.Args = append(cfg.daemon.Args, "-brand=moomoo")
	}
	cfg.daemon.Args = append(cfg.daemon.Args, flags...)
}
