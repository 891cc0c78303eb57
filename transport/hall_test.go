package transport_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport"
)

// street is a listener whose connections come from wherever the test says.
type street struct {
	*testbed.Pipes
	from atomic.Pointer[net.TCPAddr]
}

type coming struct {
	net.Conn
	from net.Addr
}

func (c coming) RemoteAddr() net.Addr { return c.from }

func (s *street) Accept() (net.Conn, error) {
	c, err := s.Pipes.Accept()
	if err != nil {
		return nil, err
	}
	return coming{c, s.from.Load()}, nil
}

// full is a server with sixteen places, on a street.
type full struct {
	t      *testing.T
	street *street
}

func openFull(t *testing.T, token string) *full {
	f := &full{t: t, street: &street{Pipes: testbed.NewPipes()}}
	journal := fsm.NewJournal(nowhere{})
	journal.Append(time.Now(), fsm.Idle, fsm.Idle, false, fsm.Event{Kind: fsm.Boot})
	journal.Flush()
	s := transport.New(transport.Config{Journal: journal, Agent: &fakeAgent{}, Log: zap.NewNop(), Token: token, Files: transport.KeptFiles + 16})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, f.street) }() // the cleanup waits for it
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return f
}

// connect opens a WebSocket from an address, nil if it is refused. The test ends it.
func (f *full) connect(from, token string) *websocket.Conn {
	f.t.Helper()
	f.street.from.Store(&net.TCPAddr{IP: net.ParseIP(from), Port: 1})
	header := http.Header{}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	c, resp, err := websocket.Dial(f.t.Context(), "ws://127.0.0.1:8000/", &websocket.DialOptions{HTTPClient: f.street.Client(), HTTPHeader: header})
	if err == nil {
		f.t.Cleanup(func() { c.CloseNow() })
		return c
	}
	if resp == nil {
		f.t.Fatal(err)
	}
	var problem struct{ Code string }
	if err := json.NewDecoder(resp.Body).Decode(&problem); err != nil || problem.Code != "too_many_clients" {
		f.t.Fatalf("it is refused with %s, %q, %v", resp.Status, problem.Code, err)
	}
	return nil
}

// asks makes a request from an address, and returns its status.
func (f *full) asks(from, path string) int {
	f.t.Helper()
	f.street.from.Store(&net.TCPAddr{IP: net.ParseIP(from), Port: 1})
	resp, err := f.street.Client().Get("http://127.0.0.1:8000" + path)
	if err != nil {
		f.t.Fatal(err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// fill takes all places, four from each of four addresses, and returns who has them.
func (f *full) fill(token string) (all []*websocket.Conn) {
	f.t.Helper()
	for peer := range 4 {
		for range 4 {
			c := f.connect("192.0.2."+strconv.Itoa(peer+1), token)
			if c == nil {
				f.t.Fatal("there is no place")
			}
			all = append(all, c)
		}
	}
	return all
}

func TestOneAddressCannotTakeAllPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := openFull(t, "")
		var mine []*websocket.Conn
		for range 4 {
			mine = append(mine, f.connect("192.0.2.1", ""))
		}
		if f.connect("192.0.2.1", "") != nil {
			t.Error("a fifth of sixteen places went to one address")
		}
		if f.connect("192.0.2.2", "") == nil {
			t.Error("another address has no place")
		}
		mine[0].CloseNow()
		synctest.Wait()
		if f.connect("192.0.2.1", "") == nil {
			t.Error("a place that was left cannot be had again")
		}
	})
}

func TestTheLoopbackHasNoShareSinceAPublishedPortMakesEverybodyComeFromThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := openFull(t, "")
		for i := range 16 {
			if f.connect("127.0.0.1", "") == nil {
				t.Fatalf("the loopback gets %d places", i)
			}
		}
	})
}

func TestHealthChecksAndThisMachineGetInWhenAllPlacesAreTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := openFull(t, "")
		f.fill("")
		if f.connect("192.0.2.9", "") != nil {
			t.Error("a stranger gets a place that is kept")
		}
		if status := f.asks("192.0.2.9", "/status"); status != http.StatusServiceUnavailable {
			t.Errorf("a stranger's request is answered with %d", status)
		}
		if status := f.asks("192.0.2.9", "/livez"); status != http.StatusOK {
			t.Errorf("a health check is answered with %d", status)
		}
		if f.connect("127.0.0.1", "") == nil {
			t.Error("this machine gets none")
		}
	})
}

func TestTheNewestOfThisMachineAlwaysGetsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := openFull(t, "")
		f.fill("")
		oldest := f.connect("127.0.0.1", "")
		for range transport.KeptFiles {
			if f.connect("127.0.0.1", "") == nil {
				t.Fatal("there is no place for the newest")
			}
		}
		if _, _, err := oldest.Read(t.Context()); err == nil {
			t.Error("the oldest stays")
		}
	})
}

func TestWhoShowsATokenThatMayAnswerGetsInWhenAllPlacesAreTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const token = "a-token-of-this-test"
		f := openFull(t, token)
		f.fill(token)
		known := f.connect("192.0.2.9", token)
		if known == nil {
			t.Fatal("a token gets none")
		}
		for range transport.KeptFiles { // which come and go, and push nobody out who is known
			if status := f.asks("192.0.2.9", "/livez"); status != http.StatusOK {
				t.Fatalf("a health check is answered with %d", status)
			}
		}
		if err := known.Write(t.Context(), websocket.MessageText, []byte(`{"type":"STATUS"}`)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := known.Read(t.Context()); err != nil {
			t.Errorf("who is known was sent away: %v", err)
		}
	})
}
