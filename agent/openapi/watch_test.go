package openapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestADaemonThatIsReadyIsProvenAgainAndAgain(t *testing.T) { synctest.Test(t, testReady) }

func testReady(t *testing.T) {
	w := newWorld(t, nil, false)
	d := w.accept()
	d.isUp()
	d.is(ready)
	w.wants("api_ready 10.11.7108", "trade_ready")
	for range 3 {
		d.is(ready)
	}
	w.wants()
	if want := []time.Duration{0, 20 * time.Second, 40 * time.Second, 60 * time.Second}; !slices.Equal(w.proofs, want) {
		t.Errorf("proven after %v, want %v", w.proofs, want)
	}
}

func TestTheFirstMessageAsksForPushesInProtobuf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, false)
		d := w.accept()
		f := d.hears(IDInitConnect)
		c2s, err := DecodeRequest(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeInitRequest(c2s)
		want := InitRequest{ClientVer: 300, ClientID: "futuopend-gateway", RecvNotify: true, Algorithm: Unencrypted, PushFormat: int32(Protobuf), Language: "Go"}
		if err != nil || got != want {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
	})
}

func TestTheHeartBeatsAtFourFifthsOfItsInterval(t *testing.T) { synctest.Test(t, testHeartbeat) }

func testHeartbeat(t *testing.T) {
	w := newWorld(t, nil, false)
	d := w.accept()
	d.isUp()
	d.is(ready)
	var serial uint32 = 2
	for _, want := range []struct {
		id uint32
		at time.Duration
	}{{IDKeepAlive, 8}, {IDKeepAlive, 16}, {IDGetGlobalState, 20}, {IDKeepAlive, 24}, {IDKeepAlive, 32}, {IDGetGlobalState, 40}} {
		f := d.hears(want.id)
		if at := time.Since(w.start); at != want.at*time.Second {
			t.Errorf("request %d after %v, want %ds", f.ID, at, want.at)
		}
		if serial++; f.Serial != serial {
			t.Errorf("request %d has the serial number %d, want %d", f.ID, f.Serial, serial)
		}
		d.answers(f, Response{RetType: RetOK, S2C: ready.Encode()})
	}
}

func TestTheIntervalOfTheHeartIsBounded(t *testing.T) {
	for interval, want := range map[int32]time.Duration{
		-5: 8 * time.Second, 0: 8 * time.Second, 1: time.Second, 10: 8 * time.Second, 20: 16 * time.Second, 60: 16 * time.Second, 1<<31 - 1: 16 * time.Second,
	} {
		if got := beatEvery(interval); got != want {
			t.Errorf("interval %d: %v, want %v", interval, got, want)
		}
	}
}

