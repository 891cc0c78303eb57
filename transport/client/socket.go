package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coder/websocket"
)

const (
	protocol = "futuopend.v2"
	// dialWithin bounds the connecting, greeting included; a gateway greets within milliseconds.
	dialWithin = 10 * time.Second
	// writeWithin bounds the sending of a frame, which has under 200 bytes.
	writeWithin = 5 * time.Second
	// silentFor: the gateway pings every 20 s, so a connection that is silent for longer is dead.
	silentFor = 45 * time.Second
	// maxFrame bounds a frame, in bytes; the longest of the gateway's, an event with a detail, has less than 64 KiB.
	maxFrame = 1 << 20
)

// socket is a connection that closes itself when the gateway is silent for too long.
type socket struct {
	conn  *websocket.Conn
	alarm *time.Timer
}

// next returns the next frame. If ctx ends before there is one, the connection ends, too.
func (s *socket) next(ctx context.Context) (frame, error) {
	_, b, err := s.conn.Read(ctx)
	if err != nil {
		return frame{}, err
	}
	s.heard()
	return parse(b), nil
}

// heard takes note that the gateway lives. The connection calls it from Read.
func (s *socket) heard() { s.alarm.Reset(silentFor) }

// send is safe for concurrent use. A caller's context must not end a connection that others use, so it has its own bound.
func (s *socket) send(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		panic("client: " + err.Error()) // texts and numbers only
	}
	ctx, cancel := context.WithTimeout(context.Background(), writeWithin)
	defer cancel()
	if err := s.conn.Write(ctx, websocket.MessageText, b); err != nil {
		return &UnreachableError{err}
	}
	return nil
}

// subscribe asks for every event after a sequence number. Its ACK has no id, so nobody waits for it.
func (s *socket) subscribe(after uint64) error {
	return s.send(map[string]any{"type": "SUBSCRIBE", "after": after})
}

func (s *socket) close() {
	s.alarm.Stop()
	s.conn.CloseNow()
}

// dial connects, takes the greeting, and subscribes to what comes after it.
func (c *Client) dial(ctx context.Context) (*socket, Status, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	s := &socket{}
	conn, resp, err := websocket.Dial(ctx, c.base.String(), &websocket.DialOptions{
		HTTPClient: c.options.HTTPClient, HTTPHeader: c.header(), Subprotocols: []string{protocol},
		OnPingReceived: func(context.Context, []byte) bool { s.heard(); return true },
	})
	if err != nil && resp != nil && resp.StatusCode != http.StatusSwitchingProtocols {
		return nil, Status{}, refused(resp)
	}
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // what the network says, without how it was asked
		}
		return nil, Status{}, &UnreachableError{err}
	}
	conn.SetReadLimit(maxFrame)
	s.conn, s.alarm = conn, time.AfterFunc(silentFor, func() { conn.CloseNow() })
	if conn.Subprotocol() != protocol {
		s.close()
		return nil, Status{}, &UnreachableError{fmt.Errorf("what answers there does not speak %s", protocol)}
	}
	f, err := s.next(ctx)
	if err != nil {
		s.close()
		return nil, Status{}, &UnreachableError{err}
	}
	var now Status
	f.read(&now)
	return s, now, nil
}

func (c *Client) header() http.Header {
	h := http.Header{}
	if c.options.Token != "" {
		h.Set("Authorization", "Bearer "+c.options.Token)
	}
	return h
}
