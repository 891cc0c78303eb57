package testbed

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Pipes is a listener whose connections are pipes in memory, so that a whole server runs in a bubble of virtual time.
// A pipe has no buffer: a client that does not read holds up its writer at once.
type Pipes struct {
	// Seen, if it is set before there are clients, gets each answer that was read to its end, with its body. Its request says what was asked.
	Seen func(answer *http.Response, body []byte)

	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

// NewPipes is a listener without a connection.
func NewPipes() *Pipes { return &Pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

// Accept returns the server's end of the next connection, or net.ErrClosed.
func (p *Pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

// Close lets nobody in any more. Connections that are open stay so.
func (p *Pipes) Close() error { p.once.Do(func() { close(p.done) }); return nil }

// Addr looks like an address of the loopback, as a server's own would.
func (p *Pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8000} }

// Dial connects when the server accepts. It has the form that http.Transport wants, and looks at no address.
func (p *Pipes) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	return p.connect(ctx, here, there)
}

// connect gives the server its end of a connection, and the client its own.
func (p *Pipes) connect(ctx context.Context, here, there net.Conn) (net.Conn, error) {
	select {
	case p.conns <- there:
		return here, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// lingering is a server's end that takes for a moment what the client is still sending, before it is closed. A socket's buffer
// does that; without one, a client whose request was answered before it was read whole sometimes loses the answer.
type lingering struct{ net.Conn }

func (c lingering) Close() error {
	_ = c.SetReadDeadline(time.Now().Add(time.Millisecond)) // of a pipe that is closed there is nothing to take
	_, _ = io.Copy(io.Discard, c.Conn)
	return c.Conn.Close()
}

// Client is an HTTP client with a new connection for each request, since a kept one would outlive its bubble. WebSockets take it, too.
func (p *Pipes) Client() *http.Client { return p.clientOver(p.Dial) }

// Poster is a Client for requests with a body, which may be answered before they are read whole.
func (p *Pipes) Poster() *http.Client {
	return p.clientOver(func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		return p.connect(ctx, here, lingering{there})
	})
}

func (p *Pipes) clientOver(dial func(ctx context.Context, network, address string) (net.Conn, error)) *http.Client {
	var over http.RoundTripper = &http.Transport{DialContext: dial, DisableKeepAlives: true}
	if p.Seen != nil {
		over = Seeing(over, p.Seen)
	}
	return &http.Client{Transport: over}
}

// Seeing is what makes requests, and shows each answer that was read to its end, without holding it up.
func Seeing(over http.RoundTripper, seen func(answer *http.Response, body []byte)) http.RoundTripper {
	return seeing{over, seen}
}

type seeing struct {
	http.RoundTripper
	seen func(*http.Response, []byte)
}

func (s seeing) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.RoundTripper.RoundTrip(r)
	if err == nil && answer.StatusCode != http.StatusSwitchingProtocols {
		answer.Body = &seenBody{ReadCloser: answer.Body, answer: answer, seen: s.seen}
	}
	return answer, err
}

type seenBody struct {
	io.ReadCloser
	answer *http.Response
	text   []byte
	seen   func(*http.Response, []byte)
}

func (b *seenBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	b.text = append(b.text, into[:n]...)
	if err == io.EOF && b.seen != nil {
		b.seen(b.answer, b.text)
		b.seen = nil
	}
	return n, err
}
