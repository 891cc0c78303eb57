package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/coder/websocket"
)

// The beginnings of the frames that are waited for, as wire version 1 has them byte for byte.
const (
	requestCode = `{"type":"REQUEST_CODE"`
	connected   = `{"type":"CONNECTED"`
	status      = `{"type":"STATUS"`
	refusal     = `{"type":"ERROR"`
)

// client is one WebSocket client.
type client struct{ conn *websocket.Conn }

func dial(ctx context.Context, address string) (*client, error) {
	conn, _, err := websocket.Dial(ctx, "ws://"+address+"/", nil)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &client{conn}, nil
}

// close goes without a goodbye: nothing is measured any more.
func (c *client) close() { c.conn.CloseNow() }

func (c *client) send(ctx context.Context, frame string) error {
	if err := c.conn.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

// submit sends a code.
func (c *client) submit(ctx context.Context, code string) error {
	return c.send(ctx, `{"type":"VERIFY_CODE","code":"`+code+`"}`)
}

// await reads until a frame begins with want. A refusal is an error: nothing that the bench sends is wrong.
func (c *client) await(ctx context.Context, want string) error {
	for {
		_, b, err := c.conn.Read(ctx)
		if err != nil {
			return fmt.Errorf("wait for %s}: %w", want, err)
		}
		switch frame := string(b); {
		case strings.HasPrefix(frame, want):
			return nil
		case strings.HasPrefix(frame, refusal):
			return fmt.Errorf("wait for %s}: got %s", want, frame)
		}
	}
}

// askStatus is one round trip that touches neither the daemon nor the disk.
func (c *client) askStatus(ctx context.Context) error {
	if err := c.send(ctx, `{"type":"STATUS"}`); err != nil {
		return err
	}
	return c.await(ctx, status)
}

// submitWrong is one round trip through the daemon: a wrong code, and the next request.
func (c *client) submitWrong(ctx context.Context) error {
	if err := c.submit(ctx, wrongCode); err != nil {
		return err
	}
	return c.await(ctx, requestCode)
}
