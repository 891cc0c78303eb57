package gate_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/gate"
)

// patience bounds every wait of these tests.
const patience = testbed.Patience

// house is a gate with one door, a daemon inside and the lines that were logged.
type house struct {
	*gate.Gate
	t      *testing.T
	inside net.Listener
	door   string
	taken  chan *net.TCPConn // what the daemon has accepted
	logs   *observer.ObservedLogs
}

// build makes a gate that is shut, before a daemon that listens. change may alter its config.
func build(t *testing.T, change func(*gate.Config)) *house {
	t.Helper()
	h := &house{t: t, taken: make(chan *net.TCPConn, 2*gate.MaxConns), door: "127.0.0.1:" + testbed.FreePort(t)}
	h.listen("127.0.0.1:0")
	core, logs := observer.New(zap.InfoLevel)
	h.logs = logs
	address := h.inside.Addr().String()
	cfg := gate.Config{Log: zap.New(core), Doors: []gate.Door{{Name: "api", Address: h.door, Inside: func(netip.Addr) string { return address }}}}
	if change != nil {
		change(&cfg)
	}
	h.Gate = gate.New(cfg)
	t.Cleanup(h.Close)
	return h
}

// listen makes the daemon listen.
func (h *house) listen(address string) {
	h.t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.inside = l
	var accepting sync.WaitGroup
	accepting.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			h.taken <- c.(*net.TCPConn)
		}
	})
	h.t.Cleanup(func() { l.Close(); accepting.Wait() })
}

// opens opens the gate and waits until it is.
func (h *house) opens() {
	h.t.Helper()
	h.Open()
	h.until("the gate is open", func() bool { return !h.Doors()[0].Since.IsZero() })
	h.daemonSide().Close() // the dial that found the daemon
}

func (h *house) until(what string, is func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("not so: %s", what)
		}
	}
}

// enters connects a client, and returns its end and the daemon's.
func (h *house) enters() (client, daemon *net.TCPConn) {
	h.t.Helper()
	client, err := h.knock()
	if err != nil {
		h.t.Fatal(err)
	}
	return client, h.daemonSide()
}

func (h *house) knock() (*net.TCPConn, error) {
	c, err := net.DialTimeout("tcp", h.door, patience)
	if err != nil {
		return nil, err
	}
	h.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return c.(*net.TCPConn), nil
}

// daemonSide is the next connection that the daemon takes.
func (h *house) daemonSide() *net.TCPConn {
	h.t.Helper()
	select {
	case c := <-h.taken:
		h.t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(patience))
		return c
	case <-time.After(patience):
		h.t.Fatal("nothing reached the daemon")
		return nil
	}
}

// refused reports whether nobody listens.
func refused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

func TestTheGateIsShutUntilItIsOpened(t *testing.T) {
	h := build(t, nil)
	if _, err := h.knock(); !refused(err) {
		t.Fatalf("before it is opened: %v", err)
	}
	h.opens()
	client, daemon := h.enters()
	say(t, client, daemon, "InitConnect")
	say(t, daemon, client, "welcome")
	h.Shut()
	if _, err := h.knock(); !refused(err) {
		t.Errorf("after it is shut: %v", err)
	}
	select {
	case <-h.taken:
		t.Error("somebody reached the daemon although it is shut")
	default:
	}
}

// say sends a text from one end to the other.
func say(t *testing.T, from, to net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(from, text); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(text))
	if _, err := io.ReadFull(to, got); err != nil || string(got) != text {
		t.Fatalf("%q arrives as %q: %v", text, got, err)
	}
}

