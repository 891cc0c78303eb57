package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/fsm/journalfile"
	"github.com/ostai/futuopend-gateway/transport"
	"github.com/ostai/futuopend-gateway/transport/gate"
	"github.com/ostai/futuopend-gateway/transport/inbox"
	"github.com/ostai/futuopend-gateway/transport/memory"
	"github.com/ostai/futuopend-gateway/transport/metrics"
	"github.com/ostai/futuopend-gateway/transport/notify"
)

// gateway is everything wired.
type gateway struct {
	listener net.Listener
	file     *journalfile.File
	runDir   string
	journal  *fsm.Journal
	agent    *agent.Agent
	gate     *gate.Gate // before the daemon's ports; nil, as inside is, if the daemon has them itself
	inside   *interior
	server   *transport.Server
	notifier *notify.Notifier
	metrics  *metrics.Metrics
	heart    *notify.Heart // nil if nobody wants to hear it
	inbox    *inbox.Inbox
	terminal *terminal
}

// newGateway opens the journal and the port, and starts nothing.
func newGateway(ctx context.Context, e environment, cfg config, console io.Writer, log *zap.Logger) (*gateway, error) {
	g := &gateway{}
	if err := cfg.site.settle(cfg.daemon.Folder); err != nil {
		return nil, err
	}
	if strings.HasPrefix(cfg.data, cfg.daemon.Folder.Path()+"/") {
		if err := cfg.daemon.Folder.Usable(); err != nil {
			return nil, err // it has the command that mends it, which the journal in it has not
		}
	}
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
		return nil, &saidError{takenPort(cfg.listen, "SERVER_HOST, SERVER_PORT", err), err}
	}
	if g.runDir, err = daemon.RunDir(runDirName(cfg.data)); err != nil {
		g.listener.Close()
		g.file.Close()
		return nil, err
	}
	g.newGate(cfg, log)
	g.agent = g.newAgent(ctx, newCurrent(e, cfg), ledger, console, log)
	files, err := filesForClients(log)
	if err != nil {
		log.Warn("files cannot be counted", zap.Error(err))
	}
	g.newServer(e, cfg, files, log)
	g.tellAddress(e, cfg, log)
	return g, nil
}

// tellAddress logs where clients find the gateway and the daemon's API, and whether a token keeps others out.
func (g *gateway) tellAddress(e environment, cfg config, log *zap.Logger) {
	address := g.listener.Addr()
	log.Info("listening", zap.String("address", address.String()), zap.String("journal", cfg.data), zap.String("page", pageAt(address.String())), zap.String("api", net.JoinHostPort(e.IP, e.Port)))
	switch {
	case cfg.token != "":
	case loopback(address):
		log.Info("no SERVER_TOKEN on this machine")
	case inContainer(): // who gets in is decided where the port is published: compose.yaml lets this machine in alone
		log.Info("no SERVER_TOKEN in a container", zap.String("address", address.String()))
	default:
		log.Warn("no SERVER_TOKEN", zap.String("address", address.String()))
	}
}

// newServer makes whatever speaks to people and programs, each from what it needs: tickets, then messages with them and
// the server that takes them, then metrics of both.
func (g *gateway) newServer(e environment, cfg config, files int, log *zap.Logger) {
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
		Files: files,
		About: transport.About{Account: notify.Masked(cfg.daemon.Account), Name: cfg.name, API: cfg.daemon.API, Shell: shell()},
		Token: cfg.token, AnswerToken: cfg.answerToken, ReadToken: cfg.readToken, Tickets: tickets, Report: g.report(e, cfg), Gate: g.clientsOf(),
	})
	g.inbox = inbox.New(inbox.Config{
		Journal: g.journal, Log: log, Targets: cfg.notify, Lang: cfg.lang, Account: cfg.daemon.Account,
		Obey: g.server.Obey, Picture: g.agent.Captcha,
	})
	g.metrics = g.newMetrics(log)
	g.server.Mount("/metrics", g.metrics)
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
		if g.gate != nil {
			g.gate.Close()
		}
		stopServing()
	})
	running.Go(func() { daemon.Bury(serving) })
	running.Go(func() {
		serverErr = g.server.Serve(serving, g.listener)
		cancel()
	})
	running.Go(func() { g.notifier.Run(ctx) })
	running.Go(func() { g.inbox.Run(ctx) })
	if g.heart != nil {
		running.Go(func() { g.heart.Run(ctx) })
	}
	running.Go(func() { g.metrics.Run(ctx) })
	running.Go(func() { g.terminal.follow(ctx) })
	running.Go(func() { memory.Follow(ctx, g.journal, memory.GiveBack) })
	running.Wait()
	os.Remove(g.runDir) // it is empty, unless something went wrong with the daemon
	return errors.Join(agentErr, serverErr, g.file.Close())
}
