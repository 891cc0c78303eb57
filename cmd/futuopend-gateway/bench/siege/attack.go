package siege

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Attack keeps n connections busy until ctx ends. It connects again wherever a connection ends, and returns when the last is
// gone, with how many there were in all.
func (k Kind) Attack(ctx context.Context, address string, n int) (connections int) {
	var mu sync.Mutex // guards connections
	var members sync.WaitGroup
	for range n {
		members.Go(func() {
			for ctx.Err() == nil {
				if !k.once(ctx, address) {
					wait(ctx, 10*time.Millisecond) // refused: a moment later
				}
				mu.Lock()
				connections++
				mu.Unlock()
			}
		})
	}
	members.Wait()
	return connections
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// once is one connection. It reports whether there was one.
func (k Kind) once(ctx context.Context, address string) bool {
	conn, err := dial(ctx, address)
	if err != nil {
		return false
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if k.opening != "" && !open(conn, k.opening) {
		return false
	}
	if k.repeated == "" {
		return true
	}
	var reading sync.WaitGroup
	reading.Go(func() { // ends with the connection
		io.Copy(io.Discard, conn)
		conn.Close()
	})
	for err == nil {
		_, err = io.WriteString(conn, k.repeated)
	}
	conn.Close()
	reading.Wait()
	return true
}

// open sends the opening and reads its answer, of which a WebSocket's first frames are no part.
func open(conn net.Conn, opening string) bool {
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	defer conn.SetDeadline(time.Time{})
	if _, err := io.WriteString(conn, opening); err != nil {
		return false
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	return err == nil && resp.StatusCode == http.StatusSwitchingProtocols
}

// Hold opens n connections that say a greeting and then nothing, for as long as the gateway lets them, until ctx ends. It
// returns at once; gone waits until the last has left.
func Hold(ctx context.Context, address, greeting string, n int) (gone func()) {
	var members sync.WaitGroup
	for range n {
		members.Go(func() {
			conn, err := dial(ctx, address)
			if err != nil {
				return
			}
			defer conn.Close()
			defer context.AfterFunc(ctx, func() { conn.Close() })()
			io.WriteString(conn, greeting)
			io.Copy(io.Discard, conn)
			<-ctx.Done()
		})
	}
	return members.Wait
}

// Greetings of those who stay: a WebSocket, and events that are followed.
var (
	Socket = upgrade("")
	Stream = "GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
)