func TestItOpensOnceTheDaemonTakesConnections(t *testing.T) {
	h := build(t, func(c *gate.Config) {
		port := testbed.FreePort(t)
		c.Doors[0].Inside = func(netip.Addr) string { return "127.0.0.1:" + port }
	})
	h.Open()
	h.until("it says that the daemon takes none", func() bool { return strings.Contains(h.Doors()[0].Why, "refused") })
	if _, err := h.knock(); !refused(err) {
		t.Fatalf("while the daemon does not listen: %v", err)
	}
	_, port, _ := net.SplitHostPort(lastWord(h.Doors()[0].Why))
	h.listen("127.0.0.1:" + port)
	h.until("it is open", func() bool { return !h.Doors()[0].Since.IsZero() })
	h.daemonSide()
	client, daemon := h.enters()
	say(t, client, daemon, "hello")
}

// lastWord is the address in the error of a dial.
func lastWord(why string) string {
	address, _, _ := strings.Cut(strings.TrimPrefix(why, "dial tcp "), ": ")
	return address
}

func TestItOpensOnceItsOwnerSaysThatClientsMayEnter(t *testing.T) {
	may := make(chan bool, 1)
	h := build(t, func(c *gate.Config) {
		c.Doors[0].Ready = func(context.Context) error {
			select {
			case <-may:
				return nil
			default:
				return errors.New("the key is not proven yet")
			}
		}
	})
	h.Open()
	h.until("it says why not", func() bool { return h.Doors()[0].Why == "the key is not proven yet" })
	may <- true
	h.until("it is open", func() bool { return !h.Doors()[0].Since.IsZero() && h.Doors()[0].Why == "" })
}

func TestHeldItKeepsItsClientsAndTakesNoOther(t *testing.T) {
	h := build(t, nil)
	h.opens()
	client, daemon := h.enters()
	h.Hold()
	if _, err := h.knock(); !refused(err) {
		t.Errorf("held: %v", err)
	}
	say(t, client, daemon, "still here")
	h.opens()
	say(t, daemon, client, "and still")
	other, inside := h.enters()
	say(t, other, inside, "a new one")
}

func TestShutItEndsTheDaemonsEndFirstAndResetsWhoDoesNotGo(t *testing.T) {
	h := build(t, nil)
	h.opens()
	goes, one := h.enters()
	stays, two := h.enters()
	say(t, one, goes, "the last push")
	began := time.Now()
	h.Shut()
	if took := time.Since(began); took > patience {
		t.Errorf("it took %v", took)
	}
	for _, daemon := range []*net.TCPConn{one, two} {
		if n, err := daemon.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("the daemon hears %d bytes more, %v", n, err)
		}
	}
	if _, err := goes.Read(make([]byte, 1)); err == nil {
		t.Error("a client hears more")
	}
	// The other one never closed its end: when Shut is back, nothing of it is left.
	if len(h.Clients()) != 0 {
		t.Errorf("there are %d clients", len(h.Clients()))
	}
	_, err := stays.Read(make([]byte, 1))
	if err == nil {
		t.Error("a client hears more")
	}
	h.until("the client that stays learns that the connection is gone", func() bool {
		_, err := stays.Write([]byte("x"))
		return err != nil
	})
}

func TestAClientThatGoesWhenToldIsNotReset(t *testing.T) {
	h := build(t, nil)
	h.opens()
	client, daemon := h.enters()
	say(t, client, daemon, "hello")
	var leaving sync.WaitGroup
	var heard error
	leaving.Go(func() {
		_, heard = client.Read(make([]byte, 1))
		client.Close()
	})
	h.Shut()
	leaving.Wait()
	if heard != io.EOF {
		t.Errorf("the client hears %v, want the end", heard)
	}
}

func TestAClientThatDoesNotReadDoesNotHoldUpTheGate(t *testing.T) {
	h := build(t, nil)
	h.opens()
	_, daemon := h.enters()
	var pushing sync.WaitGroup
	pushing.Go(func() {
		chunk := make([]byte, 1<<20)
		for {
			if _, err := daemon.Write(chunk); err != nil {
				return
			}
		}
	})
	h.until("the client's buffers are full", func() bool { return h.Doors()[0].Bytes.ToClients > 64<<10 })
	h.Shut()
	pushing.Wait()
}

