package main

import (
	"context"
	"fmt"
	"os"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
)

// loginRisk is what every login costs, told before the gateway's own account of it.
const loginRisk = "this is one more login: the broker may want an SMS code, and falls silent after about eight starts in a few hours"

// initDaemon starts the daemon if nothing runs.
func initDaemon(ctx context.Context, args []string) error {
	return sendCommand(ctx, "init", args, func(ctx context.Context, c *client.Client) (client.Ack, error) {
		now, err := c.Status(ctx)
		if err != nil {
			return client.Ack{}, err
		}
		if fsm.State(now.State).Live() {
			fmt.Fprintln(os.Stderr, "the daemon runs already; nothing is done")
		} else {
			fmt.Fprintln(os.Stderr, "risk:", loginRisk)
		}
		return c.Init(ctx)
	})
}

// restartDaemon stops the daemon and starts it.
func restartDaemon(ctx context.Context, args []string) error {
	return sendCommand(ctx, "restart", args, func(ctx context.Context, c *client.Client) (client.Ack, error) {
		fmt.Fprintln(os.Stderr, "risk:", loginRisk)
		return c.Restart(ctx)
	})
}

// stopDaemon stops the daemon for good.
func stopDaemon(ctx context.Context, args []string) error {
	return sendCommand(ctx, "stop", args, func(ctx context.Context, c *client.Client) (client.Ack, error) {
		fmt.Fprintln(os.Stderr, "risk: the account is logged out, and stays so until init or restart, which is one more login")
		return c.Stop(ctx)
	})
}

// resend asks for another SMS or another picture, whichever is wanted.
func resend(ctx context.Context, args []string) error {
	return sendCommand(ctx, "resend", args, func(ctx context.Context, c *client.Client) (client.Ack, error) {
		now, err := c.Status(ctx)
		if err != nil {
			return client.Ack{}, err
		}
		if fsm.State(now.State) == fsm.AwaitingCaptcha {
			return c.NewCaptcha(ctx)
		}
		return c.ResendCode(ctx)
	})
}

// sendCommand sends one command, and tells what it risked and the state after it.
func sendCommand(ctx context.Context, name string, args []string, do func(context.Context, *client.Client) (client.Ack, error)) error {
	t := newTalk(name)
	if err := parseFlags(t.flags, args, 0); err != nil {
		return err
	}
	return t.with(ctx, func(ctx context.Context, c *client.Client) error {
		ack, err := do(ctx, c)
		if err != nil {
			return err
		}
		if ack.Risk != "" {
			fmt.Fprintln(os.Stderr, "risk:", ack.Risk)
		}
		_, err = fmt.Printf("done; the state is %s\n", ack.State)
		return err
	})
}
