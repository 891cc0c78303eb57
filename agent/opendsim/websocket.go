package opendsim

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

// The WebSocket speaks to programs in JavaScript. What is known of it is read in the official package futu-api, version
// 10.11: binary messages, big endian, with the sign, the command and the number of the request; in an answer also an
// error and its text; then the same body as in a frame. Instead of InitConnect there is a command of its own.
const (
	webSign         = "ft-v1.0\x00"
	webRequestLen   = 8 + 4 + 8
	webTextLen      = 20
	idInitWebSocket = 1

	// maxWebMessage is as long as a frame may be.
	maxWebMessage = webRequestLen + openapi.MaxBody
)

var errNoWebSign = errors.New("the message has no sign")

// openWebSocket listens for programs in JavaScript. It is called after the login.
func (a *api) openWebSocket(address string) string {
	if a.mode == apiNone || address == "" {
		return address
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, "simulate: no WebSocket:", err)
		return address
	}
	server := &http.Server{
		Handler:           http.HandlerFunc(a.takeWebSocket),
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // stderr is the daemon's console
	}
	a.opened(func() { server.Close() })
	a.goroutines.Go(func() { server.Serve(listener) })
	return withPort(address, listener.Addr())
}

// takeWebSocket serves a page of any origin: whether the daemon looks at it is not known.
func (a *api) takeWebSocket(w http.ResponseWriter, r *http.Request) {
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // it was told
	}
	socket.SetReadLimit(maxWebMessage)
	if c := a.join(&webSocket{socket}); c != nil {
		a.serve(c)
	}
}

// webSocket is a client on the WebSocket's port.
type webSocket struct{ socket *websocket.Conn }

// read does not wait for a heart-beat: the official package sends none. TCP finds out when the client is gone.
func (w *webSocket) read(time.Duration) (request, error) {
	_, message, err := w.socket.Read(context.Background())
	if err != nil {
		return request{}, err
	}
	return parseWebRequest(message)
}

func parseWebRequest(message []byte) (r request, err error) {
	if len(message) < webRequestLen || string(message[:len(webSign)]) != webSign {
		return request{}, errNoWebSign
	}
	r.id = binary.BigEndian.Uint32(message[8:])
	r.serial = binary.BigEndian.Uint64(message[12:])
	r.c2s, err = openapi.DecodeRequest(message[webRequestLen:])
	return r, err
}

// write sends a push with the number 0, which no request has.
func (w *webSocket) write(r request, answer openapi.Response) error {
	message := append([]byte(nil), webSign...)
	message = binary.BigEndian.AppendUint32(message, r.id)
	message = binary.BigEndian.AppendUint64(message, r.serial)
	var failed int32
	if r.id == idInitWebSocket {
		failed = answer.RetType // the package looks here, and not into the body, for whether it may go on
	}
	message = binary.BigEndian.AppendUint32(message, uint32(failed))
	message = append(message, make([]byte, webTextLen)...)
	message = append(message, answer.Encode()...)
	ctx, cancel := context.WithTimeout(context.Background(), writeWait)
	defer cancel()
	return w.socket.Write(ctx, websocket.MessageBinary, message)
}

func (w *webSocket) close() { w.socket.CloseNow() }

// initWebSocket answers the first message of a WebSocket, which is told of what happens without asking for it.
func (a *api) initWebSocket(c *client, c2s []byte) openapi.Response {
	key, err := webKey(c2s)
	if err != nil {
		return refusal("simulate: " + err.Error())
	}
	if a.webKey != "" && subtle.ConstantTimeCompare([]byte(key), []byte(a.webKey)) == 0 {
		return refusal("") // what it says is not known
	}
	if why, ok := a.admit(c); !ok {
		return refusal(why)
	}
	c.wants = true
	s2c := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(time.Now().Unix()))
	s2c = protowire.AppendVarint(protowire.AppendTag(s2c, 2, protowire.VarintType), c.id)
	return accepted(s2c)
}

// webKey reads the MD5 that an InitWebSocket has in its field 4.
func webKey(c2s []byte) (key string, err error) {
	for len(c2s) > 0 {
		number, kind, n := protowire.ConsumeTag(c2s)
		if n < 0 {
			return "", protowire.ParseError(n)
		}
		size := protowire.ConsumeFieldValue(number, kind, c2s[n:])
		if size < 0 {
			return "", protowire.ParseError(size)
		}
		if number == 4 && kind == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(c2s[n:])
			key = string(value)
		}
		c2s = c2s[n+size:]
	}
	return key, nil
}