func TestHalfOfAConnectionMayBeClosed(t *testing.T) {
	for _, name := range []string{"the client's", "the daemon's"} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			h.opens()
			one, other := h.enters()
			if name == "the daemon's" {
				one, other = other, one
			}
			say(t, one, other, "the question")
			one.CloseWrite()
			if _, err := other.Read(make([]byte, 1)); err != io.EOF {
				t.Fatalf("the other end hears %v, want the end", err)
			}
			say(t, other, one, "the answer that comes later")
			other.Close()
			if _, err := one.Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("this end hears %v, want the end", err)
			}
			h.until("nothing is left", func() bool { return len(h.Clients()) == 0 })
		})
	}
}

func TestAResetIsPassedOn(t *testing.T) {
	h := build(t, nil)
	h.opens()
	client, daemon := h.enters()
	say(t, client, daemon, "hello")
	daemon.SetLinger(0)
	daemon.Close()
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client hears %v, want a reset", err)
	}
	h.until("nothing is left", func() bool { return len(h.Clients()) == 0 })
}

func TestADaemonThatIsGoneIsTold(t *testing.T) {
	h := build(t, nil)
	h.opens()
	h.inside.Close()
	if client, err := h.knock(); err == nil { // the reset may come before the connection is known
		if _, err := client.Read(make([]byte, 1)); err == nil {
			t.Error("the client hears something")
		}
	}
	h.until("it is logged", func() bool { return h.logs.FilterMessage("the daemon does not take a client's connection").Len() == 1 })
}

func TestNoMoreClientsPassThanTheDaemonTakes(t *testing.T) {
	h := build(t, nil)
	h.opens()
	var last *net.TCPConn
	for range gate.MaxConns {
		last, _ = h.enters()
	}
	over, err := h.knock()
	if err == nil {
		_, err = over.Read(make([]byte, 1))
	}
	if err == nil {
		t.Error("one more is let in")
	}
	h.until("it is told", func() bool {
		return h.logs.FilterMessage("the gate has no room for another client").Len() == 1 && h.Doors()[0].Refused.Full == 1
	})
	last.Close()
	h.until("the next is let in", func() bool {
		c, err := h.knock()
		if err != nil {
			return false
		}
		_, err = c.Write([]byte("x"))
		return err == nil && len(h.Clients()) == gate.MaxConns
	})
}

func TestAPlaceThatItsClientForgotIsForTheNext(t *testing.T) {
	h := build(t, nil)
	h.opens()
	forgets, daemon := h.enters()
	say(t, forgets, daemon, "hello")
	daemon.CloseWrite()
	forgets.Read(make([]byte, 1))
	for range gate.MaxConns - 1 {
		h.enters()
	}
	daemon.SetLinger(0)
	daemon.Close() // the client reads nothing more, and closes nothing
	h.until("one more is let in", func() bool {
		c, err := h.knock()
		if err != nil {
			return false
		}
		c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		_, err = c.Read(make([]byte, 1))
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return true
		}
		c.Close()
		return false
	})
}

func TestOnlyAllowedAddressesAreTaken(t *testing.T) {
	for _, c := range []struct {
		allow string
		in    bool
	}{{"127.0.0.0/8", true}, {"127.0.0.1/32", true}, {"10.0.0.0/8", false}, {"::1/128", false}} {
		h := build(t, func(cfg *gate.Config) { cfg.Allow = []netip.Prefix{netip.MustParsePrefix(c.allow)} })
		h.opens()
		client, err := h.knock()
		if err == nil && c.in {
			say(t, client, h.daemonSide(), "hello")
			continue
		}
		if err == nil {
			_, err = client.Read(make([]byte, 1))
		}
		if err == nil {
			t.Errorf("%s lets 127.0.0.1 in", c.allow)
		}
		h.until("it is told", func() bool {
			return h.Doors()[0].Refused.Address == 1 && h.logs.FilterMessage("the gate refused an address that FUTU_ALLOW does not name").Len() == 1
		})
	}
}

