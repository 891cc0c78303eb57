package main

import (
	"context"
	"errors"
	"net"
	"net/http"
)

// ownHosts are the addresses at which a gateway with the same environment can be reached from here. One that
// listens on every address may have only one of the two loopbacks.
func ownHosts() []string {
	e, _ := ownEnvironment()
	if ip := net.ParseIP(e.Host); ip != nil && ip.IsUnspecified() {
		return []string{net.JoinHostPort("127.0.0.1", e.ServerPort), net.JoinHostPort("::1", e.ServerPort)}
	}
	return []string{net.JoinHostPort(e.Host, e.ServerPort)}
}

// ownURL is an address of the own gateway, for [ownClient].
func ownURL(scheme, path string) string { return scheme + "://" + ownHosts()[0] + path }

// ownClient connects to the first of the own hosts that takes a connection. The gateway is on this machine, whatever proxy the
// environment names for others.
func ownClient() *http.Client {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		var errs []error
		for _, host := range ownHosts() {
			conn, err := new(net.Dialer).DialContext(ctx, network, host)
			if err == nil {
				return conn, nil
			}
			errs = append(errs, err)
		}
		return nil, errors.Join(errs...)
	}
	return &http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true, DialContext: dial}}
}
