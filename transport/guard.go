package transport

import (
	"context"
	"net/netip"
	"sync"
	"time"
)

const (
	// refusedAfter is how late a wrong token is answered, and with guesses how many of one peer are looked at meanwhile: no more
	// in a second, however many connections it has.
	refusedAfter = time.Second
	guesses      = 8
	// guessWithin bounds how long a request waits until its token is looked at. Only a peer of which somebody guesses waits at all.
	guessWithin = 5 * time.Second
)

// guard bounds how fast tokens can be guessed. Who is beyond the bound waits before the token is looked at: an answer that is
// quick, even an empty one, would tell whether it was right.
type guard struct {
	mu    sync.Mutex // guards what follows
	peers map[string]*gate
}

// gate is one peer's.
type gate struct {
	places chan struct{} // one is taken by each token that is looked at, until its answer
	users  int           // who are at it; belongs to the guard
}

// enter waits for a place at the gate of a peer. If ok, the caller must leave.
func (g *guard) enter(ctx context.Context, peer string) (leave func(), ok bool) {
	at := g.join(peer)
	timer := time.NewTimer(guessWithin)
	defer timer.Stop()
	select {
	case at.places <- struct{}{}:
		return func() { <-at.places; g.part(peer) }, true
	case <-timer.C:
	case <-ctx.Done():
	}
	g.part(peer)
	return nil, false
}

func (g *guard) join(peer string) *gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.peers[peer]
	if at == nil {
		at = &gate{places: make(chan struct{}, guesses)}
		if g.peers == nil {
			g.peers = map[string]*gate{}
		}
		g.peers[peer] = at
	}
	at.users++
	return at
}

func (g *guard) part(peer string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.peers[peer].users--; g.peers[peer].users == 0 {
		delete(g.peers, peer)
	}
}

// peerKey is what one peer is known by: its address, of IPv6 the network that one customer has.
func peerKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	network, _ := ip.WithZone("").Prefix(64)
	return network.String()
}
