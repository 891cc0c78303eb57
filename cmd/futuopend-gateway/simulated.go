package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
)

// simulated fills in what a simulated daemon needs: this very program, and an account that is nobody's. The
// journal is kept apart from a real account's.
func simulated(e *environment, scenario string) error {
	if !slices.ContainsFunc(opendsim.Scenarios(), func(s opendsim.Scenario) bool { return s.Name == scenario }) {
		return usageError{fmt.Errorf("no such scenario: %s; futuopend-gateway simulate -help lists them", scenario)}
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	e.Command = self
	e.Account = opendsim.Account
	e.PasswordMD5 = strings.Repeat("0", 32) // any password is right
	return nil
}

// simulatedDaemon makes the daemon this program's simulator, which keeps its files with the journal.
func simulatedDaemon(cfg *config, scenario string) {
	cfg.data = filepath.Join(cfg.data, "simulated")
	cfg.daemon.Args = []string{"simulate", "-scenario=" + scenario, "-state=" + cfg.data}
	if filepath.Base(cfg.daemon.Path) == "OpenD" {
		cfg.daemon.Args = append(cfg.daemon.Args, "-brand=moomoo")
	}
}

// guide tells a person at the terminal where the gateway is and what to do in each state, for as
// long as ctx lasts. The function it returns waits for its end.
func (g *gateway) guide(ctx context.Context, scenario string, out *output) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	address := g.listener.Addr().String()
	fmt.Fprintf(out, "A simulated FutuOpenD, scenario %q: no account is used.\n", scenario)
	fmt.Fprintf(out, "address: ws://%s/ for clients, http://%s/readyz for a look\n", address, address)

	var following sync.WaitGroup
	seq := g.journal.Last().Seq
	following.Go(func() {
		for {
			e, err := g.journal.Next(ctx, seq)
			if err != nil {
				return
			}
			seq = e.Seq
			if e.Changed() {
				fmt.Fprintf(out, "state:   %s%s\n", e.To, advice(e.To))
			}
		}
	})
	return func() { cancel(); following.Wait() }
}

func advice(s fsm.State) string {
	switch s {
	case fsm.AwaitingCode:
		return fmt.Sprintf("\nanswer:  in another terminal, %s code %s (any other code is wrong)", os.Args[0], opendsim.Code)
	case fsm.Connected:
		return "; Ctrl-C ends it"
	}
	return ""
}
