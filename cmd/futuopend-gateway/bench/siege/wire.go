package siege

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// The opcodes of a WebSocket, and the bit that ends a message.
const (
	opText  = 0x1
	opClose = 0x8
	opPing  = 0x9
	opPong  = 0xa
	fin     = 0x80
)

// frame is one frame of a client, with a mask of zeros: the payload stands there as it is.
func frame(first byte, payload string) string {
	var b bytes.Buffer
	b.WriteByte(first)
	switch n := len(payload); {
	case n < 126:
		b.WriteByte(0x80 | byte(n))
	case n < 1<<16:
		b.WriteByte(0x80 | 126)
		b.Write(binary.BigEndian.AppendUint16(nil, uint16(n)))
	default:
		b.WriteByte(0x80 | 127)
		b.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	}
	b.Write([]byte{0, 0, 0, 0})
	b.WriteString(payload)
	return b.String()
}

func text(payload string) string { return frame(fin|opText, payload) }

// request is one of HTTP.
func request(method, path, body string) string {
	head := method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
	if method == http.MethodPost {
		head += fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	return head + "\r\n" + body
}

// upgrade asks for a WebSocket.
func upgrade(protocol string) string {
	head := "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
	if protocol != "" {
		head += "Sec-WebSocket-Protocol: " + protocol + "\r\n"
	}
	return head + "\r\n"
}

// dial connects over TCP.
func dial(ctx context.Context, address string) (net.Conn, error) {
	return (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", address)
}

// Client is an honest client of version 1 of the wire.
type Client struct {
	conn net.Conn
	in   *bufio.Reader
}

// Dial connects one. Each later wait is bounded by ten seconds.
func Dial(ctx context.Context, address string) (*Client, error) {
	conn, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	c := &Client{conn, bufio.NewReader(conn)}
	if err := c.greet(); err != nil {
		conn.Close()
		return nil, fmt.Errorf("connect: %w", err)
	}
	return c, nil
}

func (c *Client) greet() error {
	if err := c.say(upgrade("")); err != nil {
		return err
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return errors.New(resp.Status)
	}
	return nil
}

func (c *Client) say(s string) error {
	if err := c.conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	_, err := io.WriteString(c.conn, s)
	return err
}

// Close goes without a goodbye.
func (c *Client) Close() { c.conn.Close() }

// Status asks for the status, and reads until it comes. Pings are answered.
func (c *Client) Status() error {
	if err := c.say(text(`{"type":"STATUS"}`)); err != nil {
		return err
	}
	for {
		op, payload, err := c.read()
		switch {
		case err != nil:
			return fmt.Errorf("wait for the status: %w", err)
		case op == opPing:
			if err := c.say(frame(fin|opPong, payload)); err != nil {
				return err
			}
		case op == opText && strings.HasPrefix(payload, `{"type":"STATUS"`):
			return nil
		}
	}
}

// read takes one frame. The gateway's are short and whole.
func (c *Client) read() (op byte, payload string, err error) {
	var head [2]byte
	if _, err := io.ReadFull(c.in, head[:]); err != nil {
		return 0, "", err
	}
	size := int(head[1] & 0x7f)
	if size == 126 {
		var long [2]byte
		if _, err := io.ReadFull(c.in, long[:]); err != nil {
			return 0, "", err
		}
		size = int(binary.BigEndian.Uint16(long[:]))
	}
	b := make([]byte, size)
	_, err = io.ReadFull(c.in, b)
	return head[0] & 0xf, string(b), err
}
