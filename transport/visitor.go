package transport

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// bite is how much a WebSocket is given to read in one turn, in bytes: some twenty of the shortest frames.
const bite = 128

// fetched is longer than it takes to read what has come already.
const fetched = 50 * time.Microsecond

// visitor is one connection. While it is HTTP, each of its requests waits for a turn; as a WebSocket, each bite of what
// it sends, so that control frames and pieces of frames count as well.
type visitor struct {
	net.Conn
	turn   *turn       // of the one goroutine that reads
	stream atomic.Bool // it is a WebSocket
	closed chan struct{}
	close  func() // once, when the connection ends

	peer  string // whose it is
	here  bool   // it comes over the loopback
	kept  bool   // it has one of the kept places
	known bool   // it has shown a token that may answer; belongs to the hall
}

func (s *Server) newVisitor(c net.Conn) *visitor {
	v := &visitor{Conn: c, turn: s.turns.of(s.turns.open()), closed: make(chan struct{})}
	v.close = sync.OnceFunc(func() {
		close(v.closed)
		v.turn.leave()
		s.hall.leave(v)
	})
	return v
}

// Read returns what was sent, and for a WebSocket the turn to work on it: until the next Read.
func (v *visitor) Read(b []byte) (int, error) {
	if !v.stream.Load() {
		return v.listen(b)
	}
	v.turn.leave()
	n, err := v.listen(b[:min(len(b), bite)])
	if err == nil && !v.turn.take(v.closed) {
		return 0, net.ErrClosed
	}
	return n, err
}

// listen reads, and takes note if that was more than fetching what had come already.
func (v *visitor) listen(b []byte) (int, error) {
	began := time.Now()
	n, err := v.Conn.Read(b)
	if time.Since(began) > fetched {
		v.turn.account.patient.Store(true)
	}
	return n, err
}

// Close ends the connection.
func (v *visitor) Close() error {
	v.close()
	return v.Conn.Close()
}

// door makes visitors of connections, and gives them places.
type door struct {
	net.Listener
	server *Server
}

// Accept returns the next visitor.
func (d door) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err != nil {
		return nil, err // net/http tells it, and tries again if it is a passing one
	}
	v := d.server.newVisitor(c)
	v.peer, v.here = from(c)
	if leaves := d.server.hall.enter(v); leaves != nil {
		leaves.Close()
	}
	return v, nil
}

// visitorKey is where a request's context has its connection.
type visitorKey struct{}

func visited(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, visitorKey{}, c)
}

// visitorOf is the connection that a request or a frame came on.
func visitorOf(ctx context.Context) *visitor { return ctx.Value(visitorKey{}).(*visitor) }

// inTurn serves a request when it is its connection's turn, unless the client goes before.
func inTurn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitorOf(r.Context())
		if !v.turn.take(r.Context().Done()) {
			return
		}
		defer func() {
			if !v.stream.Load() { // a stream's turn is its reader's
				v.turn.leave()
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// rest ends the turn of a request that is going to wait for something.
func rest(ctx context.Context) { visitorOf(ctx).turn.leave() }

// away is rest, until back is called. What came by no connection, see [Server.Obey], has no turn to rest from.
func away(ctx context.Context) (back func()) {
	v, ok := ctx.Value(visitorKey{}).(*visitor)
	if !ok {
		return func() {}
	}
	v.turn.leave()
	return func() { v.turn.take(v.closed) }
}
