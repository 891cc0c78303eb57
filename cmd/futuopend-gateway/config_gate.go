package main

import (
	"cmp"
	"net"
	"net/netip"
	"strings"
)

// gateConfig is how clients reach the daemon through the gate.
type gateConfig struct {
	port   string         // where the daemon's API listens inside, empty for one that is chosen
	allow  []netip.Prefix // whose connections are taken, empty for everybody's
	socket string         // host:port of the daemon's WebSocket, empty if it is off
	others []string       // ports that are in use here
}

// gate understands how the daemon's ports are gated. It is nil if they are not.
func (c *checker) gate(e environment) *gateConfig {
	out := &gateConfig{port: optional(c.port, "FUTU_GATE_PORT", e.GatePort), allow: c.networks("FUTU_ALLOW", e.Allow)}
	if !c.yes("FUTU_GATE", e.Gate) {
		if e.Allow != "" {
			c.wrong("FUTU_ALLOW", "wrong.allow.gate")
		}
		return nil
	}
	if e.SocketPort != "" {
		out.socket = net.JoinHostPort(cmp.Or(e.SocketIP, "127.0.0.1"), e.SocketPort)
	}
	for _, port := range []string{e.Port, e.ServerPort, e.TelnetPort, e.SocketPort, e.GatePort} {
		if port != "" {
			out.others = append(out.others, port)
		}
	}
	for _, port := range []string{e.Port, e.ServerPort, e.TelnetPort, e.SocketPort} {
		if e.GatePort != "" && e.GatePort == port {
			c.wrong("FUTU_GATE_PORT", "wrong.gate.same", "value", quoted(port))
			break
		}
	}
	if e.Allow != "" && !loopbackIP(e.IP) && e.RSAKey == "" {
		c.wrong("FUTU_ALLOW", "wrong.allow.key", "value", quoted(e.IP))
	}
	if e.Allow != "" && e.SocketPort != "" && e.SocketIP != "" && !loopbackIP(e.SocketIP) {
		c.notices = append(c.notices, say("setting.allow_socket", "value", e.SocketIP))
	}
	return out
}

// networks understands addresses and networks, separated by commas.
func (c *checker) networks(name, s string) (out []netip.Prefix) {
	for _, text := range strings.Split(s, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
			out = append(out, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
		} else if p, err := netip.ParsePrefix(text); err == nil {
			out = append(out, p.Masked())
		} else {
			c.wrong(name, "wrong.network", "value", quoted(text))
		}
	}
	return out
}

// loopbackIP reports whether a text is an address that only this machine reaches.
func loopbackIP(s string) bool {
	ip := net.ParseIP(s)
	return ip != nil && ip.IsLoopback()
}
