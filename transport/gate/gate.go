package gate

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"
)

// MaxConns is how many connections pass at once, through all doors together. The daemon takes 128, of which the gateway itself has one
// and the daemon's own WebSocket some.
const MaxConns = 120

// FilesEach is how many files a connection has open: two sockets, and two pipes through which the kernel copies.
const FilesEach = 6

const (
	// goWithin is how long clients get to take leave when the gate is shut; those that are left are reset.
	goWithin = 400 * time.Millisecond
	// dialWithin bounds the dial inside, on this very machine.
	dialWithin = 5 * time.Second
)

// Door is one port of the daemon as clients reach it.
type Door struct {
	Name    string // as it is told: "api"
	Address string // host:port where clients connect
	// Inside is where the daemon listens, host:port, for a client that connected to an address of this machine. It may change with
	// each start of the daemon.
	Inside func(to netip.Addr) string
	// Ready returns nil once clients may be let in, beside that the daemon takes connections. It is asked again after an error. Nil: they may.
	Ready func(ctx context.Context) error
}

// Config is what a gate needs.
type Config struct {
	Doors []Door
	Allow []netip.Prefix // whose connections are taken; empty: everybody's
	Log   *zap.Logger
	// Resets counts the resets that the kernel has sent in a network namespace that nobody shares; ok is false where others share
	// it. Nil: [KernelResets].
	Resets func() (sent uint64, ok bool)
}

// Gate is shut until [Gate.Open]. It owns a goroutine for each door while it is open, and two for each connection. Open, Hold, Shut and Close
// are for one caller at a time to decide; all methods are safe for concurrent use.
type Gate struct {
	cfg   Config
	doors []*door

	turn sync.Mutex // held by whoever opens or shuts

	mu       sync.Mutex // guards what follows, and what doors and connections have for others to read
	conns    map[*conn]bool
	before   []string // the addresses that were connected when it was shut
	baseline uint64   // resets when it was shut
	counts   bool     // baseline is known
	told     map[string]time.Time
}

// New returns a gate that is shut.
func New(cfg Config) *Gate {
	if cfg.Resets == nil {
		cfg.Resets = KernelResets
	}
	g := &Gate{cfg: cfg, conns: map[*conn]bool{}, told: map[string]time.Time{}}
	for _, d := range cfg.Doors {
		g.doors = append(g.doors, &door{Door: d, gate: g})
	}
	g.rest()
	return g
}

// Open lets clients in as soon as the daemon takes connections, which may be minutes later. It returns at once; a gate that is open stays so.
func (g *Gate) Open() {
	g.turn.Lock()
	defer g.turn.Unlock()
	for _, d := range g.doors {
		d.open()
	}
}

// Hold takes no more connections; those that there are stay. It returns within a second.
func (g *Gate) Hold() {
	g.turn.Lock()
	defer g.turn.Unlock()
	if g.hold() {
		g.rest()
		g.cfg.Log.Info("the gate takes no new clients")
	}
}

// hold reports whether a door took connections.
func (g *Gate) hold() (was bool) {
	for _, d := range g.doors {
		was = d.shut() || was
	}
	return was
}

// Shut takes no more connections and ends those that there are: the daemon's ends at once, the clients' with a reset if they do not go by
// themselves. Nothing reaches the daemon any more when it returns, within a second.
func (g *Gate) Shut() {
	g.turn.Lock()
	defer g.turn.Unlock()
	was := g.hold()
	ended := g.all(func(*conn) bool { return true })
	g.end(ended)
	if was || len(ended) > 0 {
		g.shutWith(ended)
	}
}

// Close shuts the gate and waits for everything that it started.
func (g *Gate) Close() { g.Shut() }

// End ends the connections from an address, of one client with its port, or all with an empty one, and returns how many there were.
func (g *Gate) End(address string) int {
	some := g.all(func(c *conn) bool { return address == "" || c.is(address) })
	g.end(some)
	return len(some)
}

// all are the connections that a test picks, the oldest first.
func (g *Gate) all(pick func(*conn) bool) (out []*conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.conns {
		if pick(c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *conn) int { return a.since.Compare(b.since) })
	return out
}

// end ends connections and waits for them.
func (g *Gate) end(some []*conn) {
	for _, c := range some {
		c.leave()
	}
	late := time.NewTimer(goWithin)
	defer late.Stop()
	for i, c := range some {
		select {
		case <-c.done:
			continue
		case <-late.C:
		}
		for _, c := range some[i:] {
			c.reset()
		}
		for _, c := range some[i:] {
			<-c.done // nothing holds up a connection whose sockets are closed
		}
		return
	}
}

// shutWith tells whom it was shut with, and begins to count who tries nevertheless.
func (g *Gate) shutWith(ended []*conn) {
	addresses := make([]string, 0, len(ended))
	for _, c := range ended {
		addresses = append(addresses, c.peer.String())
	}
	g.mu.Lock()
	g.before = addresses
	g.mu.Unlock()
	g.rest()
	if len(addresses) == 0 {
		g.cfg.Log.Info("the gate is shut")
		return
	}
	g.cfg.Log.Info("the gate is shut and its clients are sent away", zap.String("clients", strings.Join(addresses, ", ")))
}

// rest notes how many resets there were, from which those that follow are attempts to reach a port that is shut.
func (g *Gate) rest() {
	n, ok := g.cfg.Resets()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.baseline, g.counts = n, ok
}

// seldom reports whether a line of a kind was not logged within a minute.
func (g *Gate) seldom(line string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if at, ok := g.told[line]; ok && now.Sub(at) < time.Minute {
		return false
	}
	g.told[line] = now
	return true
}
