package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"time"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// The commands that talk to a gateway that runs. What is asked for goes to stdout, whatever else a person
// should know to stderr.

// answerWithin bounds a request to the gateway, which answers at once.
const answerWithin = 10 * time.Second

// talk is how one of these commands reaches the gateway: without flags, the one with the same environment.
type talk struct{ call }

// address is the gateway's.
func (t talk) address() string { return cmp.Or(t.text("url"), ownURL("ws", "/")) }

// dial connects to the gateway.
func (t talk) dial(ctx context.Context) (*client.Client, error) {
	token, err := t.token()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	c, err := client.Dial(ctx, t.address(), client.Options{Token: token, HTTPClient: t.direct(), By: string(fsm.ByCommand)})
	if errors.Is(err, client.ErrAddress) {
		return nil, usageError{err}
	}
	return c, err
}

// direct is how the own gateway is reached, nil for another one.
func (t talk) direct() *http.Client {
	if t.address() != ownURL("ws", "/") {
		return nil
	}
	return ownClient()
}

func (t talk) token() (string, error) {
	file := t.text("token-file")
	if file == "" {
		return ownToken()
	}
	var c checker
	token := c.secret("-token-file", "", file)
	return token, c.asUsage()
}

// ownToken is the token of a gateway with the same environment, the one that allows most, empty if it has none.
func ownToken() (string, error) {
	e, _ := ownEnvironment()
	var c checker
	token := c.secret("SERVER_TOKEN", e.Token, e.TokenFile)
	if token == "" {
		token = c.secret("ANSWER_TOKEN", e.AnswerToken, e.AnswerTokenFile)
	}
	if token == "" {
		token = c.secret("READ_TOKEN", e.ReadToken, e.ReadTokenFile)
	}
	return token, c.asUsage()
}

// asUsage is what is wrong with a secret, if anything is.
func (c *checker) asUsage() error {
	if len(c.problems) == 0 {
		return nil
	}
	return usageError{c.problems}
}

// inWords says what came of a command in the person's language, with what can be done about it at this command line.
func inWords(err error) string {
	if said, ok := errors.AsType[*saidError](err); ok {
		return said.text
	}
	if away, ok := errors.AsType[*client.UnreachableError](err); ok {
		return say("talk.unreachable", "error", unreached(away.Err))
	}
	if f, ok := errors.AsType[*daemon.Fault](err); ok {
		return faultInWords(f)
	}
	r, ok := errors.AsType[*client.RefusedError](err)
	switch {
	case !ok:
		return words.Detail(spoken(), err.Error())
	case r.Code == "unauthorized":
		return say("talk.unauthorized")
	case spoken() == words.English:
		return err.Error() // the wire is in English
	}
	text := words.Text(spoken(), "error."+r.Code, "message", r.Message, "wait", fmt.Sprint(int(r.Wait.Seconds())))
	return say("talk.refused", "why", cmp.Or(text, say("error.other", "message", r.Message, "error", r.Code)))
}

// unreached is why a gateway was not reached.
func unreached(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return say("talk.nobody")
	case errors.Is(err, context.DeadlineExceeded):
		return say("talk.no_answer")
	}
	return plainly(err)
}

// with runs one short command on a connection. Nothing in it waits for a person or for the daemon.
func (t talk) with(ctx context.Context, do func(context.Context, *client.Client) error) error {
	c, err := t.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	return timedOut(do(ctx, c))
}

// timedOut turns a timeout into an UnreachableError.
func timedOut(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &client.UnreachableError{Err: fmt.Errorf("no answer in time: %w", err)}
	}
	return err
}

// printed prints a line that was asked for.
func printed(text string) error {
	if _, err := fmt.Println(text); err != nil {
		return failed("talk.failed.print", err)
	}
	return nil
}
