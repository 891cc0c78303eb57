package main

import (
	"net"
	"os"
	"strings"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/notify"
)

// place is where a person can act on this gateway: what the log names when something is wanted.
type place struct {
	page    string // the address of the page, as it is reached as far as that is known from here
	asks    string // the command that tells where the port of a container is published, empty if the address is known
	program string // this program, as a person runs it
	asking  string // the same for a command that asks at a terminal
	flags   string // what a command needs to find this gateway, empty if it finds it by itself
	code    string // an example of an answer
	secret  string // the account, which the log shows masked
}

// newPlace is the place of a gateway with these settings, beside or inside a container.
func newPlace(e environment, cfg config, container bool) place {
	p := place{page: pageAt(cfg.listen), program: os.Args[0], asking: os.Args[0], code: "123456", secret: cfg.daemon.Account}
	if cfg.simulated {
		p.code, p.secret = opendsim.Code, ""
	}
	host, _ := os.Hostname()
	switch {
	case !container || host == "":
		if e.Host != "127.0.0.1" || e.ServerPort != "8000" {
			p.flags = "-url " + strings.Replace(p.page, "http://", "ws://", 1) + " "
		}
	case os.Getenv("KUBERNETES_SERVICE_HOST") != "":
		p.program, p.asking = "kubectl exec "+host+" -- futuopend-gateway", "kubectl exec -it "+host+" -- futuopend-gateway"
		p.asks = "kubectl port-forward " + host + " " + e.ServerPort
	default:
		p.program, p.asking = "docker exec "+host+" futuopend-gateway", "docker exec -it "+host+" futuopend-gateway"
		p.asks = "docker port " + host + " " + e.ServerPort
	}
	if cfg.publicURL != "" {
		p.page, p.asks = cfg.publicURL, ""
	}
	return p
}

// command is a command of this program as a person runs it.
func (p place) command(name string, args ...string) string {
	program := p.program
	if name == "captcha" || name == "password" {
		program = p.asking
	}
	return strings.TrimSpace(program + " " + name + " " + p.flags + strings.Join(args, " "))
}

// answer is the command that answers a question.
func (p place) answer(kind fsm.ChallengeKind) string {
	if kind == fsm.ChallengeCode {
		return p.command("code", p.code)
	}
	return p.command(string(kind))
}

// plain is a text of the daemon's without the account.
func (p place) plain(text string) string {
	if p.secret == "" {
		return text
	}
	return strings.ReplaceAll(text, p.secret, notify.Masked(p.secret))
}

// pageAt is the page's address as it is reached from this machine.
func pageAt(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}
