package notify

import (
	"context"
	"errors"
	"net/url"
	"strings"
)

// pushPlusAPI takes a message of PushPlus, by https://www.pushplus.plus/doc/guide/api.html.
const pushPlusAPI = "https://www.pushplus.plus/send"

// newPushPlus understands pushplus://TOKEN?topic=…&channel=…, and an address of its own behind pushplus+https:// with the token in the query.
func newPushPlus(u *url.URL) ([]Target, error) {
	q := u.Query()
	to, err := address(u, pushPlusAPI)
	token := q.Get("token")
	if !strings.Contains(u.Scheme, "+") {
		token = u.Host
	}
	if err := errors.Join(err, only(q, "token", "topic", "channel", "to", "webhook")); err != nil {
		return nil, err
	}
	if token == "" {
		return nil, errors.New("no token")
	}
	return []Target{{Name: "pushplus", Send: func(ctx context.Context, m Message) error {
		body := map[string]string{"token": token, "title": m.Title, "content": m.Whole(), "template": "txt"}
		for _, name := range []string{"topic", "channel", "to", "webhook"} {
			if v := q.Get(name); v != "" {
				body[name] = v
			}
		}
		answer, err := post(ctx, to.String(), body)
		if err != nil {
			return err
		}
		return answers(answer, "code", 200)
	}}}, nil
}
