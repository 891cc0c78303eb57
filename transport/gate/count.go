package gate

import (
	"net"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// Bytes is what passed.
type Bytes struct{ FromClients, ToClients uint64 }

func (b *Bytes) add(more Bytes) {
	b.FromClients += more.FromClients
	b.ToClients += more.ToClients
}

// most is the higher of two counts, each way: what was told once is not taken back.
func (b Bytes) most(other Bytes) Bytes {
	return Bytes{max(b.FromClients, other.FromClients), max(b.ToClients, other.ToClients)}
}

// Refused is how many connections were not taken.
type Refused struct {
	Address uint64 // they came from where nobody is allowed
	Full    uint64 // there were [MaxConns]
}

// DoorStatus is how a door is.
type DoorStatus struct {
	Name, Address string
	Since         time.Time // since when it is open, zero if it is shut
	Why           string    // why it is not open although the account is logged in, empty if it is not
	Clients       int
	Oldest        time.Time // since when the first of them is connected, zero if there is none
	Taken         uint64    // connections, since the gateway began
	Refused       Refused
	Bytes         Bytes // since the gateway began
}

// Client is one connection that passes.
type Client struct {
	Door, Address string // its address has the port
	Since         time.Time
	Bytes         Bytes
}

// Doors is how each door is, in the order of the config.
func (g *Gate) Doors() []DoorStatus {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]DoorStatus, len(g.doors))
	for i, d := range g.doors {
		out[i] = DoorStatus{Name: d.Name, Address: d.Address, Since: d.since, Why: d.why, Taken: d.taken, Refused: d.refused, Bytes: d.ended}
		for c := range g.conns {
			if c.door == d {
				out[i].Clients++
				if out[i].Oldest.IsZero() || c.since.Before(out[i].Oldest) {
					out[i].Oldest = c.since
				}
				out[i].Bytes.add(c.passed())
			}
		}
	}
	return out
}

// Clients are the connections that pass, the oldest first.
func (g *Gate) Clients() (out []Client) {
	for _, c := range g.all(func(*conn) bool { return true }) {
		g.mu.Lock()
		out = append(out, Client{c.door.Name, c.peer.String(), c.since, c.passed()})
		g.mu.Unlock()
	}
	return out
}

// Before are the addresses that were connected when the gate was shut, the oldest first. There are none while it is open. Who tries meanwhile
// cannot be named: the kernel refuses it.
func (g *Gate) Before() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.before)
}

// Attempts is about how often somebody tried to connect since the gate was shut: the resets that the kernel sent. ok is false while it is open,
// and where the network is shared with other programs.
func (g *Gate) Attempts() (about uint64, ok bool) {
	now, ok := g.cfg.Resets()
	g.mu.Lock()
	defer g.mu.Unlock()
	if !ok || !g.counts || now < g.baseline {
		return 0, false
	}
	return now - g.baseline, true
}

// passed is what passed so far, as the kernel counts it: the gate does not see the bytes. The gate's mu is held.
func (c *conn) passed() Bytes {
	if now, ok := counted(c.client); ok {
		c.seen = c.seen.most(now)
	}
	return c.seen
}

// counted asks the kernel what a connection has received, and what its other end has acknowledged.
func counted(c *net.TCPConn) (b Bytes, ok bool) {
	info, ok := infoOf(c)
	if !ok {
		return b, false
	}
	return Bytes{FromClients: info.Bytes_received, ToClients: info.Bytes_acked}, true
}

// stateClosed is TCP_CLOSE of the kernel: a reset came.
const stateClosed = 7

// infoOf is what the kernel knows of a connection.
func infoOf(c *net.TCPConn) (info *unix.TCPInfo, ok bool) {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, false
	}
	outer := raw.Control(func(fd uintptr) {
		info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	})
	return info, outer == nil && err == nil
}
