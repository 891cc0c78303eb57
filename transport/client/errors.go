package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// ErrClosed is returned for whatever is asked of a [Client] after Close.
var ErrClosed = errors.New("the client is closed")

// ErrAddress is wrapped in the error for an address that is none.
var ErrAddress = errors.New("no address of a gateway, as ws://127.0.0.1:8000/ is one")

// UnreachableError says that no gateway was reached, or that the connection was lost while something was waited for.
// What was sent before that may have been done.
type UnreachableError struct{ Err error }

func (e *UnreachableError) Error() string { return "reach the gateway: " + e.Err.Error() }
func (e *UnreachableError) Unwrap() error { return e.Err }

// RefusedError says that the gateway did not obey. Code is a word of the wire, Message a sentence for a person, and
// Wait, if it is not zero, the time after which it is worth trying again.
type RefusedError struct {
	Code, Message string
	Wait          time.Duration
}

func (e *RefusedError) Error() string { return "refused: " + e.Message }

// maxProblem bounds what is read of an error over HTTP, in bytes. The gateway's own have some three hundred.
const maxProblem = 16 << 10

// refused understands an answer over HTTP that is no success.
func refused(resp *http.Response) error {
	if resp.StatusCode == http.StatusUnauthorized {
		return &RefusedError{Code: "unauthorized", Message: "the gateway wants a token, and it is missing or wrong"}
	}
	var p struct{ Code, Detail string }
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxProblem))
	if json.Unmarshal(text, &p) != nil || p.Code == "" {
		return &UnreachableError{fmt.Errorf("%s answers %s, not as a gateway does", resp.Request.URL.Redacted(), resp.Status)}
	}
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	return &RefusedError{Code: p.Code, Message: p.Detail, Wait: time.Duration(seconds) * time.Second}
}
