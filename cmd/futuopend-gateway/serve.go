package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"go.uber.org/zap"
	"golang.org/x/sys/unix"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/transport/notify"
)

// serve runs the gateway until ctx ends.
func serve(ctx context.Context, line call) error {
	scenario, simulator := line.text("simulate"), line.after
	if len(simulator) > 0 && scenario == "" {
		return usageError{errors.New(say("help.no_simulator"))}
	}
	e, notices := ownEnvironment()
	if scenario != "" {
		if err := simulated(&e, scenario); err != nil {
			return err
		}
	}
	cfg, err := newConfig(e)
	if err != nil {
		return usageError{withNotices(err, append(notices, e.read...))}
	}
	console, logs := newOutput(os.Stdout), newOutput(os.Stderr)
	defer console.Close()
	defer logs.Close()
	if scenario != "" {
		simulatedDaemon(&cfg, scenario, simulator)
		fmt.Fprintln(console, say("guide.title", "scenario", scenario))
	}
	at := newPlace(e, cfg, inContainer())
	log := newLog(logs, cfg.logLevel, cfg.logJSON, at, paintOn(os.Stderr))
	log.Info("gateway", zap.String("version", version), zap.String("account", accountOf(cfg)))
	if len(e.read) > 0 {
		log.Info("other image", zap.String("read", strings.Join(e.read, ", ")))
	}
	for _, n := range append(notices, cfg.notices...) {
		log.Warn("settings", zap.String("note", n))
	}
	if err := noCore(); err != nil {
		log.Warn("core files cannot be turned off", zap.Error(err))
	}
	if err := daemon.Adopt(); err != nil {
		log.Warn("what the daemon leaves behind may not be found", zap.Error(err))
	}
	g, err := newGateway(ctx, e, cfg, newHinting(console, at, cfg), log)
	if err != nil {
		return err
	}
	g.terminal = g.newTerminal(console, log)
	return g.run(ctx)
}

func loopback(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// withNotices adds what was noticed to what is wrong: a misspelt name may be the reason.
func withNotices(err error, notices []string) error {
	for _, n := range notices {
		err = fmt.Errorf("%w\n  (%s)", err, n)
	}
	return err
}

// accountOf is the account as the log and the commands show it, with the gateway's name if it has one.
func accountOf(cfg config) string {
	account := notify.Masked(cfg.daemon.Account)
	if cfg.name == "" {
		return account
	}
	return account + " (" + cfg.name + ")"
}

// noCore keeps passwords out of core files, the daemon's too, which inherits this.
func noCore() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("turn off core files: %w", err)
	}
	return nil
}
