package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sys/unix"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/fsm/journalfile"
	"github.com/ostai/futuopend-gateway/transport"
	"github.com/ostai/futuopend-gateway/transport/metrics"
	"github.com/ostai/futuopend-gateway/transport/notify"
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
		return usageError{withNotices(err, notices)}
	}
	if *scenario != "" {
		simulatedDaemon(&cfg, *scenario, simulator)
	}

	console, logs := newOutput(os.Stdout), newOutput(os.Stderr)
	defer console.Close()
	defer logs.Close()
	log := newLog(logs, cfg.logLevel, cfg.logJSON)
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

// gateway is everything wired.
type gateway struct {
	listener net.Listener
	file     *journalfile.File
	runDir   string
	journal  *fsm.Journal
	agent    *agent.Agent
	server   *transport.Server
	notifier *notify.Notifier
	metrics  *metrics.Metrics
	heart    *notify.Heart // nil if nobody wants to hear it
	terminal *terminal
}

// newGateway opens the journal and the port, and starts nothing.
func newGateway(ctx context.Context, e environment, cfg config, console *output, log *zap.Logger) (*gateway, error) {
	g := &gateway{}
	ledger, err := g.openJournal(cfg, log)
	if err != nil {
		return nil, err
	}
	if err := cfg.daemon.Folder.Usable(); err != nil {
		g.file.Close()
		return nil, err // told as what it is, before it could pass for a device that has no identity
	}
	if g.listener, err = net.Listen("tcp", cfg.listen); err != nil {
		g.file.Close()
		return nil, fmt.Errorf("listen for clients: %w; SERVER_HOST and SERVER_PORT name the address", err)
	}
	if g.runDir, err = daemon.RunDir(runDirName(cfg.data)); err != nil {
		g.listener.Close()
		g.file.Close()
		return nil, err
	}
	g.agent = g.newAgent(ctx, newCurrent(e, cfg), ledger, console, log)
	g.newServer(e, cfg, log)
	address := g.listener.Addr()
	log.Info("listening", zap.String("address", address.String()), zap.String("journal", cfg.data), zap.String("page", pageAt(address)))
	switch {
	case cfg.token != "":
	case loopback(address):
		log.Warn("no SERVER_TOKEN on this machine")
	default:
		log.Warn("no SERVER_TOKEN", zap.String("address", address.String()))
	}
	return g, nil
}

// newServer makes whatever speaks to people and programs, each from what it needs: tickets, then messages with them and
// the server that takes them, then metrics of both.
func (g *gateway) newServer(e environment, cfg config, log *zap.Logger) {
	var tickets *transport.Tickets
	if cfg.token != "" {
		tickets = transport.NewTickets(g.journal)
	}
	g.notifier = notify.New(notify.Config{
		Journal: g.journal, Log: log, Targets: cfg.notify, Lang: cfg.lang, Account: cfg.daemon.Account, Name: cfg.name,
		Link: cfg.publicURL, Shell: shell(), Ticket: tickets.Issue, State: func(s fsm.Snapshot) []byte { return g.server.State(s) },
	})
	if cfg.heartbeat != nil {
		g.heart = notify.NewHeart(notify.HeartConfig{URL: cfg.heartbeat, Journal: g.journal, Log: log, Proven: g.agent.Proven})
	}
	g.server = transport.New(transport.Config{
		Journal: g.journal, Agent: g.agent, Log: log, Origins: cfg.origins, Hosts: cfg.hosts, Public: cfg.publicURL,
		Token: cfg.token, AnswerToken: cfg.answerToken, ReadToken: cfg.readToken, Tickets: tickets, Report: g.report(e, cfg),
	})
	g.metrics = g.newMetrics(log)
	g.server.Mount("/metrics", g.metrics)
}

