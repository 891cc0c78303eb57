package openapi

import (
	"bufio"
	"context"
	"crypto/rsa"
	"net"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

const (
	askEvery     = 20 * time.Second // see [fsm.ProofFor]
	askSooner    = 3 * time.Second  // while it is not ready, for daemons that push nothing
	askAgain     = time.Second      // at the soonest, after a push: a flood of pushes is no flood of questions
	answerWithin = 10 * time.Second // bounds each dial, each answer, and each frame that began
	// maxPushes is how many pushes may come between two questions. The daemon pushes what changes, a few a day; one that
	// goes on without end costs a core, and is left alone for a while instead.
	maxPushes  = 10_000
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
	// lostRetry is the least wait once the session is lost. A daemon that logs in again may want an SMS, whose code a new
	// connection can make void; its console says so within a moment, and that ends the asking.
	lostRetry = 10 * time.Second
)

// Config says where the daemon's API is.
type Config struct {
	Address string          // host:port
	Key     *rsa.PrivateKey // the daemon's rsa_private_key; nil if the API is not encrypted
	// Dial makes the connection. Nil dials TCP.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Watch keeps one connection to the daemon's API, never more, and asks it for its state. It calls proven with the
// time of each answer which says that quotes would work, and tell with each change: of readiness, of the session,
// of trading, of the quote rights, and of what ends a login from outside. What did not change is not told again.
//
// After any failure it closes the connection and makes another one, 1 s later, then after 2, 4 … 30 s, until one was
// good for half a minute; not before 10 s if the session was lost. It returns once ctx ends, and nothing that it started is left then. All calls are made by the
// goroutine that called Watch; tell must not block longer than ctx.
func (c Config) Watch(ctx context.Context, tell func(fsm.Event), proven func(time.Time)) {
	told := &told{tell: tell, proven: proven}
	wait := firstRetry
	for {
		told.proved = false
		began := time.Now()
		f := c.connect(ctx, told)
		if ctx.Err() != nil {
			return
		}
		told.lost(f.part, f.why)
		if told.proved && time.Since(began) > lastRetry {
			wait = firstRetry // a daemon that proves and hangs up at once is not asked every second
		}
		if told.gone || told.been && f.answered {
			wait = max(wait, lostRetry)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
		wait = min(2*wait, lastRetry)
	}
}

// connect makes a connection and serves it until it fails or ctx ends. The connection is closed when it returns.
func (c Config) connect(ctx context.Context, told *told) failure {
	dial := c.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	within, cancel := context.WithTimeout(ctx, answerWithin)
	socket, err := dial(within, "tcp", c.Address)
	cancel()
	if err != nil {
		return undialled(c.Address, err)
	}
	defer socket.Close()

	// The end of ctx closes the socket, which ends whatever waits for it.
	closed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(closed)
		socket.Close()
	})
	defer func() {
		if !stop() {
			<-closed
		}
	}()
	on := &conn{Conn: socket, in: bufio.NewReader(socket), told: told}
	return on.serve(c.Key)
}
