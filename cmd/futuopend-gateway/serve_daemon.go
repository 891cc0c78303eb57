package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/agent/openapi"
	"github.com/ostai/futuopend-gateway/fsm"
)

// newAgent makes the loop, and tells it how the daemon is run: with the settings as they are at each start.
func (g *gateway) newAgent(ctx context.Context, now *current, ledger *fsm.Ledger, console io.Writer, log *zap.Logger) *agent.Agent {
	cfg := *now.Load()
	// The daemon's flags are learnt when it is first started, beside the server: the clients need not wait.
	flags := sync.OnceValue(func() daemon.Flags { return learnFlags(ctx, cfg, log) })
	run := func() daemon.Config {
		d := now.Load().daemon
		d.RunDir, d.Flags = g.runDir, flags()
		return d
	}
	reread := now.reread
	if cfg.simulated {
		reread = nil // its settings are made up, and in no file
	}
	var fetched func(context.Context, func(fsm.Event)) (string, error)
	if cfg.fetch != nil {
		fetched = bring(*cfg.fetch, log)
	}
	return agent.New(g.gated(agent.Config{
		Fetch:   fetched,
		Version: version,
		Launch: func(typed bool) (agent.Process, error) {
			d := run()
			d.Typed = typed
			return g.launch(ctx, d, *now.Load(), log)
		},
		Setup:       func() string { return now.Load().daemon.Setup() },
		Remembers:   func() bool { return run().Login() == daemon.Remember },
		Journal:     g.journal,
		Log:         log,
		Console:     console,
		StartAtOnce: cfg.initOnStart,
		Supervise:   cfg.supervise,
		Reclaim:     cfg.reclaim,
		Market:      cfg.market,

		ReloginAfter: cfg.relogin,
		HasPassword:  func() bool { return now.Load().password != "" || logsInByMD5(run()) },
		Reach:        func(ctx context.Context) error { return openapi.Reach(ctx, nil) },

		Device:  cfg.daemon.Folder.Device,
		Picture: cfg.daemon.Picture,
		Status:  cfg.daemon.Status,
		Prove: func(ctx context.Context, tell func(fsm.Event), proven func(time.Time)) {
			g.prove(ctx, *now.Load(), tell, proven)
		},
		Account:     cfg.daemon.Account,
		Credentials: credentials(cfg),
		Reread:      reread,
		Ledger:      ledger,
	}, now))
}

// launch starts the daemon, unless the gateway ends, behind the gate and with a record of what it prints where cfg wants them.
func (g *gateway) launch(ctx context.Context, d daemon.Config, cfg config, log *zap.Logger) (agent.Process, error) {
	if ctx.Err() != nil {
		return nil, agent.ErrStopped
	}
	d, err := g.behind(d, cfg)
	if err != nil {
		return nil, err
	}
	process, err := daemon.Start(d)
	if err != nil || !cfg.record {
		return process, err
	}
	return recordsOf(cfg, log).Wrap(process), nil
}

// logsInByMD5 reports whether a new login needs nobody because the daemon takes the password's MD5, and was given it.
func logsInByMD5(d daemon.Config) bool {
	d.Typed = true
	return d.PasswordMD5 != "" && d.Login() == daemon.Password
}

// learnFlags asks the daemon once what it understands. Without an answer it is run as an old one.
func learnFlags(ctx context.Context, cfg config, log *zap.Logger) daemon.Flags {
	flags, asked, err := cfg.daemon.LearnFlags(ctx, cfg.data)
	switch {
	case err != nil && flags == nil:
		log.Warn("flags not known", zap.Error(err))
	case err != nil:
		log.Warn("flags not kept", zap.Error(err))
	case asked:
		log.Debug("flags asked", zap.Int("flags", len(flags)))
	}
	return flags
}

// runDirName tells apart the gateways of one user by their data.
func runDirName(data string) string {
	return fmt.Sprintf("futuopend-gateway-%x", sha256.Sum256([]byte(data)))[:30]
}
