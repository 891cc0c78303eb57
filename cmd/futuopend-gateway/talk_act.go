package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
)

// loginRisk is what every login costs, told before the gateway's own account of it.
const loginRisk = "this is one more login: the broker may want an SMS code, and falls silent after about eight starts in a few hours"

// initDaemon starts the daemon if nothing runs.
func initDaemon(ctx context.Context, args []string) error {
	return sendStart(ctx, "init", args, (*client.Client).InitAgain, func(ctx context.Context, c *client.Client) (client.Ack, error) {
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
	return sendStart(ctx, "restart", args, (*client.Client).RestartAgain, func(ctx context.Context, c *client.Client) (client.Ack, error) {
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

// act is one command to the gateway.
type act func(context.Context, *client.Client) (client.Ack, error)

// sendCommand sends one command, and tells what it risked and the state after it.
func sendCommand(ctx context.Context, name string, args []string, do act) error {
	t := newTalk(name)
	if err := parseFlags(t.flags, args, 0); err != nil {
		return err
	}
	return t.send(ctx, do)
}

func (t talk) send(ctx context.Context, do act) error {
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

// sendStart is sendCommand for one that is one more login. If the gateway says that it is not safe now, it is done all the
// same only if a person says so.
func sendStart(ctx context.Context, name string, args []string, again func(*client.Client, context.Context) (client.Ack, error), do act) error {
	t := newTalk(name)
	yes := t.flags.Bool("yes", false, "do it even if that is not safe now, and ask nobody")
	if err := parseFlags(t.flags, args, 0); err != nil {
		return err
	}
	err := t.send(ctx, do)
	unsafe, ok := errors.AsType[*client.RefusedError](err)
	if !ok || unsafe.Code != "not_safe" {
		return err
	}
	fmt.Fprintln(os.Stderr, "not safe:", unsafe.Message)
	if !*yes {
		if err := confirm(ctx); err != nil {
			return err
		}
	}
	return t.send(ctx, func(ctx context.Context, c *client.Client) (client.Ack, error) { return again(c, ctx) })
}

// errNotConfirmed is the end of a command that nobody confirmed.
var errNotConfirmed = errors.New("nothing was done")

// confirm asks the person at this terminal. Without one nobody can say yes.
func confirm(ctx context.Context) error {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return fmt.Errorf("%w; with -yes it is done all the same", errNotConfirmed)
	}
	fmt.Fprint(os.Stderr, "do it all the same? y/N ")
	switch answer, err := readAnswer(ctx, os.Stdin); strings.ToLower(answer) {
	case "y", "yes":
		return err
	}
	return errNotConfirmed
}