// openJournal reads what earlier runs left, for the readers of the journal and for the rules of login.
func (g *gateway) openJournal(cfg config, log *zap.Logger) (*fsm.Ledger, error) {
	var past []fsm.Entry
	ledger := &fsm.Ledger{}
	file, notes, err := journalfile.Open(cfg.data, func(e fsm.Entry) {
		past = recent(past, e)
		if !cfg.simulated {
			ledger.Note(e) // a simulated account cannot be harmed, and each run of it begins anew
		}
	})
	for _, note := range notes {
		log.Warn("the journal is not as it was written", zap.String("note", note))
	}
	if err != nil {
		return nil, fmt.Errorf("%w; GATEWAY_DATA names the folder, which uid %d must be able to write, with room in it, and no other gateway use", err, os.Getuid())
	}
	g.file, g.journal = file, fsm.NewJournal(file)
	g.journal.Earlier(func(n int) []fsm.Entry {
		past, err := journalfile.History(cfg.data, n)
		if err != nil {
			log.Warn("older entries of the journal are not shown", zap.Error(err))
		}
		return past
	})
	for _, e := range past {
		g.journal.Recall(e)
	}
	return ledger, nil
}

func (g *gateway) newAgent(ctx context.Context, now *current, ledger *fsm.Ledger, console *output, log *zap.Logger) *agent.Agent {
	cfg := *now.Load()
	// The daemon's flags are learnt when it is first started, beside the server: the clients need not wait.
	flags := sync.OnceValue(func() daemon.Flags { return learnFlags(ctx, cfg, log) })
	run := func() daemon.Config {
		d := now.Load().daemon
		d.RunDir, d.Flags = g.runDir, flags()
		return d
	}
	launch := func(typed bool) (agent.Process, error) {
		d := run()
		if d.Typed = typed; ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		process, err := daemon.Start(d)
		if err != nil || !cfg.record {
			return process, err
		}
		return recordsOf(*now.Load(), log).Wrap(process), nil
	}
	reread := now.reread
	if cfg.simulated {
		reread = nil // its settings are made up, and in no file
	}
	return agent.New(agent.Config{
		Version:     version,
		Launch:      launch,
		Setup:       func() string { return now.Load().daemon.Setup() },
		Remembers:   func() bool { return run().Login() == daemon.Remember },
		Journal:     g.journal,
		Log:         log,
		Console:     console,
		StartAtOnce: cfg.initOnStart,
		Supervise:   cfg.supervise,
		Reclaim:     cfg.reclaim,
		Market:      cfg.market,
		Device:      cfg.daemon.Folder.Device,
		Picture:     cfg.daemon.Picture,
		Status:      cfg.daemon.Status,
		Prove: func(ctx context.Context, tell func(fsm.Event), proven func(time.Time)) {
			now.Load().api.Watch(ctx, tell, proven)
		},
		Account:     cfg.daemon.Account,
		Credentials: credentials(cfg),
		Reread:      reread,
		Ledger:      ledger,
	})
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
		log.Info("flags asked", zap.Int("flags", len(flags)))
	}
	return flags
}

// recent keeps the entries that the journal's window can hold.
func recent(past []fsm.Entry, e fsm.Entry) []fsm.Entry {
	if len(past) == 2*fsm.Window {
		past = append(past[:0], past[fsm.Window:]...)
	}
	return append(past, e)
}

// runDirName tells apart the gateways of one user by their data.
func runDirName(data string) string {
	return fmt.Sprintf("futuopend-gateway-%x", sha256.Sum256([]byte(data)))[:30]
}

// run runs the daemon and the server until ctx ends or one of them fails. The daemon stops first, so that the
// clients hear of it before they are sent away.
func (g *gateway) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	serving, stopServing := context.WithCancel(context.Background())
	defer stopServing()

	g.agent.Boot()
	g.notifier.Begin() // what the agent finds at once is told, too
	var running sync.WaitGroup
	var agentErr, serverErr error
	running.Go(func() {
		agentErr = g.agent.Run(ctx)
		stopServing()
	})
	running.Go(func() { daemon.Bury(serving) })
	running.Go(func() {
		serverErr = g.server.Serve(serving, g.listener)
		cancel()
	})
	running.Go(func() { g.notifier.Run(ctx) })
	if g.heart != nil {
		running.Go(func() { g.heart.Run(ctx) })
	}
	running.Go(func() { g.metrics.Run(ctx) })
	running.Go(func() { g.terminal.follow(ctx) })
	running.Wait()
	os.Remove(g.runDir) // it is empty, unless something went wrong with the daemon
	return errors.Join(agentErr, serverErr, g.file.Close())
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