// The table of what a truthful probe makes of what it sees.
func TestWhatIsNotProvenIsSaidToBeLost(t *testing.T) {
	const closed = "api_lost [init_connect] the daemon closed the connection before it answered InitConnect: it is not ready, or it encrypts its API and FUTU_RSA_PRIVATE_KEY is not set"
	up := func(answer Response) func(*daemon) {
		return func(d *daemon) {
			d.isUp()
			d.answers(d.hears(IDGetGlobalState), answer)
		}
	}
	state := func(s GlobalState) func(*daemon) { return up(Response{S2C: s.Encode()}) }
	for _, c := range []struct {
		name string
		when func(*daemon)
		want string
	}{
		{"closed at once", func(d *daemon) { d.Close() }, closed},
		{"closed after the request", func(d *daemon) { d.hears(IDInitConnect); d.Close() }, closed},
		{"closed in the answer", func(d *daemon) { d.hears(IDInitConnect); d.Write([]byte("FT")); d.Close() }, closed},
		{"silent", func(d *daemon) { d.hears(IDInitConnect); d.hearsNothingMore() },
			"api_lost [init_connect] the daemon did not answer InitConnect within 10s: it is not ready, or it encrypts its API and FUTU_RSA_PRIVATE_KEY is not set"},
		{"silent in the middle", func(d *daemon) { d.hears(IDInitConnect); d.Write([]byte("FT")); d.hearsNothingMore() },
			"api_lost [init_connect] the daemon did not answer InitConnect within 10s: it is not ready, or…"},
		{"deaf", func(d *daemon) { time.Sleep(11 * time.Second) },
			"api_lost [init_connect] the daemon did not answer InitConnect within 10s: it is not ready, or…"},
		{"refused", func(d *daemon) {
			d.answers(d.hears(IDInitConnect), Response{RetType: RetFailed, RetMsg: "Need a phone verification code"})
		}, "api_lost [init_connect] Need a phone verification code"},
		{"too many connections", func(d *daemon) {
			d.answers(d.hears(IDInitConnect), Response{RetType: RetFailed, RetMsg: "连接个数超过128，请关闭无用连接"})
		}, "api_lost [init_connect] 连接个数超过128，请关闭无用连接"},
		{"refused without a word", func(d *daemon) { d.answers(d.hears(IDInitConnect), Response{RetType: -500}) },
			"api_lost [init_connect] InitConnect was refused without a reason (retType -500)"},
		{"an answer that says nothing", func(d *daemon) {
			d.says(Frame{ID: IDInitConnect, Serial: d.hears(IDInitConnect).Serial, Body: []byte{0x12, 0}})
		},
			"api_lost [init_connect] InitConnect was refused without a reason (retType -400)"},
		{"a web server", func(d *daemon) {
			d.hears(IDInitConnect)
			d.Write([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
		},
			"api_lost [init_connect] what listens on the API's port does not speak FutuOpenD's protocol"},
		{"JSON", func(d *daemon) {
			d.says(Frame{ID: IDInitConnect, Serial: d.hears(IDInitConnect).Serial, Format: JSON, Body: []byte("{}")})
		},
			"api_lost [init_connect] the daemon answered in JSON, which it was not asked for"},
		{"no answer to the question", func(d *daemon) { d.isUp(); d.hears(IDGetGlobalState); d.hearsNothingMore() },
			"api_lost [global_state] the daemon did not answer GetGlobalState within 10s"},
		{"half an answer to the question", func(d *daemon) { d.isUp(); d.hears(IDGetGlobalState); d.Write([]byte("FT")); d.hearsNothingMore() },
			"api_lost [connect] the daemon stopped in the middle of a message"},
		{"the question refused", up(Response{RetType: RetFailed, RetMsg: "  not\r\n\x1b[31mnow "}), "api_lost [global_state] not [31mnow"},
		{"closed at the question", func(d *daemon) { d.isUp(); d.hears(IDGetGlobalState); d.Close() }, "api_lost [connect] the daemon closed the connection"},
		{"no quotes", state(noQuotes), "api_lost [quotes] the daemon is not logged in to the quote server"},
		{"an answer without a state", up(Response{}), "api_lost [quotes] the daemon is not logged in to the quote server"},
		{"a phone code is wanted", state(GlobalState{QotLogined: true, Program: &ProgramStatus{Type: 4, Desc: "sms"}}),
			"api_lost [program] the daemon's program status is NeedPhoneVerifyCode: sms"},
		{"an unknown status", state(GlobalState{QotLogined: true, Program: &ProgramStatus{Type: 42}}),
			"api_lost [program] the daemon's program status is 42, which is not known"},
		{"a status without a type", state(GlobalState{QotLogined: true, Program: &ProgramStatus{}}), "api_lost [program] the daemon's program status is None"},
	} {
		t.Run(c.name, inBubble(func(t *testing.T) {
			w := newWorld(t, nil, false)
			c.when(w.accept())
			synctest.Wait()
			w.mu.Lock()
			if n := len(w.events); n > 0 && strings.HasPrefix(w.events[n-1], "trade_") {
				w.events = w.events[:n-1] // told beside a state
			}
			w.mu.Unlock()
			w.wants(c.want)
			if len(w.proofs) > 0 {
				t.Errorf("proven after %v", w.proofs)
			}
		}))
	}
}

func TestNoProgramStatusIsNoObstacle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, false)
		d := w.accept()
		d.isUp()
		d.is(GlobalState{QotLogined: true, ServerVer: 904, ServerBuild: 5408})
		w.wants("api_ready 9.4.5408", "trade_lost")
		d.is(GlobalState{QotLogined: true})
		w.wants("api_ready") // and no invented version
	})
}

func TestTheWaitForTheNextConnectionDoublesUntilOneIsGood(t *testing.T) {
	synctest.Test(t, testBackoff)
}

