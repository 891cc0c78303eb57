package main

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/fsm"
)

// interior is where the daemon listens behind the gate. The agent's loop chooses that at each start; the gate and the prover ask.
//
// Whether the daemon judges by the address it listens on or by its peer who may trade is not known. So its API listens on the loopback only
// if FUTU_IP is one, or if its RSA key is proven: a key that the daemon cannot read is silently none.
type interior struct {
	log  *zap.Logger
	file string // keeps which key was proven

	mu     sync.Mutex
	api    daemonPort
	socket daemonPort
	moved  bool // the API is on the loopback because of its key
	proved bool // the key was proven in this run of the daemon
}

// daemonPort is an address of the daemon. Its zero value is none.
type daemonPort struct{ host, port string }

// to is how it is dialled for somebody who connected to an address of this machine: by that very address, if the daemon listens on every one.
func (p daemonPort) to(local netip.Addr) string {
	host := p.host
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() && local.IsValid() {
		host = local.String()
	}
	return net.JoinHostPort(host, p.port)
}

// newInterior knows of no daemon yet.
func newInterior(data string, log *zap.Logger) *interior {
	return &interior{log: log, file: filepath.Join(data, "api-key-proven")}
}

// take chooses where the next daemon listens, and puts that into its config file. Its error says what to mend.
func (i *interior) take(d daemon.Config, cfg config) (daemon.Config, error) {
	public, _, _ := net.SplitHostPort(cfg.daemon.API)
	api := daemonPort{public, cfg.gate.port}
	moved := !loopbackIP(public) && cfg.api.Key != nil && i.known(cfg.api.Key)
	if moved {
		api.host = localhost(public)
	}
	others := cfg.gate.others
	if api.port != "" {
		if err := daemon.PortFree(net.JoinHostPort(api.host, api.port), "FUTU_GATE_PORT"); err != nil {
			return d, err
		}
	} else if port, err := daemon.ChoosePort(api.host, others...); err != nil {
		return d, err
	} else {
		api.port = port
	}
	items := []daemon.Item{{Name: "ip", Value: api.host}, {Name: "api_port", Value: api.port}}
	var socket daemonPort
	if host, _, err := net.SplitHostPort(cfg.gate.socket); err == nil {
		port, err := daemon.ChoosePort(host, append(others, api.port)...)
		if err != nil {
			return d, err
		}
		socket = daemonPort{host, port}
		items = append(items, daemon.Item{Name: "websocket_port", Value: port})
	}
	i.mu.Lock()
	i.api, i.socket, i.moved, i.proved = api, socket, moved, false
	i.mu.Unlock()
	i.log.Debug("the daemon listens inside", zap.String("inside", net.JoinHostPort(api.host, api.port)), zap.String("clients", cfg.daemon.API))
	return d.With(items...), nil
}

// localhost is the loopback of the family of another address.
func localhost(of string) string {
	if ip := net.ParseIP(of); ip != nil && ip.To4() == nil {
		return "::1"
	}
	return "127.0.0.1"
}

// dialAPI and dialSocket are where the gate dials for a client.
func (i *interior) dialAPI(to netip.Addr) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.api.to(to)
}
func (i *interior) dialSocket(to netip.Addr) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.socket.to(to)
}

// proverAddress is where the gateway itself asks the API.
func (i *interior) proverAddress() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return apiAddress(i.api.host, i.api.port)
}

// ready reports whether clients may be let in: on the loopback because of its key, the daemon lets everybody trade that it would not without one.
func (i *interior) ready(context.Context) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.moved && !i.proved {
		return errors.New("the daemon has not proven yet that it encrypts its API with the key of FUTU_RSA_PRIVATE_KEY")
	}
	return nil
}

// hears takes what the prover tells of the key, and passes it on.
func (i *interior) hears(key *rsa.PrivateKey, tell func(fsm.Event)) func(fsm.Event) {
	if key == nil {
		return tell
	}
	return func(e fsm.Event) {
		switch {
		case e.Kind == fsm.APIReady, e.Kind == fsm.APILost && (e.Part == fsm.PartGlobal || e.Part == fsm.PartQuotes || e.Part == fsm.PartProgram):
			i.proves(key)
		case e.Kind == fsm.APILost && e.Part == fsm.PartInit:
			i.doubts()
		}
		tell(e)
	}
}

// proves takes that an encrypted InitConnect was answered.
func (i *interior) proves(key *rsa.PrivateKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.proved {
		return
	}
	i.proved = true
	if err := os.WriteFile(i.file, []byte(stampOf(key)), 0o600); err != nil {
		i.log.Warn("that the key works is not kept", zap.Error(err))
	}
}

// doubts takes that none was. A daemon that listens on the loopback because of its key does so no more from its next start on.
func (i *interior) doubts() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.moved || i.proved {
		return
	}
	if err := os.Remove(i.file); err == nil {
		i.log.Warn("the key is not proven any more")
	}
}

// known reports whether a key was proven, in this run or an earlier one.
func (i *interior) known(key *rsa.PrivateKey) bool {
	text, err := readFile(i.file, maxSecret)
	return err == nil && string(text) == stampOf(key)
}

// stampOf tells keys apart, by their public halves.
func stampOf(key *rsa.PrivateKey) string { return fmt.Sprintf("%x", sha256.Sum256(key.N.Bytes())) }
