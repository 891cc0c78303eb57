package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	"go.uber.org/zap"
	"golang.org/x/sys/unix"

	"github.com/ostai/futuopend-gateway/agent/daemon"
)

// serve runs the gateway until ctx ends.
func serve(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	scenario := flags.String("simulate", "", "run a simulated daemon with this `scenario` instead of FUTU_CMD")
	args, simulator := cutFlags(args)
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	if len(simulator) > 0 && *scenario == "" {
		return usageError{errors.New("serve: what follows -- is for the simulated daemon, which -simulate SCENARIO makes the daemon")}
	}
	e, notices := ownEnvironment()
	if *scenario != "" {
		if err := simulated(&e, *scenario); err != nil {
			return err
		}
	}
	cfg, err := newConfig(e)
	if err != nil {
		return usageError{withNotices(err, append(notices, e.read...))}
	}
	if *scenario != "" {
		simulatedDaemon(&cfg, *scenario, simulator)
	}

	console, logs := newOutput(os.Stdout), newOutput(os.Stderr)
	defer console.Close()
	defer logs.Close()
	log := newLog(logs, cfg.logLevel, cfg.logJSON)
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
	g, err := newGateway(ctx, e, cfg, console, log)
	if err != nil {
		return err
	}
	if *scenario != "" {
		stop := g.guide(ctx, *scenario, console)
		defer stop()
	}
	g.terminal = g.newTerminal(console, cfg.lang, log)
	return g.run(ctx)
}

func loopback(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// pageAt is the page's address as it is reached from this machine.
func pageAt(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}

// withNotices adds what was noticed to what is wrong: a misspelt name may be the reason.
func withNotices(err error, notices []string) error {
	for _, n := range notices {
		err = fmt.Errorf("%w\n  (%s)", err, n)
	}
	return err
}

// noCore keeps passwords out of core files, the daemon's too, which inherits this.
func noCore() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("turn off core files: %w", err)
	}
	return nil
}
