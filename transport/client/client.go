// Package client speaks wire version 1 to a gateway that runs.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/coder/websocket"
)

// ErrRefused is returned for a code that the gateway refused or the broker did not take. Its text says which.
var ErrRefused = errors.New("refused")

// awaitingCode and connected are numbers of the wire.
const (
	awaitingCode = 1
	connected    = 3
)

// message is any frame of the server.
type message struct {
	Type    string `json:"type"`
	Status  int    `json:"status"`
	Message string `json:"message"`
}

// SubmitCode gives a code to the gateway at url and waits until ctx ends for what becomes of it. token may be
// empty. It returns a sentence for a person, or an error that wraps [ErrRefused].
func SubmitCode(ctx context.Context, url, token, code string) (outcome string, err error) {
	header := http.Header{}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	conn, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: header})
	if resp != nil && resp.StatusCode == http.StatusUnauthorized {
		return "", fmt.Errorf("%w: the gateway wants a token; set SERVER_TOKEN or SERVER_TOKEN_FILE as for the gateway", ErrRefused)
	}
	if err != nil {
		return "", fmt.Errorf("reach the gateway: %w", err)
	}
	defer conn.CloseNow()
	c := session{ctx, conn}

	status, err := c.status()
	if err != nil {
		return "", err
	}
	if status == connected {
		return "the account is logged in already; no code is wanted", nil
	}
	if err := c.send(map[string]string{"type": "VERIFY_CODE", "code": code}); err != nil {
		return "", err
	}
	if status != awaitingCode {
		return c.early()
	}
	return c.outcome()
}

// early tells what became of a code that nobody asked for. The gateway answers frames in turn, so that a
// refusal comes before the status.
func (c session) early() (string, error) {
	if err := c.send(map[string]string{"type": "STATUS"}); err != nil {
		return "", err
	}
	for {
		m, err := c.receive()
		if err != nil {
			return "", err
		}
		switch m.Type {
		case "ERROR":
			return "", fmt.Errorf("%w: %s", ErrRefused, m.Message)
		case "STATUS":
			return "no code is wanted yet; this one is held for five minutes and answers the first request", nil
		}
	}
}

// session is one connection while its context lasts.
type session struct {
	ctx  context.Context
	conn *websocket.Conn
}

func (c session) send(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	if err := c.conn.Write(c.ctx, websocket.MessageText, b); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

func (c session) receive() (m message, err error) {
	_, b, err := c.conn.Read(c.ctx)
	if err != nil {
		return m, fmt.Errorf("receive: %w", err)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("receive: %w", err)
	}
	return m, nil
}

// status asks for the state. In the state that wants a code it also takes in the request that a client is
// greeted with, so that a later one can only mean that the code was wrong.
func (c session) status() (int, error) {
	if err := c.send(map[string]string{"type": "STATUS"}); err != nil {
		return 0, err
	}
	greeted, status := false, 0
	for answered := false; !answered || status == awaitingCode && !greeted; {
		m, err := c.receive()
		if err != nil {
			return 0, err
		}
		switch m.Type {
		case "STATUS":
			answered, status = true, m.Status
		case "REQUEST_CODE":
			greeted = true
		}
	}
	return status, nil
}

// outcome waits for what became of the code.
func (c session) outcome() (string, error) {
	for {
		m, err := c.receive()
		if err != nil {
			return "", err
		}
		switch m.Type {
		case "CONNECTED":
			return "accepted: the account is logged in", nil
		case "ERROR":
			return "", fmt.Errorf("%w: %s", ErrRefused, m.Message)
		case "REQUEST_CODE":
			return "", fmt.Errorf("%w: the code was wrong or too old; another one is wanted", ErrRefused)
		case "REQUEST_CAPTCHA", "REQUEST_PASSWORD":
			return "the code was taken; the daemon wants something else as well: " + m.Type, nil
		case "CLOSED", "HALTED":
			return "", fmt.Errorf("%w: the login failed; the gateway's log says why", ErrRefused)
		}
	}
}