func testBackoff(t *testing.T) {
	w := newWorld(t, nil, true)
	time.Sleep(100 * time.Second)
	seconds := func(n ...time.Duration) []time.Duration {
		for i := range n {
			n[i] *= time.Second
		}
		return n
	}
	if got, want := w.refuses(false), seconds(0, 1, 3, 7, 15, 31, 61, 91); !slices.Equal(got, want) {
		t.Errorf("dialled after %v, want %v", got, want)
	}
	w.wants("api_lost [connect] connect to 127.0.0.1:11111: connection refused")

	d := w.accept() // at 121 s
	d.isUp()
	d.is(ready)
	w.wants("api_ready 10.11.7108", "trade_ready")
	w.refuses(false)
	d.Close()
	d = w.accept()
	if got, want := w.refuses(false), seconds(151); !slices.Equal(got, want) {
		t.Errorf("after a proof and a hang-up, dialled after %v, want %v", got, want)
	}
	d.isUp()
	for range 3 {
		d.is(ready) // at 151, 171 and 191 s
	}
	w.wants("api_lost [connect] the daemon closed the connection", "api_ready 10.11.7108", "trade_ready")
	w.refuses(true)
	d.Close()
	time.Sleep(16 * time.Second)
	if got, want := w.refuses(true), seconds(192, 194, 198, 206); !slices.Equal(got, want) {
		t.Errorf("after a connection that was good, dialled after %v, want %v", got, want)
	}
	w.wants("api_lost [connect] the daemon closed the connection", "api_lost [connect] connect to 127.0.0.1:11111: connection refused")
}

func TestADaemonThatIsNotReadyIsAskedSooner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, false)
		d := w.accept()
		d.isUp()
		d.is(noQuotes)
		at := time.Now()
		d.is(ready)
		if took := time.Since(at); took != 3*time.Second {
			t.Errorf("asked again after %v", took)
		}
		at = time.Now()
		d.is(ready)
		if took := time.Since(at); took != 20*time.Second {
			t.Errorf("asked again after %v when it was ready", took)
		}
	})
}

func TestOneReasonIsToldOnceAndAnotherOneAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, false)
		refuse := func(why string) {
			d := w.accept()
			d.answers(d.hears(IDInitConnect), Response{RetType: RetFailed, RetMsg: why})
		}
		refuse("logging in")
		refuse("logging in")
		w.wants("api_lost [init_connect] logging in")
		refuse("sms")
		w.wants("api_lost [init_connect] sms")
		refuse("logging in")
		w.wants("api_lost [init_connect] logging in")
	})
}

func TestAConnectionThatIsLostIsNoLostSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, false)
		d := w.accept()
		d.isUp()
		d.is(ready)
		w.wants("api_ready 10.11.7108", "trade_ready")
		d.Close()
		w.wants("api_lost [connect] the daemon closed the connection")
		d = w.accept()
		d.isUp()
		d.is(ready)
		w.wants("api_ready 10.11.7108", "trade_ready")
		d.Close()
		w.wants("api_lost [connect] the daemon closed the connection")

		// What was ready once, on whichever connection, can be lost.
		d = w.accept()
		d.isUp()
		d.is(noQuotes)
		w.wants("api_lost [quotes] the daemon is not logged in to the quote server", "session_lost the daemon is not logged in to the quote server", "trade_ready")
	})
}

func TestASilentDaemonIsLostAfterTenSeconds(t *testing.T) {
	for name, id := range map[string]uint32{"GetGlobalState": IDGetGlobalState, "KeepAlive": IDKeepAlive} {
		t.Run(name, inBubble(func(t *testing.T) {
			w := newWorld(t, nil, false)
			d := w.accept()
			d.isUp()
			d.is(ready)
			w.wants("api_ready 10.11.7108", "trade_ready")
			f := d.hears(IDKeepAlive)
			if id == IDGetGlobalState {
				for ; f.ID == IDKeepAlive; f = must(ReadFrame(d, d.keys)) {
					d.answers(f, Response{S2C: KeepAlive{}.Encode()})
				}
			}
			at := time.Now()
			d.hearsNothingMore()
			if took := time.Since(at); took != 10*time.Second {
				t.Errorf("given up after %v", took)
			}
			part := "[connect]"
			if id == IDGetGlobalState {
				part = "[global_state]"
			}
			w.wants(fmt.Sprintf("api_lost %s the daemon did not answer %s within 10s", part, name))
		}))
	}
}

func must(f Frame, err error) Frame {
	if err != nil {
		panic(err)
	}
	return f
}

func TestARefusedHeartbeatIsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, false)
		d := w.accept()
		d.isUp()
		d.is(ready)
		d.answers(d.hears(IDKeepAlive), Response{RetType: RetFailed, RetMsg: "what?"})
		d.is(ready)
		w.wants("api_ready 10.11.7108", "trade_ready")
	})
}

func TestAnAnswerToAnotherQuestionIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, false)
		d := w.accept()
		d.isUp()
		f := d.hears(IDGetGlobalState)
		d.says(Frame{ID: f.ID, Serial: f.Serial - 1, Body: Response{S2C: noQuotes.Encode()}.Encode()})
		d.says(Frame{ID: 3001, Serial: f.Serial, Body: Response{RetType: RetFailed}.Encode()})
		w.wants()
		d.answers(f, Response{S2C: ready.Encode()})
		w.wants("api_ready 10.11.7108", "trade_ready")
	})
}

