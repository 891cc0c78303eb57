package main

import (
	"context"
	"net"
	"os"
	"time"
)

// ports looks whether the two ports are free, or taken by a gateway that runs.
func (c *checkup) ports(ctx context.Context, cfg config, e environment) {
	running := !c.inside && gatewayRuns(ctx)
	for _, p := range []struct{ what, address, settings string }{
		{"gateway", cfg.listen, "SERVER_HOST, SERVER_PORT"}, {"api", net.JoinHostPort(e.IP, e.Port), "FUTU_IP, FUTU_PORT"},
	} {
		if c.inside {
			c.ok(p.what, say("check.port.used", "address", p.address))
			continue
		}
		l, err := net.Listen("tcp", p.address)
		switch {
		case err == nil:
			l.Close()
			c.ok(p.what, say("check.port.free", "address", p.address))
		case running:
			c.ok(p.what, say("check.port.used", "address", p.address))
		default:
			c.bad(p.what, takenPort(p.address, p.settings, err))
		}
	}
}

// gatewayRuns reports whether a gateway answers where ours would listen.
func gatewayRuns(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, err := askHealth(ctx, "/livez")
	return err == nil
}

// reach tells who else can reach the two ports. Inside a container the programs must listen on every address: there only
// what can be mended is a warning.
func (c *checkup) reach(e environment, token, container bool) {
	open := func(address string) bool { ip := net.ParseIP(address); return ip != nil && !ip.IsLoopback() }
	if address := net.JoinHostPort(e.Host, e.ServerPort); open(e.Host) && !token {
		if container {
			c.ok("gateway", say("check.inside", "address", address))
		} else {
			c.warning("gateway", say("check.open", "address", address))
		}
	}
	if address := net.JoinHostPort(e.IP, e.Port); open(e.IP) && e.RSAKey == "" {
		if container {
			c.ok("api", say("check.inside.no_rsa", "address", address))
		} else {
			c.warning("api", say("check.no_rsa", "address", address))
		}
	}
}

// inContainer reports whether an engine says so: Docker and Podman leave a file, Kubernetes a variable.
func inContainer() bool {
	for _, mark := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, err := os.Stat(mark); err == nil {
			return true
		}
	}
	return os.Getenv("KUBERNETES_SERVICE_HOST") != ""
}