// Whichever way the daemon judges who may trade, by the address it listens on or by its peer, it sees what it would see without a gate.
func TestTheDialInsideGoesToTheAddressThatTheClientConnectedTo(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	h := build(t, func(c *gate.Config) {
		inside := c.Doors[0].Inside
		_, port, _ := net.SplitHostPort(c.Doors[0].Address)
		c.Doors[0].Address = "0.0.0.0:" + port
		c.Doors[0].Inside = func(to netip.Addr) string {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, to.String())
			return inside(to)
		}
	})
	h.opens()
	_, port, _ := net.SplitHostPort(h.door)
	h.door = "127.0.0.5:" + port
	client, daemon := h.enters()
	say(t, client, daemon, "hello")
	mu.Lock()
	defer mu.Unlock()
	if len(asked) != 2 || asked[0] != "127.0.0.1" || asked[1] != "127.0.0.5" {
		t.Errorf("asked for %v", asked)
	}
}

func TestAPortThatIsTakenIsToldOnceAndListenedOnWhenItComesFree(t *testing.T) {
	h := build(t, nil)
	l, err := net.Listen("tcp", h.door)
	if err != nil {
		t.Fatal(err)
	}
	h.Open()
	h.until("it says that the port is taken", func() bool { return strings.Contains(h.Doors()[0].Why, "in use") })
	l.Close()
	h.until("it is open", func() bool { return !h.Doors()[0].Since.IsZero() })
	if n := h.logs.FilterMessage("the gate cannot listen").Len(); n != 1 {
		t.Errorf("logged %d times", n)
	}
}

func TestWhatPassesIsCountedWhileItPassesAndAfter(t *testing.T) {
	h := build(t, nil)
	h.opens()
	client, daemon := h.enters()
	say(t, client, daemon, strings.Repeat("q", 1000))
	say(t, daemon, client, strings.Repeat("a", 3000))
	want := gate.Bytes{FromClients: 1000, ToClients: 3000}
	h.until("the bytes of a connection that is open", func() bool { c := h.Clients(); return len(c) == 1 && c[0].Bytes == want })
	c := h.Clients()[0]
	if c.Address != client.LocalAddr().String() || c.Door != "api" || c.Since.IsZero() {
		t.Errorf("the client is %+v", c)
	}
	client.Close()
	daemon.Close()
	h.until("the bytes of one that is gone", func() bool {
		d := h.Doors()[0]
		return d.Clients == 0 && d.Taken == 1 && d.Bytes.FromClients >= 1000 && d.Bytes.ToClients >= 3000
	})
}

func TestClientsCanBeEnded(t *testing.T) {
	h := build(t, nil)
	h.opens()
	one, _ := h.enters()
	two, inside := h.enters()
	if n := h.End("10.0.0.1"); n != 0 {
		t.Errorf("%d from a stranger", n)
	}
	if n := h.End(one.LocalAddr().String()); n != 1 {
		t.Errorf("%d of one client", n)
	}
	if _, err := one.Read(make([]byte, 1)); err == nil {
		t.Error("it is still there")
	}
	say(t, two, inside, "still here")
	h.enters()
	if n := h.End("127.0.0.1"); n != 2 {
		t.Errorf("%d from an address", n)
	}
	h.enters()
	if n := h.End(""); n != 1 {
		t.Errorf("%d of all", n)
	}
}

func TestWhoWasConnectedIsNamedWhileItIsShut(t *testing.T) {
	h := build(t, nil)
	h.opens()
	client, _ := h.enters()
	h.Shut()
	if got := h.Before(); len(got) != 1 || got[0] != client.LocalAddr().String() {
		t.Errorf("named are %v", got)
	}
	if h.logs.FilterMessage("the gate is shut and its clients are sent away").Len() != 1 {
		t.Error("that it is shut is not logged")
	}
	h.opens()
	if got := h.Before(); len(got) != 0 {
		t.Errorf("open, named are %v", got)
	}
}

