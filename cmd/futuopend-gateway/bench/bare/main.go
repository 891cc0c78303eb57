// Bare is the least that could work in the gateway's place: it starts the daemon on a terminal, looks for two wordings
// in what it prints, and speaks the core of wire version 1. It has no machine, no journal, no checks, no supervision and
// no bounds. The bench measures the gateway against it; nobody should run it for anything else.
//
// Like the gateway it takes the daemon's path from FUTU_CMD and its port from SERVER_PORT.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/creack/pty"
)

// The wire's numbers for the three states that are told apart.
const (
	initializing = 0
	awaitingCode = 1
	connected    = 3
)

// The wordings that are looked for, anywhere in a line.
var (
	codeWanted = []string{"需要手机验证码", "Need a phone verification code", "SMS verification code required"}
	loggedIn   = []string{"登录成功", "Login successful"}
)

// The frames that every client gets, as the gateway sends them.
const (
	requestCodeFrame = `{"type":"REQUEST_CODE"}`
	connectedFrame   = `{"type":"CONNECTED"}`
)

// bare is the whole program.
type bare struct {
	terminal *os.File

	mu      sync.Mutex // guards what follows, and is held while clients are told
	state   int
	clients map[*websocket.Conn]bool
}

func main() {
	daemon := exec.Command(os.Getenv("FUTU_CMD"), "-no_monitor=1")
	// The window of the gateway's terminal: the daemon pads each line to it.
	terminal, err := pty.StartWithSize(daemon, &pty.Winsize{Cols: 512, Rows: 50})
	if err != nil {
		log.Fatal("start daemon: ", err)
	}
	b := &bare{terminal: terminal, clients: map[*websocket.Conn]bool{}}
	go b.watch() // ends with the process
	go func() {
		log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("SERVER_PORT"), b))
	}()

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	daemon.Process.Signal(syscall.SIGTERM)
	daemon.Wait()
}

// watch reads the daemon's lines, shows them and looks for the two wordings.
func (b *bare) watch() {
	lines := bufio.NewScanner(b.terminal)
	for lines.Scan() {
		line := lines.Text()
		fmt.Println(line)
		switch {
		case containsAny(line, codeWanted):
			b.enter(awaitingCode, requestCodeFrame)
		case containsAny(line, loggedIn):
			b.enter(connected, connectedFrame)
		}
	}
}

func containsAny(line string, wordings []string) bool {
	for _, w := range wordings {
		if strings.Contains(line, w) {
			return true
		}
	}
	return false
}

// enter changes the state and tells every client, one after the other.
func (b *bare) enter(state int, frame string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state = state
	for conn := range b.clients {
		conn.Write(context.Background(), websocket.MessageText, []byte(frame))
	}
}

// ServeHTTP is one client.
func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow()
	b.greet(conn)
	defer b.forget(conn)
	for {
		var frame struct{ Type, Code string }
		if wsjson.Read(context.Background(), conn, &frame) != nil {
			return
		}
		b.obey(conn, frame.Type, frame.Code)
	}
}

// greet adds a client and tells it what the others were told when the state was entered.
func (b *bare) greet(conn *websocket.Conn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clients[conn] = true
	switch b.state {
	case awaitingCode:
		conn.Write(context.Background(), websocket.MessageText, []byte(requestCodeFrame))
	case connected:
		conn.Write(context.Background(), websocket.MessageText, []byte(connectedFrame))
	}
}

func (b *bare) forget(conn *websocket.Conn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.clients, conn)
}

// obey does what a frame asks for. INIT, and whatever else there is, does nothing: the daemon runs already.
func (b *bare) obey(conn *websocket.Conn, kind, code string) {
	switch kind {
	case "STATUS":
		b.mu.Lock()
		status := b.state
		b.mu.Unlock()
		answer := fmt.Appendf(nil, `{"type":"STATUS","status":%d}`, status)
		conn.Write(context.Background(), websocket.MessageText, answer)
	case "VERIFY_CODE":
		fmt.Fprintf(b.terminal, "input_phone_verify_code -code=%s\r", code)
	}
}
