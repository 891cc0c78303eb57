package testbed

import (
	"net"
	"testing"
)

// FreePort is a TCP port of the loopback that nobody listens on. No test names a port of its own: another program, or
// another run of the same tests, may have it.
func FreePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
