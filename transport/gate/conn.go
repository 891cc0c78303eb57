package gate

import (
	"context"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// conn is one client's connection and the one inside that belongs to it. Its two goroutines end when both ends are done, or when
// somebody calls leave or reset.
type conn struct {
	door   *door
	client *net.TCPConn
	peer   netip.AddrPort
	since  time.Time
	ctx    context.Context // ends the dial inside
	cancel context.CancelFunc
	done   chan struct{} // closed when both goroutines have ended

	passing  atomic.Int32 // ways that bytes still go
	up, down int64        // bytes that went either way; each belongs to its goroutine until passing is 0

	mu    sync.Mutex
	inner *net.TCPConn // nil before it was dialled
	over  bool         // no byte is to reach the daemon any more

	seen Bytes // what was told of it last; the gate's mu guards it
}

// take lets a client in, or refuses it with a reset.
func (d *door) take(client *net.TCPConn) {
	c, full := d.admit(client)
	if c != nil {
		go c.enter() // whoever ends the connection, or shuts the gate, waits for what comes of it
		return
	}
	reset(client)
	switch log, peer := d.gate.cfg.Log, zap.String("peer", client.RemoteAddr().String()); {
	case full && d.gate.seldom("full"):
		log.Warn("the gate has no room for another client", peer, zap.Int("most", MaxConns))
	case !full && d.gate.seldom("stranger"):
		log.Warn("the gate refused an address that FUTU_ALLOW does not name", peer)
	}
}

// admit finds a place for a client. It is nil for one that is not allowed, and where there is none.
func (d *door) admit(client *net.TCPConn) (c *conn, full bool) {
	peer := plain(client.RemoteAddr())
	g := d.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.allows(peer.Addr()) {
		d.refused.Address++
		return nil, false
	}
	if len(g.conns) >= MaxConns {
		d.refused.Full++
		g.sweep()
		return nil, true
	}
	c = &conn{door: d, client: client, peer: peer, since: time.Now(), done: make(chan struct{})}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	g.conns[c] = true
	d.taken++
	return c, false
}

// allows reports whether connections from an address are taken.
func (g *Gate) allows(a netip.Addr) bool {
	if len(g.cfg.Allow) == 0 {
		return true
	}
	for _, p := range g.cfg.Allow {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// plain is an address without what its way here adds: 10.0.0.5 also where the socket speaks IPv6.
func plain(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	at := tcp.AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap().WithZone(""), at.Port())
}

// enter dials inside, and lets bytes pass both ways. These have goroutines of their own, since the stack that a dial takes is a
// multiple of theirs, and would stay as long as the connection.
func (c *conn) enter() {
	if !c.reach() {
		reset(c.client)
		c.ended()
		return
	}
	c.passing.Store(2)
	go c.pass(c.inner, c.client, &c.up)
	go c.pass(c.client, c.inner, &c.down)
}

// pass copies one way until that is done. The later of both ends the connection.
func (c *conn) pass(to, from *net.TCPConn, n *int64) {
	*n = c.copy(to, from)
	if c.passing.Add(-1) > 0 {
		return
	}
	c.client.Close()
	c.inner.Close()
	c.ended()
}

// reach dials inside. It reports whether bytes may pass.
func (c *conn) reach() bool {
	inner, err := dial(c.ctx, c.door.Inside(plain(c.client.LocalAddr()).Addr()))
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.over:
		if err == nil {
			reset(inner)
		}
		return false
	case err != nil:
		if c.door.gate.seldom("inside") {
			c.door.gate.cfg.Log.Warn("the daemon does not take a client's connection", zap.Error(err))
		}
		return false
	}
	c.inner = inner
	return true
}

// copy passes on what comes, and then that nothing more comes. If either end is gone, both are.
func (c *conn) copy(to, from *net.TCPConn) int64 {
	n, err := io.Copy(to, from) // splices: the bytes stay in the kernel
	if err == nil {
		err = to.CloseWrite()
	}
	if err != nil {
		c.broken()
	}
	return n
}

// broken ends both ends, unless somebody ends them in good order.
func (c *conn) broken() {
	c.mu.Lock()
	over := c.over
	c.mu.Unlock()
	if !over {
		c.reset()
	}
}

// leave ends the daemon's end at once, and tells the client that nothing more comes.
func (c *conn) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	c.cancel()
	if c.inner != nil {
		c.inner.Close()
	}
	c.client.CloseWrite()
}

// reset ends both ends.
func (c *conn) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	c.cancel()
	if c.inner != nil {
		reset(c.inner)
	}
	reset(c.client)
}

// reset ends a connection in such a way that its other end learns it at once.
func reset(c *net.TCPConn) {
	_ = c.SetLinger(0) // it is closed already
	c.Close()
}

// ended takes a connection out of the gate's books.
func (c *conn) ended() {
	c.cancel()
	g := c.door.gate
	g.mu.Lock()
	delete(g.conns, c)
	c.door.ended.add(c.seen.most(Bytes{FromClients: uint64(c.up), ToClients: uint64(c.down)}))
	g.mu.Unlock()
	close(c.done)
}

// sweep ends the connections that the daemon is done with and that their clients forgot: what they leave is for the next to come. The
// gate's mu is held.
func (g *Gate) sweep() {
	for c := range g.conns {
		if c.forgotten() {
			c.reset()
		}
	}
}

// forgotten reports whether nothing is left of the daemon's end.
func (c *conn) forgotten() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inner == nil || c.over {
		return false
	}
	info, ok := infoOf(c.inner)
	return ok && info.State == stateClosed
}

// is reports whether a connection is the one that an address names, or one from there.
func (c *conn) is(address string) bool {
	if at, err := netip.ParseAddrPort(address); err == nil {
		return c.peer == netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
	}
	a, err := netip.ParseAddr(address)
	return err == nil && c.peer.Addr() == a.Unmap()
}
