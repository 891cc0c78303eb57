package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
)

// The commands that talk to a gateway that runs. What is asked for goes to stdout, whatever else a person
// should know to stderr.

// answerWithin bounds a request to the gateway, which answers at once.
const answerWithin = 10 * time.Second

// talk is how one of these commands reaches the gateway: without flags, the one with the same environment.
type talk struct {
	flags     *flag.FlagSet
	address   *string
	tokenFile *string
}

func newTalk(name string) talk {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	return talk{
		flags:     flags,
		address:   flags.String("url", ownURL("ws", "/"), "the gateway's `address`"),
		tokenFile: flags.String("token-file", "", "a `file` with the gateway's token, instead of SERVER_TOKEN and SERVER_TOKEN_FILE"),
	}
}

// dial connects to the gateway.
func (t talk) dial(ctx context.Context) (*client.Client, error) {
	token, err := t.token()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	c, err := client.Dial(ctx, *t.address, client.Options{Token: token, HTTPClient: t.direct(), By: string(fsm.ByCommand)})
	if errors.Is(err, client.ErrAddress) {
		return nil, usageError{err}
	}
	return c, explain(err)
}

// direct is how the own gateway is reached, nil for another one.
func (t talk) direct() *http.Client {
	if *t.address != t.flags.Lookup("url").DefValue {
		return nil
	}
	return ownClient()
}

func (t talk) token() (string, error) {
	if *t.tokenFile == "" {
		return ownToken()
	}
	var c checker
	token := c.secret("-token-file", "", *t.tokenFile)
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

// explain adds to an error what a person at this command line can do about it.
func explain(err error) error {
	if _, ok := errors.AsType[*client.UnreachableError](err); ok {
		return fmt.Errorf("%w; does it run, with the same SERVER_HOST and SERVER_PORT? -url names another one", err)
	}
	if r, ok := errors.AsType[*client.RefusedError](err); ok && r.Code == "unauthorized" {
		return fmt.Errorf("%w; set SERVER_TOKEN or SERVER_TOKEN_FILE as for the gateway, or use -token-file", err)
	}
	return err
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

// timedOut makes a gateway that does not answer in time one that is not reached.
func timedOut(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &client.UnreachableError{Err: fmt.Errorf("no answer in time: %w", err)}
	}
	return err
}
