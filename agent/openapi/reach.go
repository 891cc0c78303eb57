package openapi

import (
	"context"
	"fmt"
	"net"
)

// brokers are hosts of the broker that are publicly known: the sites of its two brands, whichever daemon runs. Those that the daemon logs in
// to are known by numbers only, which differ by account and day.
var brokers = []string{"www.futunn.com:443", "www.moomoo.com:443"}

// Reach reports whether the network is up: it returns nil if one of the broker's public hosts takes a connection, on which nothing is sent.
// Otherwise it returns why the first did not, after 10 seconds at most, and at once when ctx ends. A nil dial is TCP's.
func Reach(ctx context.Context, dial func(ctx context.Context, network, address string) (net.Conn, error)) error {
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	tried := make([]chan error, len(brokers))
	for i, host := range brokers {
		tried[i] = make(chan error, 1)
		go func() { tried[i] <- reach(ctx, cancel, dial, host) }() // is waited for below
	}
	var first error
	up := false
	for _, t := range tried {
		err := <-t
		up = up || err == nil
		if first == nil {
			first = err
		}
	}
	if up {
		return nil
	}
	return first
}

// reach makes a connection to a host, and with it ends the other tries.
func reach(ctx context.Context, found func(), dial func(ctx context.Context, network, address string) (net.Conn, error), host string) error {
	socket, err := dial(ctx, "tcp", host)
	if err != nil {
		return fmt.Errorf("connect to %s: %s", host, cause(err))
	}
	found()
	return socket.Close()
}
