// Package client talks to a gateway that runs, over version 2 of its wire.
//
//	c, err := client.Dial(ctx, "ws://127.0.0.1:8000/", client.Options{Token: token})
//	...
//	defer c.Close()
//	answer, err := c.SubmitCode(ctx, "123456")
//	...
//	result, err := answer.Result(ctx) // client.Accepted, if all is well
//
// A command is sent once. If the connection is lost before it was answered, the error is an [*UnreachableError],
// and nobody knows whether it was done: ask for the Status before you send it again. The next command
// connects anew. [Client.Events] goes on by itself where it was cut off, and [Answer.Result] finds in the journal
// what became of a code while nobody was connected.
package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
)

// Options may be left zero.
type Options struct {
	Token      string       // what the gateway's SERVER_TOKEN is
	HTTPClient *http.Client // default: http.DefaultClient
	// By is said with each answer and stands in the gateway's journal: "command" for a command line. Others are told apart
	// by the door that they use; leave it empty.
	By string
}

// Client talks to one gateway. Its methods are safe for concurrent use. Call Close when done.
//
// Commands share one connection, which one goroutine reads; it belongs to the link, see there. Each
// loop over Events has a connection of its own, which the loop's own goroutine reads.
type Client struct {
	base    url.URL // with scheme http or https and a path that ends in a slash
	options Options
	dialing chan struct{} // has room for the one who connects; the others wait for it
	closing chan struct{} // closed by Close
	readers sync.WaitGroup

	mu   sync.Mutex // guards what follows, for the time of a look
	link *link      // the latest connection, which may be gone
	over bool       // Close was called
}

// Dial connects to the gateway at address, which begins with ws, wss, http or https. The error is
// an [*UnreachableError], a [*RefusedError], or wraps [ErrAddress].
func Dial(ctx context.Context, address string, o Options) (*Client, error) {
	base, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	scheme, ok := map[string]string{"ws": "http", "wss": "https", "http": "http", "https": "https"}[base.Scheme]
	if !ok || base.Host == "" {
		return nil, fmt.Errorf("%w: %q", ErrAddress, base.Redacted())
	}
	base.Scheme = scheme
	if o.HTTPClient == nil {
		o.HTTPClient = http.DefaultClient
	}
	c := &Client{base: *base.JoinPath("/"), options: o, dialing: make(chan struct{}, 1), closing: make(chan struct{})}
	if _, err := c.connect(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// Close ends the connection and returns when nothing is left of it. Loops over Events end with their next step.
func (c *Client) Close() {
	c.mu.Lock()
	l, first := c.link, !c.over
	c.over = true
	c.mu.Unlock()
	if first {
		close(c.closing)
		l.close() // the reader ends with it; every command was answered or is given up
	}
	c.readers.Wait()
}

// connect returns the connection for commands, a new one if the last is gone.
func (c *Client) connect(ctx context.Context) (*link, error) {
	select {
	case c.dialing <- struct{}{}:
		defer func() { <-c.dialing }()
	case <-ctx.Done():
		return nil, &UnreachableError{context.Cause(ctx)}
	}
	c.mu.Lock()
	l, over := c.link, c.over
	c.mu.Unlock()
	if over {
		return nil, ErrClosed
	}
	if l.alive() {
		return l, nil
	}
	s, now, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		s.close()
		return nil, ErrClosed
	}
	l = &link{socket: s, gone: make(chan struct{}), seq: now.Seq, calls: map[string]hearer{}}
	if err := s.subscribe(now.Seq); err != nil {
		s.close()
		return nil, err
	}
	c.link = l
	c.readers.Go(l.read) // ends with the connection, at the latest by Close, which waits for it
	return l, nil
}
