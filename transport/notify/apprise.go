package notify

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// appriseTypes are Apprise's own words for what a message is.
var appriseTypes = map[Urgency]string{Quiet: "success", Normal: "info", Urgent: "warning"}

// newApprise understands apprise://HOST/KEY, apprises:// for TLS, as Apprise itself does, and the address of the API behind
// apprise+https://. The API passes the message on to whatever stands under the key.
func newApprise(u *url.URL) ([]Target, error) {
	q := u.Query()
	scheme := map[string]string{"apprise": "http", "apprises": "https"}[u.Scheme]
	to := *u
	if scheme == "" {
		custom, err := address(u, "")
		if err != nil {
			return nil, err
		}
		to = *custom
	} else {
		to.Scheme, to.RawQuery, to.Fragment = scheme, "", ""
		to.Path = "/notify/" + strings.Trim(u.Path, "/")
	}
	if err := only(q, "tag"); err != nil {
		return nil, err
	}
	if key := strings.Trim(strings.TrimPrefix(to.Path, "/notify"), "/"); to.Host == "" || key == "" {
		return nil, errors.New("no host, or no key")
	}
	return []Target{{Name: "apprise", Send: func(ctx context.Context, m Message) error {
		body := map[string]string{"title": m.Title, "body": m.Whole(), "type": appriseTypes[m.Urgency], "format": "text"}
		if tag := q.Get("tag"); tag != "" {
			body["tag"] = tag
		}
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		a, err := deliver(ctx, http.MethodPost, to.String(), http.Header{"Content-Type": {"application/json"}}, text)
		if err == nil && a.status == http.StatusNoContent {
			return &failure{"it has nothing under the key", true}
		}
		return err
	}}}, nil
}
