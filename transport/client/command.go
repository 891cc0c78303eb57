package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// Status asks for the whole state.
func (c *Client) Status(ctx context.Context) (now Status, err error) {
	f, err := c.ask(ctx, "STATUS")
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

// Init starts the daemon if nothing runs. The gateway obeys a person even where it would not start by itself; Ack.Risk
// then says what that risks.
func (c *Client) Init(ctx context.Context) (Ack, error) { return c.command(ctx, "INIT") }

// Restart stops the daemon and starts it: one more login.
func (c *Client) Restart(ctx context.Context) (Ack, error) { return c.command(ctx, "RESTART") }

// Stop stops the daemon, which stays so until Init or Restart.
func (c *Client) Stop(ctx context.Context) (Ack, error) { return c.command(ctx, "STOP") }

// ResendCode asks the broker for another SMS, which makes the last one void. It is refused within a minute of that.
func (c *Client) ResendCode(ctx context.Context) (Ack, error) { return c.command(ctx, "RESEND_CODE") }

// NewCaptcha asks for another picture.
func (c *Client) NewCaptcha(ctx context.Context) (Ack, error) { return c.command(ctx, "NEW_CAPTCHA") }

func (c *Client) command(ctx context.Context, kind string) (ack Ack, err error) {
	f, err := c.ask(ctx, kind)
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

// ask sends a command without members and returns the frame that answers it.
func (c *Client) ask(ctx context.Context, kind string) (frame, error) {
	l, err := c.connect(ctx)
	if err != nil {
		return frame{}, err
	}
	var a *answered
	id, err := l.call(map[string]any{"type": kind}, func(id string, _ uint64) hearer {
		a = &answered{id: id, done: make(chan struct{})}
		return a
	})
	if err != nil {
		return frame{}, err
	}
	defer l.forget(id)
	switch err := l.wait(ctx, a.done); {
	case err != nil:
		return frame{}, fmt.Errorf("%s: %w", kind, err)
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

// get fetches what the gateway has over HTTP. A longer answer than limit, in bytes, is none of a gateway.
func (c *Client) get(ctx context.Context, path string, limit int64) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.JoinPath(path).String(), nil)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", path, err)
	}
	r.Header = c.header()
	resp, err := c.options.HTTPClient.Do(r)
	if err != nil {
		return nil, &UnreachableError{err}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
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
