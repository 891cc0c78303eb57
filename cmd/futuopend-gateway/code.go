package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/ostai/futuopend-gateway/transport/client"
)

// outcomeWithin is how long the code command waits: the gateway itself gives a code up after a minute.
const outcomeWithin = 70 * time.Second

// submitCode gives a code to a gateway that runs, and tells what became of it.
func submitCode(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("code", flag.ContinueOnError)
	url := flags.String("url", "ws://"+ownAddress()+"/", "the gateway's `address`")
	if err := parseFlags(flags, args, 1); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, outcomeWithin)
	defer cancel()
	outcome, err := client.SubmitCode(ctx, *url, ownToken(), flags.Arg(0))
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no outcome within %v; if the code came before one was wanted, it is held for a few minutes", outcomeWithin)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Println(outcome)
	return err
}

// ownToken is the token of a gateway with the same environment, empty if it has none or it cannot be read.
func ownToken() string {
	e, _ := readEnvironment(os.Environ())
	return (&checker{}).secret("SERVER_TOKEN", e.Token, e.TokenFile)
}

// ownAddress is where a gateway with the same environment is reached from this machine.
func ownAddress() string {
	e, _ := readEnvironment(os.Environ())
	host := e.Host
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, e.ServerPort)
}