// Wherever it is, Watch returns at once when its context ends, and closes its connection: see (*world).end.
func TestTheEndOfTheContextIsTheEnd(t *testing.T) {
	for name, until := range map[string]func(*world){
		"while it dials":          func(*world) {},
		"while it says hello":     func(w *world) { w.accept() },
		"while it waits for that": func(w *world) { w.accept().hears(IDInitConnect) },
		"within an answer":        func(w *world) { d := w.accept(); d.hears(IDInitConnect); d.Write([]byte("FT")) },
		"while it asks":           func(w *world) { d := w.accept(); d.isUp(); d.hears(IDGetGlobalState) },
		"between two questions":   func(w *world) { d := w.accept(); d.isUp(); d.is(ready) },
		"before it tries again":   func(w *world) { w.accept().Close(); synctest.Wait() },
	} {
		t.Run(name, inBubble(func(t *testing.T) {
			w := newWorld(t, nil, false)
			until(w)
			synctest.Wait()
			w.mu.Lock()
			told := len(w.events)
			w.mu.Unlock()
			w.end()
			if len(w.events) != told {
				t.Errorf("told afterwards: %q", w.events[told:])
			}
		}))
	}
}

func TestTheEndOfTheContextIsTheEndWhileNobodyListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		tell := func(fsm.Event) { <-ctx.Done() }
		done := make(chan struct{})
		go func() {
			defer close(done)
			Config{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, io.EOF }}.Watch(ctx, tell, nil)
		}()
		synctest.Wait()
		at := time.Now()
		stop()
		<-done
		if took := time.Since(at); took != 0 {
			t.Errorf("Watch returned %v after its context ended", took)
		}
	})
}

func TestADialIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		w := &world{T: t, start: time.Now()}
		config := Config{Address: "opend:11111", Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
		}}
		done := make(chan struct{})
		go func() { defer close(done); config.Watch(ctx, w.tell, w.proven) }()
		time.Sleep(10 * time.Second)
		w.wants("api_lost [connect] connect to opend:11111: no answer within 10s")
		stop()
		<-done
	})
}

func TestAReasonDoesNotChangeWithEachTry(t *testing.T) {
	for want, err := range map[string]error{
		"the name cannot be looked up": &net.OpError{Op: "dial", Err: &net.DNSError{Err: "read udp 127.0.0.1:40312->127.0.0.53:53: i/o timeout", Name: "opend"}},
		"host is odd":                  &net.OpError{Op: "dial", Source: &net.TCPAddr{Port: 40312}, Err: errors.New("host is odd")},
	} {
		if got := cause(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// On real sockets: a port that nobody listens on, and a daemon that resets the connection.
func TestRealSocketsFailInTheSameWords(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: it opens a port")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	first := func() failure { return Config{Address: address}.connect(t.Context(), &told{}) }
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			io.ReadFull(c, make([]byte, headerLen))
			c.(*net.TCPConn).SetLinger(0) // what was not read, and this, make it a reset
			c.Close()
		}
	}()
	for range 3 {
		f := first()
		if f.part != "init_connect" || !strings.HasPrefix(f.why, "the daemon closed the connection before it answered InitConnect") {
			t.Errorf("reset: %+v", f)
		}
	}
	l.Close()
	if f := first(); f.part != "connect" || f.why != "connect to "+address+": connection refused" {
		t.Errorf("refused: %+v", f)
	}
}

// On real sockets, too, the end of the context is the end of the connection, whatever the daemon does.
func TestARealConnectionIsClosedAtTheEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: it opens a port")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Config{Address: l.Addr().String()}.Watch(ctx, func(e fsm.Event) { t.Errorf("told %v", e) }, func(time.Time) { t.Error("proven") })
	}()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := ReadFrame(c, Keys{}); err != nil {
		t.Fatal(err)
	}
	stop()
	<-done
	if _, err := ReadFrame(c, Keys{}); err != io.EOF {
		t.Errorf("the daemon reads %v, want the end", err)
	}
}

func TestASentenceIsOneBoundedLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                                  "",
		" \t\r\n":                           "",
		"a\x00b\x1b[0mc\u202ed\xffe\u00a0f": "a b [0mc d e f",
		strings.Repeat("码", 100):            strings.Repeat("码", 100),
		strings.Repeat("码", 101):            strings.Repeat("码", 99) + "…",
		strings.Repeat("x", 1<<20):          strings.Repeat("x", maxSentence-3) + "…",
	} {
		if got := sentence(in); got != want || len(got) > maxSentence {
			t.Errorf("%.40q became %q (%d bytes), want %q", in, got, len(got), want)
		}
	}
}
