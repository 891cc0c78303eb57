package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	e.Password = "simulated" // any password is right
	e.PasswordFile, e.PasswordMD5, e.PasswordMD5File = "", "", ""
	return nil
}

// simulatedDaemon makes the daemon this program's simulator, which keeps its files with the journal.
func simulatedDaemon(cfg *config, scenario string) {
	cfg.simulated = true
	cfg.data = filepath.Join(cfg.data, "simulated")
	cfg.daemon.Folder.Home = cfg.data
	cfg.daemon.Args = []string{"simulate", "-scenario=" + scenario, "-state=" + cfg.data}
	if cfg.daemon.Folder.Moomoo {
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
				fmt.Fprintf(out, "state:   %s%s\n", e.To, g.advise(e))
			}
		}
	})
	return func() { cancel(); following.Wait() }
}

// advise says what a person can do in the state that an entry led to.
func (g *gateway) advise(e fsm.Entry) string {
	address := g.listener.Addr().String()
	switch e.To {
	case fsm.AwaitingCode:
		return fmt.Sprintf("\nanswer:  in another terminal, %s code -url ws://%s/ %s (any other code is wrong)", os.Args[0], address, opendsim.Code)
	case fsm.AwaitingCaptcha:
		return fmt.Sprintf("\nanswer:  http://%s/captcha.png is the picture; POST {\"answer\":\"%s\"} to http://%s/captcha", address, opendsim.Captcha, address)
	case fsm.Connected:
		return "; Ctrl-C ends it"
	case fsm.Halted:
		return fmt.Sprintf(" (%s); it is not started again by itself", e.Kind)
	}
	return ""
}
