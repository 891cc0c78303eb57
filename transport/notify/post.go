package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
)

// maxAnswer bounds, in bytes, what is read of an answer.
const maxAnswer = 64 << 10

// sender makes the requests that are ours. It follows no redirect: what it sends, and the address that it sends to, are secrets.
var sender = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// post sends a value as JSON, and returns what the server answered.
func post(ctx context.Context, to string, v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	a, err := deliver(ctx, http.MethodPost, to, http.Header{"Content-Type": {"application/json"}}, body)
	return a.body, err
}

// answer is what a server answered with 2xx.
type answer struct {
	status int
	body   []byte // at most maxAnswer bytes
}

// deliver makes one request. An answer other than 2xx is a [statusError].
func deliver(ctx context.Context, method, to string, header http.Header, body []byte) (answer, error) {
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), method, to, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", "futuopend-gateway")
	res, err := sender.Do(req)
	if err != nil && !connected.Load() {
		return answer{}, neverLeft{err}
	}
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return answer{}, statusError(res.StatusCode)
	}
	said, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	return answer{res.StatusCode, said}, err
}

// declined is the error of a service that answers 200 and does not take the message.
func declined(code int) error {
	return &failure{fmt.Sprintf("it answered that it does not take the message (%d)", code), true}
}

// garbled is the error of an answer that is none of the service's.
var garbled = &failure{"its answer was not understood", false}

// answers reads the member with the code of an answer, and returns an error unless it is the good one.
func answers(body []byte, member string, good int) error {
	var said map[string]json.RawMessage
	var code *int
	if json.Unmarshal(body, &said) != nil || json.Unmarshal(said[member], &code) != nil || code == nil {
		return garbled
	}
	if *code != good {
		return declined(*code)
	}
	return nil
}

// address is where the service of a URL is reached: what follows NAME+ is the scheme of an address of its own; without, the
// standard is taken. It has no query.
func address(u *url.URL, standard string) (*url.URL, error) {
	_, scheme, custom := strings.Cut(u.Scheme, "+")
	if !custom {
		return url.Parse(standard)
	}
	if scheme != "http" && scheme != "https" || u.Host == "" {
		return nil, errors.New("no http or https address")
	}
	out := *u
	out.Scheme, out.RawQuery, out.ForceQuery, out.Fragment = scheme, "", false, ""
	return &out, nil
}

// only reports whether a query has nothing but the names. One that is misspelt would be silently without effect.
func only(q url.Values, names ...string) error {
	for name := range q {
		known := false
		for _, n := range names {
			known = known || n == name
		}
		if !known {
			return errors.New("a parameter that is not known")
		}
	}
	return nil
}
