package openapi

import (
	"context"
	"crypto/rsa"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// world is a Watch in a bubble: what it told and proved, and the connections that it made.
type world struct {
	*testing.T
	start time.Time
	dials chan net.Conn // the daemon's ends
	key   *rsa.PrivateKey
	stop  context.CancelFunc
	done  chan struct{}
	slow  time.Duration // what it takes to be told

	mu       sync.Mutex
	events   []string
	proofs   []time.Duration // since start
	dialled  []time.Duration // since start
	refusing bool            // nobody listens
	open     int             // connections
}

// newWorld starts a Watch, which runs until the test ends.
func newWorld(t *testing.T, key *rsa.PrivateKey, refusing bool) *world {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	w := &world{T: t, start: time.Now(), dials: make(chan net.Conn), key: key, stop: stop, done: make(chan struct{}), refusing: refusing}
	config := Config{Address: "127.0.0.1:11111", Key: key, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if w.dial() {
			return nil, errors.New("connection refused")
		}
		ours, theirs := net.Pipe()
		select {
		case w.dials <- theirs:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.open++; w.open > 1 {
			t.Errorf("%d connections at once", w.open)
		}
		return &counted{Conn: ours, w: w}, nil
	}}
	go func() {
		defer close(w.done)
		config.Watch(ctx, w.tell, w.proven)
	}()
	t.Cleanup(w.end)
	return w
}

// dial notes a dial and reports whether it is refused.
func (w *world) dial() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dialled = append(w.dialled, time.Since(w.start))
	return w.refusing
}

// refuses says whether dials are refused from here on, and returns when there were some since it was called last.
func (w *world) refuses(refusing bool) []time.Duration {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	dialled := w.dialled
	w.dialled, w.refusing = nil, refusing
	return dialled
}

// counted tells the world when it is closed.
type counted struct {
	net.Conn
	w    *world
	once sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() {
		c.w.mu.Lock()
		c.w.open--
		c.w.mu.Unlock()
	})
	return c.Conn.Close()
}

// end ends the Watch. It must take no time.
func (w *world) end() {
	at := time.Now()
	w.stop()
	<-w.done
	if took := time.Since(at); took != 0 {
		w.Errorf("Watch returned %v after its context ended", took)
	}
	if w.open != 0 {
		w.Errorf("%d connections are open", w.open)
	}
}

func (w *world) tell(e fsm.Event) {
	time.Sleep(w.slow)
	w.mu.Lock()
	defer w.mu.Unlock()
	text := string(e.Kind)
	if e.Part != "" {
		text += " [" + string(e.Part) + "]"
	}
	if e.Detail != "" {
		text += " " + e.Detail
	}
	w.events = append(w.events, text)
}

func (w *world) proven(at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.proofs = append(w.proofs, at.Sub(w.start))
}

// wants checks what was told since it was called last. A line that ends in … stands for its beginning.
func (w *world) wants(events ...string) {
	w.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	same := func(got, want string) bool {
		if begin, ok := strings.CutSuffix(want, "…"); ok {
			return strings.HasPrefix(got, begin)
		}
		return got == want
	}
	if !slices.EqualFunc(w.events, events, same) {
		w.Fatalf("told after %v:\n  %s\nwant:\n  %s", time.Since(w.start), strings.Join(w.events, "\n  "), strings.Join(events, "\n  "))
	}
	w.events = nil
}

// daemon is the other end of one connection. The test speaks for it, line by line.
type daemon struct {
	net.Conn
	w    *world
	keys Keys
}

// accept takes the connection that the client makes.
func (w *world) accept() *daemon {
	w.Helper()
	d := &daemon{Conn: <-w.dials, w: w}
	if w.key != nil {
		d.keys.Connect = NewRSA(w.key)
	}
	w.Cleanup(func() { d.Close() })
	return d
}

// hears reads the next request and checks which it is.
func (d *daemon) hears(id uint32) Frame {
	d.w.Helper()
	f, err := ReadFrame(d, d.keys)
	if err != nil {
		d.w.Fatalf("after %v: %v, want a request %d", time.Since(d.w.start), err, id)
	}
	if f.ID != id {
		d.w.Fatalf("after %v: request %d, want %d", time.Since(d.w.start), f.ID, id)
	}
	return f
}

// hearsNothingMore checks that the client closes the connection.
func (d *daemon) hearsNothingMore() {
	d.w.Helper()
	if f, err := ReadFrame(d, d.keys); err == nil {
		d.w.Fatalf("after %v: request %d, want the end", time.Since(d.w.start), f.ID)
	}
}

func (d *daemon) says(f Frame) {
	d.w.Helper()
	if err := WriteFrame(d, d.keys, f); err != nil {
		d.w.Fatalf("answer %d: %v", f.ID, err)
	}
}

func (d *daemon) answers(to Frame, r Response) {
	d.w.Helper()
	d.says(Frame{ID: to.ID, Serial: to.Serial, Body: r.Encode()})
}

func (d *daemon) pushes(n Notify) {
	d.w.Helper()
	d.says(Frame{ID: IDNotify, Serial: 77, Body: Response{S2C: n.Encode()}.Encode()})
}

// isUp answers InitConnect.
func (d *daemon) isUp() {
	d.w.Helper()
	d.answers(d.hears(IDInitConnect), Response{S2C: InitReply{ServerVer: 1011, KeepAlive: 10, Key: testKey}.Encode()})
}

var (
	ready    = GlobalState{QotLogined: true, TrdLogined: true, ServerVer: 1011, ServerBuild: 7108, Program: &ProgramStatus{Type: ProgramReady}}
	noQuotes = GlobalState{TrdLogined: true, ServerVer: 1011, ServerBuild: 7108, Program: &ProgramStatus{Type: ProgramReady}}
)

// is answers the next question for its state. Heartbeats before it are answered too.
func (d *daemon) is(s GlobalState) {
	d.w.Helper()
	for {
		f, err := ReadFrame(d, d.keys)
		if err != nil {
			d.w.Fatalf("after %v: %v, want a question", time.Since(d.w.start), err)
		}
		if f.ID == IDKeepAlive {
			d.answers(f, Response{S2C: KeepAlive{time.Now().Unix()}.Encode()})
			continue
		}
		if f.ID != IDGetGlobalState {
			d.w.Fatalf("after %v: request %d", time.Since(d.w.start), f.ID)
		}
		d.answers(f, Response{S2C: s.Encode()})
		return
	}
}

// inBubble runs a test in a bubble, whose clock stands still while anybody runs.
func inBubble(test func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, test) }
}
