package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/nicholas-fedor/shoutrrr/pkg/util/jsonclient"
)

// statusError is an HTTP status that says that a message was not taken.
type statusError int

func (e statusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("it answered %d %s", int(e), http.StatusText(int(e))))
}

// failure is why a message was not sent, or may not have been.
type failure struct {
	told  string
	never bool // it certainly did not leave
}

func (f *failure) Error() string { return f.told }

// neverLeft is an error of a send that had no connection yet.
type neverLeft struct{ error }

func (e neverLeft) Unwrap() error { return e.error }

// unsent reports whether the server certainly has not taken a message, so that it can be sent again. A server that
// says so is believed, but for 504: there a proxy does not know. Services have no way to say that two are one.
func unsent(err error) bool {
	if code, ok := errors.AsType[statusError](err); ok {
		return code != http.StatusGatewayTimeout
	}
	f, ok := errors.AsType[*failure](err)
	return ok && f.never
}

// status finds the HTTP status in the text of an error, which some services make of it.
var status = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:status|code|response)\D{0,20}\b([345]\d\d)\b`)
})

// causes are what the library's errors say, with what is told of it, and whether it happens before anything is sent.
var causes = []struct {
	says  string
	told  string
	never bool
}{
	{"server response:", "it answered that it does not take the message", true}, // how ntfy's errors begin
	{"connection refused", "the connection was refused", true},
	{"no such host", "there is no host of that name", true},
	{"server misbehaving", "the name of its host cannot be looked up", true},
	{"network is unreachable", "the network cannot be reached", true},
	{"no route to host", "the host cannot be reached", true},
	{"connection reset", "the connection was reset", false},
	{"certificate", "its certificate is not valid", true},
	{"TLS handshake", "there is no secure connection to it", true},
	{"tls:", "there is no secure connection to it", true},
	{"timeout", errTimeout.told, false},
	{"deadline exceeded", errTimeout.told, false},
	{"EOF", "it ended the connection without an answer", false},
}

// safe turns an error of a send into one of a few. The library puts URLs, tokens and what the server
// answered into its errors, so nothing of their text may get out.
func safe(err error) error {
	if err == nil {
		return nil
	}
	if code, ok := errors.AsType[statusError](err); ok {
		return code
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f // it is ours
	}
	if answer, ok := errors.AsType[jsonclient.Error](err); ok && answer.StatusCode >= 400 {
		return statusError(answer.StatusCode)
	}
	text := err.Error()
	_, never := errors.AsType[neverLeft](err)
	never = never || strings.Contains(text, "dial tcp")
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &failure{errTimeout.told, never}
	}
	for _, c := range causes {
		if strings.Contains(text, c.says) {
			return &failure{c.told, never || c.never}
		}
	}
	if m := status().FindStringSubmatch(text); m != nil {
		code, _ := strconv.Atoi(m[1]) // the pattern has digits alone
		return statusError(code)
	}
	return &failure{"it did not take the message, or its answer was not understood; the reason may have a secret and is not shown", never}
}
