package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
	"github.com/ostai/futuopend-gateway/transport/gate"
)

// newGate makes the gate before the daemon's ports, if there is to be one.
func (g *gateway) newGate(cfg config, log *zap.Logger) {
	if cfg.gate == nil {
		return
	}
	g.inside = newInterior(cfg.data, log)
	doors := []gate.Door{{Name: "api", Address: cfg.daemon.API, Inside: g.inside.dialAPI, Ready: g.inside.ready}}
	if cfg.gate.socket != "" {
		doors = append(doors, gate.Door{Name: "websocket", Address: cfg.gate.socket, Inside: g.inside.dialSocket})
	}
	g.gate = gate.New(gate.Config{Doors: doors, Allow: cfg.gate.allow, Log: log})
}

// gated lets the agent open and shut the gate. Without one everything is as if there were none.
func (g *gateway) gated(cfg agent.Config, now *current) agent.Config {
	if g.gate == nil {
		return cfg
	}
	cfg.Gate = g.gate
	cfg.PortFree = func() bool { return portsFree(*now.Load()) }
	return cfg
}

// portsFree reports whether the ports that are named in the settings are free.
func portsFree(cfg config) bool {
	free := daemon.PortFree(cfg.daemon.API, "") == nil
	if host, _, err := net.SplitHostPort(cfg.daemon.API); err == nil && free && cfg.gate.port != "" {
		free = daemon.PortFree(net.JoinHostPort(host, cfg.gate.port), "") == nil
	}
	return free
}

// behind is where a daemon that is to be started listens.
func (g *gateway) behind(d daemon.Config, cfg config) (daemon.Config, error) {
	if g.gate == nil {
		return d, nil
	}
	return g.inside.take(d, cfg)
}

// prove asks the daemon's API, where that is.
func (g *gateway) prove(ctx context.Context, cfg config, tell func(fsm.Event), proven func(time.Time)) {
	api := cfg.api
	if g.gate != nil {
		api.Address, api.Dial, tell = g.inside.proverAddress(), g.dialInside(cfg.daemon.API), g.inside.hears(api.Key, tell)
	}
	api.Watch(ctx, tell, proven)
}

// dialInside dials the daemon for the gateway itself. If that is refused, it says who may be to blame: a daemon that does not read its config
// file listens where clients connect, and nothing keeps them from it.
func (g *gateway) dialInside(clients string) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if errors.Is(err, syscall.ECONNREFUSED) && g.gate.Doors()[0].Since.IsZero() && errors.Is(daemon.PortFree(clients, ""), syscall.EADDRINUSE) {
			return nil, fmt.Errorf("%s; somebody has %s, where clients connect", syscall.ECONNREFUSED.Error(), clients)
		}
		return c, err
	}
}

// doors is how the daemon's ports are, none without a gate.
func (g *gateway) doors() []gate.DoorStatus {
	if g.gate == nil {
		return nil
	}
	return g.gate.Doors()
}

// clientsOf is the gate for the server, nil without one.
func (g *gateway) clientsOf() transport.Gate {
	if g.gate == nil {
		return nil
	}
	return g.gate
}
