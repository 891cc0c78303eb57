package transport

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	// maxPlaces bounds the connections that are open at once, at some 50 KiB each.
	maxPlaces = 4096
	// leastPlaces there are even if there are files for fewer.
	leastPlaces = 16
	// ofOnePeer is the share of the places that one address may have.
	ofOnePeer = 4
	// keptOfEach places are kept for the loopback, and as many for everybody else, when all are taken.
	keptOfEach = 32
)

// KeptFiles are the files that a server has beyond its places.
const KeptFiles = 2 * keptOfEach

// hall is where connections have their places. Beyond its places, and beyond a peer's share of them, it lets a few more
// in: the health check, whoever comes from this machine, and who may answer. Which of them a connection is, is known from
// its request; so the newest always gets in, and the oldest that has shown no token leaves for it.
type hall struct {
	places int
	log    *zap.Logger
	full   seldom

	mu    sync.Mutex // guards what follows
	taken int
	peers map[string]int // of the places
	kept  [2][]*visitor  // of the loopback, and of all others; oldest first

	ebb ebb
}

func newHall(files int, log *zap.Logger) *hall {
	return &hall{places: Places(files), log: log, peers: map[string]int{}}
}

// Places is how many connections a server lets in with so many files for them, 0 for as many as it likes; a few more
// are kept.
func Places(files int) int {
	if files == 0 {
		return maxPlaces
	}
	return min(maxPlaces, max(leastPlaces, files-KeptFiles))
}

// enter gives a connection a place, or one of those that are kept. It returns who has to leave for it, nil for nobody.
func (h *hall) enter(v *visitor) (leaves *visitor) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.taken < h.places && (v.here || h.peers[v.peer] < h.places/ofOnePeer) {
		h.taken++
		h.peers[v.peer]++
		h.ebb.count(h.taken)
		return nil
	}
	v.kept = true
	h.full.do(time.Minute, func(more int) {
		h.log.Warn("all places for connections are taken", zap.String("peer", v.peer), zap.Int("open", h.taken), zap.Int("of_peer", h.peers[v.peer]), zap.Int("more", more))
	})
	kept := &h.kept[side(v.here)]
	if len(*kept) >= keptOfEach {
		at := max(0, slices.IndexFunc(*kept, func(v *visitor) bool { return !v.known }))
		leaves = (*kept)[at]
		*kept = slices.Delete(*kept, at, at+1)
	}
	*kept = append(*kept, v)
	return leaves
}

// leave frees a place.
func (h *hall) leave(v *visitor) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if v.kept {
		kept := &h.kept[side(v.here)]
		*kept = slices.DeleteFunc(*kept, func(other *visitor) bool { return other == v })
		return
	}
	h.taken--
	if h.peers[v.peer]--; h.peers[v.peer] == 0 {
		delete(h.peers, v.peer)
	}
	h.ebb.count(h.taken)
}

// know lets a connection stay that has shown a token, as long as others have not.
func (h *hall) know(v *visitor) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v.known = true
}

func side(here bool) int {
	if here {
		return 0
	}
	return 1
}

// from is whose connection it is: the peer's address, and whether it is this machine's loopback. A port that is published
// makes everybody come from there, so the loopback has no share.
func from(c net.Conn) (peer string, here bool) {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return c.RemoteAddr().String(), true // in memory
	}
	address, _ := netip.AddrFromSlice(tcp.IP)
	return peerKey(address.Unmap().String()), address.Unmap().IsLoopback()
}

// probes are the requests of a health check.
var probes = map[string]bool{"GET /livez": true, "GET /readyz": true}

// housed serves connections that have a place, and of those that have one of the kept ones the requests that these are kept
// for. Such a connection ends with its answer, unless it is a WebSocket.
func (s *Server) housed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitorOf(r.Context())
		if !v.kept {
			next.ServeHTTP(w, r)
			return
		}
		if !upgrade(r) {
			w.Header().Set("Connection", "close")
		}
		if s.authority.needed() && offered(r) != "" {
			p, err := s.authority.admit(r)
			if err != nil {
				s.unauthorized(w, r, err)
				return
			}
			if p.session != nil || p.right >= answering {
				s.hall.know(v)
				next.ServeHTTP(w, r)
				return
			}
		}
		if _, pattern := s.mux.Handler(r); v.here || probes[pattern] {
			next.ServeHTTP(w, r)
			return
		}
		s.problem(w, refuse("too_many_clients", "all places for connections are taken, or all that one address may have; end some, or try again"))
	})
}
