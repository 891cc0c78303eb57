package testbed

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
)

// The ports that tests are given: below those that the kernel gives to connections that go out, one of which could have a
// port before its test listens on it, and below those that the gateway chooses for a daemon.
const lowestPort, ports = 4_000, 6_000

// unsafe are those of them that a browser does not open, since another protocol has them.
var unsafe = map[int]bool{4045: true, 4190: true, 5060: true, 5061: true, 6000: true, 6566: true, 6665: true, 6666: true, 6667: true, 6668: true, 6669: true, 6679: true, 6697: true}

// given are the ports that tests of this process have; none is given twice.
var given struct {
	sync.Mutex
	ports map[int]bool
}

// FreePort is a TCP port of the loopback that nobody listens on. No test names a port of its own: another program, or
// another run of the same tests, may have it.
func FreePort(t testing.TB) string {
	t.Helper()
	given.Lock()
	defer given.Unlock()
	if given.ports == nil {
		given.ports = map[int]bool{}
	}
	for range ports {
		port := lowestPort + rand.IntN(ports)
		if given.ports[port] || unsafe[port] {
			continue
		}
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		l.Close()
		given.ports[port] = true
		return strconv.Itoa(port)
	}
	t.Fatalf("none of the ports from %d to %d is free", lowestPort, lowestPort+ports-1)
	return ""
}
