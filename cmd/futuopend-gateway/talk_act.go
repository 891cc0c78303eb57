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
	"github.com/ostai/futuopend-gateway/transport/words"
)

// initDaemon starts the daemon if nothing runs.
func initDaemon(ctx context.Context, line call) error {
	t := talk{line}
	runs, err := t.runs(ctx)
	if err != nil {
		return err
	}
	if runs {
		return printed(say("talk.runs"))
	}
	return t.sendStart(ctx, "init", (*client.Client).InitAgain, (*client.Client).Init)
}

// restartDaemon stops the daemon and starts it.
func restartDaemon(ctx context.Context, line call) error {
	t := talk{line}
	runs, err := t.runs(ctx)
	if err != nil {
		return err
	}
	next := "init" // there is nothing to stop
	if runs {
		next = "restart"
	}
	return t.sendStart(ctx, next, (*client.Client).RestartAgain, (*client.Client).Restart)
}

// runs reports whether the daemon runs.
func (t talk) runs(ctx context.Context) (runs bool, err error) {
	err = t.with(ctx, func(ctx context.Context, c *client.Client) error {
		now, err := c.Status(ctx)
		runs = fsm.State(now.State).Live()
		return err
	})
	return runs, err
}

// stopDaemon stops the daemon for good.
func stopDaemon(ctx context.Context, line call) error {
	return talk{line}.send(ctx, "stop", func(c *client.Client, ctx context.Context) (client.Ack, error) {
		fmt.Fprintln(os.Stderr, say("talk.risk", "risk", say("talk.risk.stop")))
		return c.Stop(ctx)
	})
}

// resend asks for another SMS or another picture, whichever is wanted.
func resend(ctx context.Context, line call) error {
	return talk{line}.send(ctx, "resend", func(c *client.Client, ctx context.Context) (client.Ack, error) {
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

// act is one command to the gateway, a method of the client.
type act func(*client.Client, context.Context) (client.Ack, error)

// send sends one command, and tells what it risked and what happens next.
func (t talk) send(ctx context.Context, next string, do act) error {
	return t.with(ctx, func(ctx context.Context, c *client.Client) error {
		ack, err := do(c, ctx)
		if err != nil {
			return err
		}
		if ack.Risk != "" {
			fmt.Fprintln(os.Stderr, say("talk.risk", "risk", ack.Risk))
		}
		return printed(say("talk.done." + next))
	})
}

// risk says what a start risks. The gateway says it in English, and a person of another language is told it by the state.
func (t talk) risk(ctx context.Context, c *client.Client, message string) string {
	if spoken() == words.English {
		return message
	}
	now, err := c.Status(ctx)
	switch {
	case err == nil && now.Halted != nil:
		return say("talk.risk.halted", "why", say("event."+now.Halted.Class))
	case err == nil && !now.NextStart.IsZero():
		return say("risk.early", "at", now.NextStart.Local().Format(clockForm))
	}
	return say("risk.other")
}

// sendStart is send for a command that is one more login. If the gateway says that it is not safe now, it is done all the
// same only if a person says so.
func (t talk) sendStart(ctx context.Context, next string, again, do act) error {
	fmt.Fprintln(os.Stderr, say("talk.risk", "risk", say("talk.risk.login")))
	why := ""
	err := t.send(ctx, next, func(c *client.Client, ctx context.Context) (client.Ack, error) {
		ack, err := do(c, ctx)
		if unsafe, ok := errors.AsType[*client.RefusedError](err); ok && unsafe.Code == "not_safe" {
			why = t.risk(ctx, c, unsafe.Message)
		} else if ack.Risk != "" {
			ack.Risk = t.risk(ctx, c, ack.Risk)
		}
		return ack, err
	})
	if why == "" {
		return err
	}
	fmt.Fprintln(os.Stderr, say("talk.unsafe", "why", why))
	if !t.on("yes") {
		if err := confirm(ctx); err != nil {
			return err
		}
	}
	return t.send(ctx, next, func(c *client.Client, ctx context.Context) (client.Ack, error) {
		ack, err := again(c, ctx)
		if ack.Risk != "" {
			ack.Risk = why // as it was told before, since the state is another one now
		}
		return ack, err
	})
}

// confirm asks the person at this terminal. Without one nobody can say yes.
func confirm(ctx context.Context) error {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return errors.New(say("talk.unconfirmed.script"))
	}
	fmt.Fprint(os.Stderr, say("talk.confirm")+" ")
	switch answer, err := readAnswer(ctx, os.Stdin); strings.ToLower(answer) {
	case "y", "yes", "是":
		return err
	}
	return errors.New(say("talk.unconfirmed"))
}
