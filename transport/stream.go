package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/ostai/futuopend-gateway/fsm"
)

const (
	// maxFrame is the longest frame that is understood, in bytes. The longest that makes sense has under 100.
	maxFrame = 4 << 10
	// maxSwallowed is the longest frame that is read to its end only to say that it is too long. A longer one ends the connection.
	maxSwallowed = 1 << 20
	// writeWithin: a client that does not read for so long is dropped.
	writeWithin = 5 * time.Second
	// pingEvery and pongWithin find peers that are gone without a word. Most proxies cut a silent connection after 60 s.
	pingEvery  = 20 * time.Second
	pongWithin = 5 * time.Second
	// goodbyeWithin bounds what is still sent when the server stops, and the closing handshake with clients that may be silent.
	goodbyeWithin = 2 * time.Second
)

// stream is one WebSocket client. One goroutine follows the journal, a second one reads commands; both write, which the
// connection allows.
type stream struct {
	server  *Server
	visitor *visitor
	conn    *websocket.Conn
	from    context.Context // whose the connection is and what it may do, as its request's context had it
	pass    *session        // that let it in; nil for the token, which lets in for good
	flood   bucket
	// voice is how the client is spoken to: in which version of the wire.
	voice   voice
	pingDue *time.Timer     // belongs to the goroutine that follows
	session <-chan struct{} // closes when pass is over
	writing [2]atomic.Int64 // when each goroutine began to write, in nanoseconds of Unix time; 0 for not
	room    [64]byte        // for a frame that is read; longer ones are rare, and have room of their own
}

// stream accepts a WebSocket. The stream outlives its request, so that what the request took, its stack above all, is given
// back: it is more than a stream needs. Serve waits for it.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	// Both before the connection is accepted: Shutdown does not wait for what is a WebSocket, and a client that was accepted counts.
	s.streams.Add(1)
	s.sockets.Add(1)
	left := func() {
		s.sockets.Add(-1)
		s.streams.Done()
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{OriginPatterns: s.origins(), Subprotocols: []string{protocol2, protocol1}})
	if err != nil {
		left()
		return // Accept has answered
	}
	conn.SetReadLimit(maxSwallowed)
	c := s.newStream(conn, of(r.Context()))
	go func() { // ends when the client goes, fails, or the server stops
		defer left()
		c.run()
	}()
}

// newStream makes the stream of an accepted connection. The turn of the request that it came with ends here.
func (s *Server) newStream(conn *websocket.Conn, ctx context.Context) *stream {
	c := &stream{
		server: s, visitor: visitorOf(ctx), conn: conn, from: ctx, pass: passOf(ctx).session,
		flood: fullBucket(maxFrames, framesPerSec, time.Now()), pingDue: time.NewTimer(pingEvery),
	}
	c.voice = version1{c}
	if conn.Subprotocol() == protocol2 {
		c.voice = newVersion2(c)
	}
	c.visitor.stream.Store(true)
	c.visitor.turn.leave()
	return c
}

// run serves the stream until the client goes, fails, or the server stops.
func (c *stream) run() {
	s := c.server
	defer c.conn.CloseNow()
	// The connection's own context: it ends with the connection, not with the server, so that a
	// goodbye can still be said. It is cancelled by the reader, which every failure ends.
	ctx, gone := context.WithCancelCause(c.from)
	defer context.AfterFunc(s.cut, func() {
		gone(errStopping)
		c.visitor.Close() // whatever is being read or said ends
	})()
	defer c.pingDue.Stop()
	defer s.watch.forget(c)
	var others sync.WaitGroup
	if c.pass != nil {
		session, over := context.WithCancel(ctx)
		c.session = session.Done()
		others.Go(func() {
			c.pass.wait(ctx)
			over()
		})
	}
	others.Go(func() { gone(c.read(ctx)) })
	c.follow(ctx)
	c.conn.CloseNow()
	others.Wait()
}

// of is what the context of a WebSocket has of its request's. The request's own ends with the handler.
func of(request context.Context) context.Context {
	ctx := context.WithValue(context.Background(), passKey{}, passOf(request))
	return context.WithValue(ctx, visitorKey{}, visitorOf(request))
}

// origins are the pages that may connect from another host.
func (s *Server) origins() []string {
	if public := s.publicOrigin(); public != "" {
		return append([]string{public}, s.cfg.Origins...)
	}
	return s.cfg.Origins
}

// voice is one version of the wire, for one client. greet and tell are called by the goroutine that
// follows the journal, as are the functions that wishes brings it; obey and fail are called by the one that reads.
type voice interface {
	greet() (seq uint64, err error) // tells a new client the state, and returns up to which entry
	tell(fsm.Entry) error           // tells of the next entry
	wishes() <-chan func() error    // is ready when the reader wants something of the follower
	// obey does what a frame asks for and returns the answer, nil for none. counts is whether it
	// counts against the flood bound: asking for the status is free.
	obey(context.Context, []byte) (answer []byte, counts bool)
	fail(*fsm.Refusal) []byte // the answer to what is no frame
}

