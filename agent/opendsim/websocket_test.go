package opendsim_test

import (
	"context"
	"encoding/binary"
	"net"
	"testing"

	"github.com/coder/websocket"

	"github.com/ostai/futuopend-gateway/agent/openapi"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// page is a client of the WebSocket.
type page struct {
	t      *testing.T
	socket *websocket.Conn
	serial uint64
}

func open(t *testing.T, address string) *page {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	socket, _, err := websocket.Dial(ctx, "ws://"+address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.CloseNow() })
	return &page{t: t, socket: socket}
}

// read returns a message: its command, its number, the error in its header, and the answer.
func (p *page) read() (id uint32, serial uint64, failed int32, answer openapi.Response) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	_, m, err := p.socket.Read(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(m) < 44 || string(m[:8]) != "ft-v1.0\x00" {
		p.t.Fatalf("got % x", m)
	}
	if answer, err = openapi.DecodeResponse(m[44:]); err != nil {
		p.t.Fatal(err)
	}
	return binary.BigEndian.Uint32(m[8:]), binary.BigEndian.Uint64(m[12:]), int32(binary.BigEndian.Uint32(m[20:])), answer
}

func (p *page) ask(id uint32, c2s []byte) (failed int32, answer openapi.Response) {
	p.t.Helper()
	p.serial++
	m := binary.BigEndian.AppendUint32([]byte("ft-v1.0\x00"), id)
	m = append(binary.BigEndian.AppendUint64(m, p.serial), openapi.EncodeRequest(c2s)...)
	if err := p.socket.Write(p.t.Context(), websocket.MessageBinary, m); err != nil {
		p.t.Fatal(err)
	}
	for {
		got, serial, failed, answer := p.read()
		if serial == 0 {
			continue // a push
		}
		if got != id || serial != p.serial {
			p.t.Fatalf("got an answer to %d of command %d, want to %d of %d", serial, got, p.serial, id)
		}
		return failed, answer
	}
}

// init is the command for the first message, with the MD5 of a key.
func (p *page) init(key string) (failed int32, answer openapi.Response) {
	p.t.Helper()
	return p.ask(1, append([]byte{4<<3 | 2, byte(len(key))}, key...))
}

func TestTheWebSocketOpensAfterTheLogin(t *testing.T) {
	t.Parallel()
	port := testbed.FreePort(t)
	r := start(t, "sms", "-api=ready", "-api_port=0", "-websocket_port="+port)
	r.await(t, "请求手机验证码成功")
	if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
		c.Close()
		t.Error("it is open before the login")
	}
	r.enter(t, rightCode)
	r.await(t, "WebSocket监听地址: 127.0.0.1:"+port)
}

func TestTheWebSocketAnswersAndPushes(t *testing.T) {
	t.Parallel()
	r := start(t, "session-lost", "-api=ready", "-api_port=0", "-websocket_port=0", "-pace=5ms")
	p := open(t, r.value(t, "WebSocket监听地址: "))
	if failed, answer := p.ask(openapi.IDGetGlobalState, openapi.GlobalRequest{}.Encode()); failed != 0 || answer.RetType != openapi.RetFailed {
		t.Errorf("got %d, %+v before the first message, want it refused", failed, answer)
	}
	if failed, answer := p.init(""); failed != 0 || answer.RetType != openapi.RetOK {
		t.Fatalf("got %d, %+v", failed, answer)
	}
	_, answer := p.ask(openapi.IDGetGlobalState, openapi.GlobalRequest{}.Encode())
	if state, err := openapi.DecodeGlobalState(answer.S2C); err != nil || !state.QotLogined || state.ServerVer != 1009 {
		t.Errorf("got %+v, %v", state, err)
	}
	for {
		id, serial, _, answer := p.read()
		n, err := openapi.DecodeNotify(answer.S2C)
		if err != nil || id != openapi.IDNotify || serial != 0 {
			t.Fatalf("got command %d, number %d, %v, want a push", id, serial, err)
		}
		if n.Conn != nil && !n.Conn.QotLogined {
			break
		}
	}
	r.stop(t)
}

func TestTheWebSocketWantsItsKey(t *testing.T) {
	t.Parallel()
	const right = "5ebe2294ecd0e0f08eab7690d2a6ee69"
	r := start(t, "ok", "-api=ready", "-api_port=0", "-websocket_port=0", "-websocket_key_md5="+right)
	address := r.value(t, "WebSocket监听地址: ")
	for key, ok := range map[string]bool{right: true, "": false, "secret": false} {
		failed, answer := open(t, address).init(key)
		if (failed == 0) != ok || (answer.RetType == openapi.RetOK) != ok {
			t.Errorf("key %q: got %d, %+v", key, failed, answer)
		}
	}
}

func TestAMessageThatIsNoneEndsTheWebSocket(t *testing.T) {
	t.Parallel()
	r := start(t, "ok", "-api=ready", "-api_port=0", "-websocket_port=0")
	p := open(t, r.value(t, "WebSocket监听地址: "))
	if err := p.socket.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, m, err := p.socket.Read(t.Context()); err == nil {
		t.Errorf("got % x, want the end", m)
	}
}
