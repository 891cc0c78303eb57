package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
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
	// goodbyeWithin bounds the closing handshake with a client that may be silent.
	goodbyeWithin = 2 * time.Second
)

// stream is one WebSocket client. The goroutine of the HTTP request follows the journal, a second
// one reads commands; both write, which the connection allows.
type stream struct {
	server *Server
	conn   *websocket.Conn
	flood  bucket

	// The present time of waiting, and how to end it. They belong to the goroutine that follows.
	waiting context.Context
	rest    func()
}

// serveWebSocket runs a stream until the client goes, fails, or the server stops.
func (s *Server) serveWebSocket(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{OriginPatterns: s.cfg.Origins})
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(maxSwallowed)

	c := &stream{server: s, conn: conn, flood: fullBucket(time.Now()), rest: func() {}}
	// The connection's own context: it ends with the connection, not with the server, so that a
	// goodbye can still be said. It is cancelled by the reader, which every failure ends.
	ctx, gone := context.WithCancelCause(context.Background())
	reader := make(chan struct{})
	go func() {
		defer close(reader)
		gone(c.read(ctx))
	}()
	c.wait(ctx)
	c.follow(ctx)
	c.rest()
	conn.CloseNow()
	<-reader
}

// follow tells the client the state and then each entry that it should know of.
func (c *stream) follow(ctx context.Context) {
	last := c.server.cfg.Journal.Last()
	if f := arrival(last); f != nil && c.write(ctx, f) != nil {
		return
	}
	for seq := last.Seq; ; {
		e, err := c.next(ctx, seq)
		if errors.Is(err, errStopping) {
			c.goodbye()
		}
		if err != nil {
			return
		}
		if seq, err = c.tell(ctx, seq, e); err != nil {
			return
		}
	}
}

// tell sends the frames of the entry e, which came after seq, and returns up to where the client was told.
// A client that fell so far behind that entries are gone is told the present state instead.
func (c *stream) tell(ctx context.Context, seq uint64, e fsm.Entry) (uint64, error) {
	fs := frames(e)
	if e.Seq != seq+1 {
		e = c.server.cfg.Journal.Last()
		fs = append(fs[:0], arrival(e))
	}
	for _, f := range fs {
		if f == nil {
			continue
		}
		if err := c.write(ctx, f); err != nil {
			return seq, err
		}
	}
	return e.Seq, nil
}

// next waits for an entry, and pings when one is due.
func (c *stream) next(ctx context.Context, after uint64) (fsm.Entry, error) {
	for {
		e, err := c.server.cfg.Journal.Next(c.waiting, after)
		switch {
		case err == nil:
			return e, nil
		case ctx.Err() != nil:
			return fsm.Entry{}, context.Cause(ctx)
		case c.server.stopping.Err() != nil:
			return fsm.Entry{}, errStopping
		}
		if err := c.ping(ctx); err != nil {
			return fsm.Entry{}, err
		}
		c.wait(ctx)
	}
}

// wait begins a new time of waiting for entries. It ends with the connection, with the server,
// or when a ping is due; sending ends with the connection alone.
func (c *stream) wait(ctx context.Context) {
	c.rest()
	waiting, cancel := context.WithTimeoutCause(ctx, pingEvery, errPingDue)
	unhook := context.AfterFunc(c.server.stopping, cancel)
	c.waiting, c.rest = waiting, func() { unhook(); cancel() }
}

var (
	errStopping = errors.New("the gateway is stopping")
	errPingDue  = errors.New("nothing happened for a while")
	errFlood    = errors.New("too many frames")
)

func (c *stream) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pongWithin)
	defer cancel()
	return c.conn.Ping(ctx)
}

func (c *stream) write(ctx context.Context, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	return c.conn.Write(ctx, websocket.MessageText, frame)
}

// goodbye says that the server goes away. A silent client is not waited for any longer than the bound.
func (c *stream) goodbye() {
	timer := time.AfterFunc(goodbyeWithin, func() { c.conn.CloseNow() })
	defer timer.Stop()
	c.conn.Close(websocket.StatusGoingAway, errStopping.Error())
}

// read obeys the client's frames until the connection fails, and returns why.
func (c *stream) read(ctx context.Context) error {
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
		if err := c.write(ctx, answer); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
}

// readOne reads one frame and obeys it. Whatever is in the frame, only the connection itself can fail.
func (c *stream) readOne(ctx context.Context) (answer []byte, counts bool, err error) {
	kind, r, err := c.conn.Reader(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("read frame: %w", err)
	}
	var b bytes.Buffer
	if _, err := io.Copy(&b, io.LimitReader(r, maxFrame+1)); err != nil {
		return nil, false, fmt.Errorf("read frame: %w", err)
	}
	rest, err := io.Copy(io.Discard, r)
	switch {
	case err != nil:
		return nil, false, fmt.Errorf("read frame: %w", err)
	case kind != websocket.MessageText:
		return newError("frame_not_text", "a binary frame; send JSON as a text frame"), true, nil
	case b.Len()+int(rest) > maxFrame:
		return newError("frame_too_large", fmt.Sprintf("a frame has at most %d bytes", maxFrame)), true, nil
	}
	answer, counts = c.server.obey(ctx, b.Bytes())
	return answer, counts, nil
}