// follow tells the client the state and then each entry that it should know of.
func (c *stream) follow(ctx context.Context) {
	seq, err := c.voice.greet()
	for err == nil {
		var e fsm.Entry
		switch e, err = c.next(ctx, seq); {
		case err != nil:
		case e.Seq != seq+1:
			// It fell so far behind that entries are gone: it is told the present state instead.
			seq, err = c.voice.greet()
		default:
			seq, err = e.Seq, c.voice.tell(e)
		}
	}
	switch {
	case errors.Is(err, errStopping):
		c.goodbye()
	case errors.Is(err, errSessionOver):
		c.conn.Close(websocket.StatusPolicyViolation, errSessionOver.Error())
	}
}

// next waits for an entry, and pings when one is due. Waiting ends with the connection or with the
// server; sending ends with the connection alone.
func (c *stream) next(ctx context.Context, after uint64) (fsm.Entry, error) {
	for {
		select {
		case <-c.session:
			return fsm.Entry{}, errSessionOver
		default:
		}
		e, ok, more := c.server.cfg.Journal.Look(after)
		if ok {
			return e, nil
		}
		select {
		case <-more:
		case <-c.session: // told above
		case <-ctx.Done():
			return fsm.Entry{}, context.Cause(ctx)
		case <-c.server.stopping.Done():
			return fsm.Entry{}, errStopping
		case wish := <-c.voice.wishes():
			if err := wish(); err != nil {
				return fsm.Entry{}, err
			}
		case <-c.pingDue.C:
			if err := c.ping(ctx); err != nil {
				return fsm.Entry{}, err
			}
			c.pingDue.Reset(pingEvery)
		}
	}
}

var (
	errStopping = errors.New("the gateway is stopping")
	errFlood    = errors.New("too many frames")
)

func (c *stream) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pongWithin)
	defer cancel()
	return c.conn.Ping(ctx)
}

// who writes: each of the two goroutines has its place with the watch.
type who int

const (
	follower who = iota
	reader
)

// write sends a frame. The server's watch, not a timer of its own, bounds how long it takes: a timer for each
// frame costs more than the frame.
func (c *stream) write(by who, frame []byte) error {
	c.server.watch.begin(c, by)
	defer c.server.watch.end(c, by)
	return c.conn.Write(context.Background(), websocket.MessageText, frame)
}

// goodbye says that the server goes away. A silent client is not waited for: the server cuts it off.
func (c *stream) goodbye() { c.conn.Close(websocket.StatusGoingAway, errStopping.Error()) }

// read obeys the client's frames until the connection fails, and returns why.
func (c *stream) read(ctx context.Context) error {
	defer c.visitor.turn.leave()
	c.visitor.turn.take(ctx.Done()) // for what came with the request
	for {
		answer, counts, err := c.readOne(ctx)
		if err != nil {
			return err
		}
		if counts && !c.flood.take(time.Now()) {
			c.conn.Close(websocket.StatusPolicyViolation, "too many frames; slow down")
			return errFlood
		}
		if answer == nil {
			continue
		}
		if err := c.write(reader, answer); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
}

// readOne reads one frame and obeys it. Whatever is in the frame, only the connection itself can fail. Reading ends with
// the connection, which is closed when ctx ends: a context that could be cancelled costs each frame more than the frame.
func (c *stream) readOne(ctx context.Context) (answer []byte, counts bool, err error) {
	kind, r, err := c.conn.Reader(context.Background())
	if err != nil {
		return nil, false, fmt.Errorf("read frame: %w", err)
	}
	b, whole, err := readFrame(r, c.room[:0])
	switch {
	case err != nil:
		return nil, false, fmt.Errorf("read frame: %w", err)
	case kind != websocket.MessageText:
		return c.voice.fail(refuse("frame_not_text", "a binary frame; send JSON as a text frame")), true, nil
	case !whole:
		return c.voice.fail(refuse("frame_too_large", fmt.Sprintf("a frame has at most %d bytes", maxFrame))), true, nil
	}
	answer, counts = c.voice.obey(ctx, b)
	return answer, counts, nil
}

// readFrame reads all that comes, in the room of b where it fits. whole is false for what is longer than maxFrame.
func readFrame(r io.Reader, b []byte) (frame []byte, whole bool, err error) {
	for len(b) <= maxFrame {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if errors.Is(err, io.EOF) {
			return b, len(b) <= maxFrame, nil
		}
		if err != nil {
			return nil, false, err
		}
	}
	_, err = io.Copy(io.Discard, r)
	return b, false, err
}
