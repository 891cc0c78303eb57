package transport_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
)

// asker is a client of version 1 that has nothing to allocate.
type asker struct {
	t      testing.TB
	conn   net.Conn
	in     *bufio.Reader
	frame  []byte // STATUS, with a mask of zeros
	answer []byte
}

// ask connects an asker to a server on the loopback.
func ask(t testing.TB) *asker {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	server := transport.New(transport.Config{Journal: fsm.NewJournal(nowhere{}), Agent: &fakeAgent{}, Log: zap.NewNop()})
	done := make(chan error)
	go func() { done <- server.Serve(ctx, l) }() // waited for when the test ends
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", l.Addr())
	in := bufio.NewReader(conn)
	if answer, err := http.ReadResponse(in, nil); err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade: %v %v", answer, err)
	}
	const text, want = `{"type":"STATUS"}`, `{"type":"STATUS","status":-1}`
	return &asker{t, conn, in, append([]byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...), make([]byte, 2+len(want))}
}

// status is one round trip.
func (a *asker) status() {
	if _, err := a.conn.Write(a.frame); err != nil {
		a.t.Fatal(err)
	}
	if _, err := io.ReadFull(a.in, a.answer); err != nil || a.answer[2] != '{' {
		a.t.Fatalf("got %q, %v", a.answer, err)
	}
}

func TestStatusIsAnsweredWithoutAnAllocation(t *testing.T) {
	a := ask(t)
	a.status()
	if n := testing.AllocsPerRun(500, a.status); n > 0 {
		t.Errorf("%v allocations for each STATUS", n)
	}
}

func BenchmarkStatus(b *testing.B) {
	a := ask(b)
	b.ReportAllocs()
	for b.Loop() {
		a.status()
	}
}

// BenchmarkFollowers is what an entry costs each of a hundred who follow, in version 2's form.
func BenchmarkFollowers(b *testing.B) {
	journal := fsm.NewJournal(nowhere{})
	server := transport.New(transport.Config{Journal: journal, Agent: &fakeAgent{}, Log: zap.NewNop()})
	b.ReportAllocs()
	for b.Loop() {
		e := journal.Append(time.Time{}, fsm.Idle, fsm.Idle, false, fsm.Event{Kind: fsm.QuoteRight, Detail: "HK: BMP"})
		for range 100 {
			if text := transport.Told(server, e); len(text) == 0 {
				b.Fatalf("%q", text)
			}
		}
	}
}
