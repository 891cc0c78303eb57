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

// cutFlags cuts the command line of serve at --: what follows are flags of the simulator.
func cutFlags(args []string) (own, simulator []string) {
	if i := slices.Index(args, "--"); i >= 0 {
		return args[:i], args[i+1:]
	}
	return args, nil
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

// guide tells a person at the terminal where the gateway is and what to do in each state, for as
// long as ctx lasts. The function it returns waits for its end.
func (g *gateway) guide(ctx context.Context, scenario string, out *output) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	address := g.listener.Addr().String()
	fmt.Fprintln(out, say("guide.title", "scenario", scenario))
	fmt.Fprintln(out, say("guide.page", "address", address))
	fmt.Fprintln(out, say("guide.clients", "address", address))

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
				fmt.Fprint(out, say("guide.state", "state", string(e.To)), "\n", g.advise(e))
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
		return say("guide.code", "program", os.Args[0], "address", address, "code", opendsim.Code) + "\n"
	case fsm.AwaitingCaptcha:
		return say("guide.captcha", "program", os.Args[0], "address", address, "answer", opendsim.Captcha) + "\n"
	case fsm.Connected:
		return say("guide.end") + "\n"
	case fsm.Halted:
		return "         " + say("event."+string(e.Kind)) + "\n"
	}
	return ""
}