func TestAttemptsWhileItIsShutAreTheResetsOfTheKernel(t *testing.T) {
	var mu sync.Mutex
	var sent uint64 = 100
	count := func(more uint64) uint64 { mu.Lock(); defer mu.Unlock(); sent += more; return sent }
	h := build(t, func(c *gate.Config) { c.Resets = func() (uint64, bool) { return count(0), true } })
	count(7)
	if n, ok := h.Attempts(); n != 7 || !ok {
		t.Errorf("before the login: %d, %v", n, ok)
	}
	h.opens()
	if h.logs.FilterMessage("clients tried while the gate was shut").Len() != 1 {
		t.Error("that is not told")
	}
	count(5)
	if _, ok := h.Attempts(); ok {
		t.Error("resets are taken for attempts while it is open")
	}
	h.Shut()
	count(40)
	if n, ok := h.Attempts(); n != 40 || !ok {
		t.Errorf("while a code is wanted: %d, %v", n, ok)
	}
	h.Shut()
	if n, _ := h.Attempts(); n != 40 {
		t.Errorf("shut once more: %d", n)
	}
}

func TestNothingIsLeftOfAGateThatIsClosed(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 5 {
		t.Run("", func(t *testing.T) {
			h := build(t, nil)
			h.opens()
			for range 10 {
				h.enters()
			}
			h.Close()
		})
	}
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			var b bytes.Buffer
			b.Write(stacks())
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, b.String())
		}
	}
}

func stacks() []byte {
	b := make([]byte, 64<<10)
	return b[:runtime.Stack(b, true)]
}

// stream is a source of bytes that are all different for long, and tells their sum.
type stream struct{ state uint64 }

func (s *stream) Read(p []byte) (int, error) {
	for i := range p {
		s.state = s.state*6364136223846793005 + 1442695040888963407
		p[i] = byte(s.state >> 56)
	}
	return len(p), nil
}

// WHOLE=1 lets a million frames pass, and 1 GiB, which takes 20 s.
func TestEveryByteArrivesInBothDirections(t *testing.T) {
	frames, size, total := 50_000, 64, int64(32<<20)
	if os.Getenv("WHOLE") != "" {
		frames, total = 1_000_000, 1<<30
	}
	for _, c := range []struct {
		name  string
		write func(w io.Writer) []byte // returns the sum of what it wrote
	}{
		{"small frames", func(w io.Writer) []byte {
			sum, s, frame := sha256.New(), &stream{1}, make([]byte, size)
			for range frames {
				s.Read(frame)
				sum.Write(frame)
				if _, err := w.Write(frame); err != nil {
					return nil
				}
			}
			return sum.Sum(nil)
		}},
		{"one long stream", func(w io.Writer) []byte {
			sum := sha256.New()
			if _, err := io.CopyN(io.MultiWriter(w, sum), &stream{2}, total); err != nil {
				return nil
			}
			return sum.Sum(nil)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, nil)
			h.opens()
			client, daemon := h.enters()
			for _, end := range []*net.TCPConn{client, daemon} {
				end.SetDeadline(time.Time{}) // of any length
			}
			var both sync.WaitGroup
			way := func(from, to *net.TCPConn) {
				var sent []byte
				both.Go(func() { sent = c.write(from); from.CloseWrite() })
				sum := sha256.New()
				if _, err := io.Copy(sum, to); err != nil {
					t.Error(err)
				}
				both.Wait()
				if sent == nil || !bytes.Equal(sum.Sum(nil), sent) {
					t.Errorf("other bytes arrive than were sent")
				}
			}
			way(client, daemon)
			way(daemon, client)
		})
	}
}
