package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Status asks for the whole state.
func (c *Client) Status(ctx context.Context) (now Status, err error) {
	f, err := c.ask(ctx, map[string]any{"type": "STATUS"})
	if err == nil {
		f.read(&now)
	}
	return now, err
}

// maxStatus bounds a status, in bytes. Today's have under two thousand.
const maxStatus = 1 << 20

// StatusJSON asks for the whole state as the gateway tells it: one JSON object, with members that this version of
// the package may not know.
func (c *Client) StatusJSON(ctx context.Context) ([]byte, error) {
	return c.get(ctx, "status", maxStatus)
}

// Init starts the daemon if nothing runs. A start that is not safe is refused as not_safe: it would repeat a refusal, or
// exceed what the broker tolerates.
func (c *Client) Init(ctx context.Context) (Ack, error) { return c.command(ctx, "INIT") }

// Restart stops the daemon and starts it: one more login. It is refused as [Client.Init] is.
func (c *Client) Restart(ctx context.Context) (Ack, error) { return c.command(ctx, "RESTART") }

// InitAgain starts the daemon even where that is not safe. It is for a person who was asked: Ack.Risk says what it risks, and the
// gateway takes one a minute. No program should call it by itself, because each may be one more wrong password.
func (c *Client) InitAgain(ctx context.Context) (Ack, error) { return c.again(ctx, "INIT") }

// RestartAgain is for Restart what [Client.InitAgain] is for Init.
func (c *Client) RestartAgain(ctx context.Context) (Ack, error) { return c.again(ctx, "RESTART") }

// Stop stops the daemon, which stays so until Init or Restart.
func (c *Client) Stop(ctx context.Context) (Ack, error) { return c.command(ctx, "STOP") }

// ResendCode asks the broker for another SMS, which makes the last one void. It is refused within a minute of that.
func (c *Client) ResendCode(ctx context.Context) (Ack, error) { return c.command(ctx, "RESEND_CODE") }

// NewCaptcha asks for another picture.
func (c *Client) NewCaptcha(ctx context.Context) (Ack, error) { return c.command(ctx, "NEW_CAPTCHA") }

func (c *Client) command(ctx context.Context, kind string) (Ack, error) {
	return c.order(ctx, map[string]any{"type": kind})
}

func (c *Client) again(ctx context.Context, kind string) (Ack, error) {
	return c.order(ctx, map[string]any{"type": kind, "again": true})
}

// order sends a command that is answered with ACK.
func (c *Client) order(ctx context.Context, command map[string]any) (ack Ack, err error) {
	f, err := c.ask(ctx, command)
	if err == nil {
		f.read(&ack)
	}
	return ack, err
}

// answered waits for the one frame that answers a command.
type answered struct {
	id    string
	frame frame // set before done is closed
	done  chan struct{}
}

func (a *answered) hear(f frame) bool {
	if f.ID != a.id {
		return false
	}
	a.frame = f
	close(a.done)
	return true
}

// ask sends a command and returns the frame that answers it.
func (c *Client) ask(ctx context.Context, command map[string]any) (frame, error) {
	l, err := c.connect(ctx)
	if err != nil {
		return frame{}, err
	}
	var a *answered
	id, err := l.call(command, func(id string, _ uint64) hearer {
		a = &answered{id: id, done: make(chan struct{})}
		return a
	})
	if err != nil {
		return frame{}, err
	}
	defer l.forget(id)
	switch err := l.wait(ctx, a.done); {
	case err != nil:
		return frame{}, fmt.Errorf("%s: %w", command["type"], err)
	case a.frame.Type == "ERROR":
		return frame{}, a.frame.refusal()
	}
	return a.frame, nil
}

// maxPicture bounds a captcha's picture, in bytes. The daemon's have under ten thousand.
const maxPicture = 1 << 20

// Captcha returns the picture that is to be read, a PNG. It is refused as picture_missing while the daemon has not
// written it yet.
func (c *Client) Captcha(ctx context.Context) ([]byte, error) {
	return c.get(ctx, "captcha.png", maxPicture)
}

// maxLines bounds the daemon's latest output, in bytes: the gateway keeps 64 lines.
const maxLines = 1 << 20

// Lines is the daemon's latest output, at most 64 lines, oldest first, without codes and passwords.
func (c *Client) Lines(ctx context.Context) ([]string, error) {
	body, err := c.get(ctx, "lines", maxLines)
	if err != nil {
		return nil, err
	}
	var f struct{ Lines []string }
	if err := json.Unmarshal(body, &f); err != nil {
		return nil, &UnreachableError{fmt.Errorf("understand the lines: %w", err)}
	}
	return f.Lines, nil
}

// maxReport bounds a report, in bytes. Today's have under a tenth of that.
const maxReport = 1 << 20

// Report is a text about the gateway that can be pasted into an issue: without account, codes, addresses and paths. It takes some seconds.
func (c *Client) Report(ctx context.Context) ([]byte, error) { return c.get(ctx, "report", maxReport) }

// Password hands over the login password, which the daemon asks for. The gateway types it once and keeps it nowhere. It is refused
// to whoever is not on the gateway's machine.
func (c *Client) Password(ctx context.Context, password string) error {
	body, err := json.Marshal(map[string]string{"password": password})
	if err != nil {
		return fmt.Errorf("hand over the password: %w", err)
	}
	_, err = c.fetch(ctx, http.MethodPost, "password", bytes.NewReader(body), http.StatusAccepted, maxStatus)
	return err
}

// get fetches what the gateway has over HTTP. An answer longer than limit, in bytes, does not come from a gateway.
func (c *Client) get(ctx context.Context, path string, limit int64) ([]byte, error) {
	return c.fetch(ctx, http.MethodGet, path, nil, http.StatusOK, limit)
}

// fetch makes one request, whose answer is good with one status only.
func (c *Client) fetch(ctx context.Context, method, path string, sent io.Reader, good int, limit int64) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base.JoinPath(path).String(), sent)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", path, err)
	}
	r.Header = c.header()
	resp, err := c.options.HTTPClient.Do(r)
	if err != nil {
		return nil, &UnreachableError{err}
	}
	defer resp.Body.Close()
	if resp.StatusCode != good {
		return nil, refused(resp)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = fmt.Errorf("%s has more than %d bytes", path, limit)
	}
	if err != nil {
		return nil, &UnreachableError{err}
	}
	return body, nil
}
