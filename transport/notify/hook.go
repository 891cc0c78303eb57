package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// SignatureHeader has the HMAC-SHA256 of a hook's body, by the secret that both know, as sha256=HEX.
const SignatureHeader = "X-Futuopend-Signature"

// hookBody is what a hook gets, before the members of the state, which are those of GET /status.
type hookBody struct {
	Event   fsm.Kind  `json:"event"` // the kind of the journal's entry that it is sent for
	At      time.Time `json:"at"`
	Title   string    `json:"title"`
	Text    string    `json:"text"`
	Link    string    `json:"link,omitempty"`
	Name    string    `json:"name,omitempty"`
	Account string    `json:"account,omitempty"`
}

// newHook understands hook+https://… and hook+http://…, with the secret as ?secret=…, which is not sent.
func newHook(u *url.URL) ([]Target, error) {
	if !strings.Contains(u.Scheme, "+") {
		return nil, errors.New("neither hook+https nor hook+http")
	}
	to, err := address(u, "")
	if err != nil {
		return nil, err
	}
	q := u.Query()
	secret := q.Get("secret")
	if q.Has("secret") && secret == "" {
		return nil, errors.New("an empty secret")
	}
	q.Del("secret")
	to.RawQuery = q.Encode()
	return []Target{{Name: "hook", Send: func(ctx context.Context, m Message) error {
		body, err := m.hook()
		if err != nil {
			return err
		}
		header := http.Header{"Content-Type": {"application/json"}}
		if secret != "" {
			header.Set(SignatureHeader, Sign(secret, body))
		}
		_, err = deliver(ctx, http.MethodPost, to.String(), header, body)
		return err
	}}}, nil
}

// Sign is the signature of a body: sha256= and the HMAC-SHA256 in hexadecimal digits.
func Sign(secret string, body []byte) string {
	sum := hmac.New(sha256.New, []byte(secret))
	sum.Write(body)
	return "sha256=" + hex.EncodeToString(sum.Sum(nil))
}

// hook is one JSON object with a message and the state.
func (m Message) hook() ([]byte, error) {
	body, err := json.Marshal(hookBody{m.Event, m.At.UTC(), m.Title, m.Text, m.Link, m.Name, m.Account})
	if err != nil || len(m.State) < len(`{"":0}`) {
		return body, err
	}
	return append(append(body[:len(body)-1], ','), m.State[1:]...), nil
}
