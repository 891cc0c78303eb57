package opendsim_test

import (
	"crypto/rsa"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

// serve starts a simulator whose API is on a port of its own, and returns where.
func serve(t *testing.T, args ...string) (r *run, address string) {
	t.Helper()
	r = start(t, append([]string{"-api=ready", "-api_port=0", "-lang=en"}, args...)...)
	return r, r.value(t, "API Listening Address: ")
}

// value waits for a line that begins in a way, and returns the rest of it.
func (r *run) value(t *testing.T, prefix string) (rest string) {
	t.Helper()
	r.until(t, prefix, func(out []byte) bool {
		for _, line := range lines(out) {
			if after, ok := strings.CutPrefix(line, prefix); ok {
				rest = after
				return true
			}
		}
		return false
	})
	return rest
}

// caller is a client of the API.
type caller struct {
	t      *testing.T
	socket net.Conn
	keys   openapi.Keys
	serial uint32
	pushes []openapi.Notify // that came before an answer
}

func dial(t *testing.T, address string) *caller {
	t.Helper()
	socket, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	return &caller{t: t, socket: socket}
}

// with makes the caller one that has a key.
func (c *caller) with(key *rsa.PrivateKey) *caller {
	c.keys.Connect = openapi.NewRSA(key)
	return c
}

func (c *caller) read() (openapi.Frame, error) {
	c.socket.SetReadDeadline(time.Now().Add(patience))
	return openapi.ReadFrame(c.socket, c.keys)
}

// try sends a request and returns the answer to it.
func (c *caller) try(id uint32, c2s []byte) (openapi.Response, error) {
	c.t.Helper()
	c.serial++
	frame := openapi.Frame{ID: id, Serial: c.serial, Body: openapi.EncodeRequest(c2s)}
	if err := openapi.WriteFrame(c.socket, c.keys, frame); err != nil {
		return openapi.Response{}, err
	}
	for {
		frame, err := c.read()
		if err != nil {
			return openapi.Response{}, err
		}
		answer, err := openapi.DecodeResponse(frame.Body)
		if err != nil {
			c.t.Fatal(err)
		}
		if frame.ID == openapi.IDNotify {
			c.pushes = append(c.pushes, c.notify(answer))
			continue
		}
		if frame.ID != id || frame.Serial != c.serial {
			c.t.Fatalf("got an answer to %d of protocol %d, want to %d of %d", frame.Serial, frame.ID, c.serial, id)
		}
		return answer, nil
	}
}

func (c *caller) ask(id uint32, c2s []byte) openapi.Response {
	c.t.Helper()
	answer, err := c.try(id, c2s)
	if err != nil {
		c.t.Fatalf("protocol %d: %v", id, err)
	}
	return answer
}

func (c *caller) notify(answer openapi.Response) openapi.Notify {
	c.t.Helper()
	n, err := openapi.DecodeNotify(answer.S2C)
	if err != nil || answer.RetType != openapi.RetOK {
		c.t.Fatalf("got push %+v, %v", answer, err)
	}
	return n
}

// pushed waits for the next push.
func (c *caller) pushed() (n openapi.Notify) {
	c.t.Helper()
	if len(c.pushes) > 0 {
		n, c.pushes = c.pushes[0], c.pushes[1:]
		return n
	}
	frame, err := c.read()
	if err != nil {
		c.t.Fatalf("instead of a push: %v", err)
	}
	answer, err := openapi.DecodeResponse(frame.Body)
	if err != nil || frame.ID != openapi.IDNotify {
		c.t.Fatalf("got protocol %d, %v, want a push", frame.ID, err)
	}
	return c.notify(answer)
}

func (c *caller) tryInit(a openapi.Algorithm) (openapi.Response, error) {
	c.t.Helper()
	answer, err := c.try(openapi.IDInitConnect,
		openapi.InitRequest{ClientVer: 300, ClientID: "test", RecvNotify: true, Algorithm: a}.Encode())
	if err != nil || answer.RetType != openapi.RetOK {
		return answer, err
	}
	reply, err := openapi.DecodeInitReply(answer.S2C)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.keys.Connect != nil {
		if c.keys.Session, err = openapi.NewAES(a, reply.Key, reply.IV); err != nil {
			c.t.Fatal(err)
		}
	}
	return answer, nil
}

// init is refused with the words it returns; none if it is not refused.
func (c *caller) init() (why string) {
	c.t.Helper()
	answer, err := c.tryInit(openapi.Unencrypted)
	if err != nil {
		c.t.Fatal(err)
	}
	if answer.RetType == openapi.RetOK {
		return ""
	}
	if answer.RetType != openapi.RetFailed || answer.RetMsg == "" {
		c.t.Errorf("got %+v, want it refused with a reason", answer)
	}
	return answer.RetMsg
}

func (c *caller) state() openapi.GlobalState {
	c.t.Helper()
	answer := c.ask(openapi.IDGetGlobalState, openapi.GlobalRequest{}.Encode())
	if answer.RetType != openapi.RetOK {
		c.t.Fatalf("got %+v", answer)
	}
	state, err := openapi.DecodeGlobalState(answer.S2C)
	if err != nil || state.Program == nil {
		c.t.Fatalf("got %+v, %v", state, err)
	}
	return state
}

// ended waits for the daemon to close the connection.
func (c *caller) ended() {
	c.t.Helper()
	c.socket.SetReadDeadline(time.Now().Add(patience))
	if n, err := io.Copy(io.Discard, c.socket); err != nil && !strings.Contains(err.Error(), "reset") {
		c.t.Errorf("got %d bytes, %v, want the end", n, err)
	}
}

// early is what the daemon counted of connections before the login.
func early(t *testing.T, state string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(state, ".com.futunn.FutuOpenD", "F3CNN", "opendsim-early"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}
