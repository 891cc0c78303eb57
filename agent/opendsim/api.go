package opendsim

import (
	"crypto/rsa"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

// The modes of the API, after what was seen of real daemons: whether and how the port answers differs by version.
const (
	apiReady  = "ready"  // refuses InitConnect with a reason before the login, and answers after it
	apiUI     = "ui"     // answers before the login too, as the daemon that belongs to a window is thought to
	apiRefuse = "refuse" // refuses InitConnect always
	apiDrop   = "drop"   // takes connections and closes them
	apiNone   = "none"   // nothing listens, though the address is printed
)

var apiModes = []string{apiReady, apiUI, apiRefuse, apiDrop, apiNone}

const (
	// maxClients is how many connections the daemon serves. Those beyond are refused in words.
	maxClients = 128

	// maxSockets bounds those that are not served either, and with them the goroutines: one for each.
	maxSockets = 2 * maxClients

	// writeWait is how long a client may take to read. One that takes longer is closed.
	writeWait = time.Second

	// maxNews is how many pushes may wait. A login makes fewer, so the daemon waits only behind clients that do not read.
	maxNews = 16
)

// api is the daemon's own API: a port for frames and, after the login, one for the WebSocket.
//
// The goroutine of play opens it, tells it what happens to the daemon, and closes it, which waits for every goroutine
// that it started: one for each port, one for each client, and one that pushes. What they share is under mu, which is
// never held while a socket is read or written.
type api struct {
	mode      string
	voice     voice
	data      folder
	key       *rsa.PrivateKey // nil: nothing is encrypted
	webKey    string          // MD5 of what a WebSocket has to know; empty: nothing
	heartbeat time.Duration   // a connection that is silent for longer is closed

	version, build int32

	goroutines sync.WaitGroup
	news       chan news
	stopped    chan struct{} // is closed by close

	mu      sync.Mutex
	closed  bool
	closers []func() // of the ports
	clients map[*client]bool
	lastID  uint64
	used    bool // a connection was admitted

	status    openapi.ProgramStatus
	conn      openapi.ConnStatus
	user      uint64 // who is logged in; 0 before
	denied    []text // why nobody is let in any more; empty while clients are
	codeLives bool   // an SMS was sent whose code is still right
}

func newAPI(o options, set settings, data folder, v voice) *api {
	a := &api{
		mode:      o.apiMode,
		voice:     v,
		data:      data,
		key:       set.rsa,
		webKey:    set.webKey,
		heartbeat: o.heartbeat,
		news:      make(chan news, maxNews),
		stopped:   make(chan struct{}),
		clients:   map[*client]bool{},
		status:    openapi.ProgramStatus{Type: statusLoaded},
	}
	a.version, a.build = versionNumbers(o.gen.versions[o.brand+" "+set.lang])
	a.goroutines.Go(a.push)
	return a
}

// open listens for frames and returns where. What the daemon does when its port is taken is not known, so the
// simulator says so itself and goes on without one: several of them are often tried beside each other.
func (a *api) open(address string) string {
	if a.mode == apiNone {
		return address
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, "simulate: no API:", err)
		return address
	}
	a.opened(func() { listener.Close() })
	a.goroutines.Go(func() {
		for {
			socket, err := listener.Accept()
			if err != nil {
				return // it is closed: see close
			}
			if c := a.join(newFrames(socket, a.key)); c != nil {
				go a.serve(c) // leave tells that it has ended
			}
		}
	})
	return withPort(address, listener.Addr())
}

// withPort puts the port in the place of a 0, which lets the system choose one.
func withPort(address string, chosen net.Addr) string {
	host, port, _ := net.SplitHostPort(address)
	if port != "0" {
		return address
	}
	return net.JoinHostPort(host, fmt.Sprint(chosen.(*net.TCPAddr).Port))
}

// opened remembers how a port is closed.
func (a *api) opened(closer func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closers = append(a.closers, closer)
}

// close ends the API and waits for its goroutines.
func (a *api) close() {
	a.mu.Lock()
	a.closed = true
	for _, closer := range a.closers {
		closer()
	}
	a.mu.Unlock()
	a.cut()
	close(a.stopped)
	a.goroutines.Wait()
}

// cut closes every connection, and leaves the ports open.
func (a *api) cut() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for c := range a.clients {
		c.wire.close()
	}
}
