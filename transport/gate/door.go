package gate

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"go.uber.org/zap"
)

const (
	// askAgain is how long a door waits before it dials inside again, and before it tries again to listen on a port that is taken.
	askAgain = 250 * time.Millisecond
	// beat is after how long of silence, and how often, a connection is probed; beats probes without an answer end it.
	beat  = 15 * time.Second
	beats = 9
)

// door listens while it is open. Its goroutine is started by open and waited for by shut.
type door struct {
	Door
	gate *Gate

	stop context.CancelFunc // nil while it is shut; whoever has the gate's turn has these two
	done chan struct{}

	// The gate's mu guards what follows.
	since   time.Time // since when it listens, zero while it does not
	why     string    // why it does not listen although it is to, empty if it is not to
	taken   uint64    // connections
	refused Refused
	ended   Bytes // of connections that are gone
}

func (d *door) open() {
	if d.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	d.stop, d.done = stop, make(chan struct{})
	go func() {
		defer close(d.done)
		d.serve(ctx)
	}()
}

// shut reports whether it took connections.
func (d *door) shut() (was bool) {
	if d.stop == nil {
		return false
	}
	d.gate.mu.Lock()
	was = !d.since.IsZero()
	d.gate.mu.Unlock()
	d.stop()
	<-d.done // closing a socket ends what waits for it
	d.stop, d.done = nil, nil
	return was
}

// serve takes connections from when the daemon does, until ctx ends.
func (d *door) serve(ctx context.Context) {
	defer d.is(time.Time{}, "")
	l := d.listen(ctx)
	if l == nil {
		return
	}
	closed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(closed)
		l.Close()
	})
	defer func() {
		if !stop() {
			<-closed
		}
	}()
	d.is(time.Now(), "")
	d.gate.opened(d)
	for {
		client, err := l.AcceptTCP()
		switch {
		case err == nil:
			d.take(client)
		case errors.Is(err, net.ErrClosed):
			return
		case !pause(ctx): // no descriptors are left, or a client was gone before it was taken
			return
		}
	}
}

// listen waits for the daemon, then for the port, and returns nil when ctx ends before.
func (d *door) listen(ctx context.Context) *net.TCPListener {
	for {
		err := d.reach(ctx)
		if err == nil {
			break
		}
		d.is(time.Time{}, err.Error())
		if !pause(ctx) {
			return nil
		}
	}
	for {
		l, err := listen(ctx, d.Address)
		if err == nil {
			return l
		}
		if ctx.Err() == nil && d.is(time.Time{}, err.Error()) {
			d.gate.cfg.Log.Error("the gate cannot listen", zap.String("address", d.Address), zap.Error(err))
		}
		if !pause(ctx) {
			return nil
		}
	}
}

// reach reports whether the daemon takes connections, and whether clients may be let in.
func (d *door) reach(ctx context.Context) error {
	if d.Ready != nil {
		if err := d.Ready(ctx); err != nil {
			return err
		}
	}
	to := netip.MustParseAddrPort(d.Address).Addr()
	if to.IsUnspecified() {
		to = loopback(to)
	}
	inner, err := dial(ctx, d.Inside(to))
	if err != nil {
		return err
	}
	return inner.Close()
}

// loopback is the loopback address of the family of another one.
func loopback(a netip.Addr) netip.Addr {
	if a.Is4() {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.IPv6Loopback()
}

// is sets since when it listens, and why it does not. It reports whether that is another reason than before.
func (d *door) is(since time.Time, why string) (news bool) {
	d.gate.mu.Lock()
	defer d.gate.mu.Unlock()
	news = d.why != why
	d.since, d.why = since, why
	return news
}

// opened tells that a door is open, and how many tried while it was not.
func (g *Gate) opened(d *door) {
	n, ok := g.Attempts()
	if g.cfg.Log.Info("the gate is open", zap.String("door", d.Name), zap.String("address", d.Address)); ok && n > 0 {
		g.cfg.Log.Info("clients tried while the gate was shut", zap.Uint64("about", n))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.before = nil
	g.baseline, g.counts = 0, false
}

// pause reports whether a door may go on after a moment; it may not when ctx ends.
func pause(ctx context.Context) bool {
	select {
	case <-time.After(askAgain):
		return true
	case <-ctx.Done():
		return false
	}
}

// alive is how connections are watched whose other end may be gone without a word.
var alive = net.KeepAliveConfig{Enable: true, Idle: beat, Interval: beat, Count: beats}

// listen listens on one address, of its own family alone, as the daemon does.
func listen(ctx context.Context, address string) (*net.TCPListener, error) {
	lc := net.ListenConfig{KeepAliveConfig: alive}
	l, err := lc.Listen(ctx, family(address), address)
	if err != nil {
		return nil, err
	}
	return l.(*net.TCPListener), nil
}

func dial(ctx context.Context, address string) (*net.TCPConn, error) {
	d := net.Dialer{Timeout: dialWithin, KeepAliveConfig: alive}
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return c.(*net.TCPConn), nil
}

// family is the network of an address: 0.0.0.0 is not the whole of IPv6, too.
func family(address string) string {
	if a, err := netip.ParseAddrPort(address); err == nil && a.Addr().Is4() {
		return "tcp4"
	}
	return "tcp"
}
