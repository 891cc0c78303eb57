package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/util/jsonclient"
)

// statusError is an HTTP status that says that a message was not taken.
type statusError int

func (e statusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("it answered %d %s", int(e), http.StatusText(int(e))))
}

// status finds the HTTP status in the text of an error, which some services make of it.
var status = regexp.MustCompile(`(?i)(?:status|code|response)\D{0,20}\b([345]\d\d)\b`)

// causes are what the library's errors say, with what is told of it.
var causes = []struct{ says, told string }{
	{"connection refused", "the connection was refused"},
	{"no such host", "there is no host of that name"},
	{"server misbehaving", "the name of its host cannot be looked up"},
	{"network is unreachable", "the network cannot be reached"},
	{"no route to host", "the host cannot be reached"},
	{"connection reset", "the connection was reset"},
	{"certificate", "its certificate is not valid"},
	{"tls:", "there is no secure connection to it"},
	{"timeout", errTimeout.Error()},
	{"deadline exceeded", errTimeout.Error()},
	{"EOF", "it ended the connection without an answer"},
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
	if answer, ok := errors.AsType[jsonclient.Error](err); ok && answer.StatusCode >= 400 {
		return statusError(answer.StatusCode)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return errTimeout
	}
	text := err.Error()
	for _, c := range causes {
		if strings.Contains(text, c.says) {
			return errors.New(c.told)
		}
	}
	if m := status.FindStringSubmatch(text); m != nil {
		code, _ := strconv.Atoi(m[1]) // the pattern has digits alone
		return statusError(code)
	}
	return errors.New("it did not take the message; the reason may have a secret and is not shown")
}
