package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
	"github.com/ostai/futuopend-gateway/transport/sms"
)

// outcomeWithin is how long code and captcha wait: the gateway itself gives an answer up after a minute.
const outcomeWithin = 70 * time.Second

// submitCode gives a code to a gateway that runs, and tells what became of it.
func submitCode(ctx context.Context, args []string) error {
	t := newTalk("code")
	noWait := t.flags.Bool("no-wait", false, "do not wait for what becomes of the code")
	if err := parseFlags(t.flags, args, 1); err != nil {
		return err
	}
	c, err := t.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	said, err := submitAnswer(ctx, c, fsm.ChallengeCode, t.flags.Arg(0), !*noWait)
	if err != nil {
		return err
	}
	_, err = fmt.Println(said)
	return err
}

// submitAnswer submits an answer to a challenge and returns a sentence on what became of it.
func submitAnswer(ctx context.Context, c *client.Client, kind fsm.ChallengeKind, text string, wait bool) (said string, err error) {
	if kind == fsm.ChallengeCode {
		found, err := sms.Find(text)
		if err != nil {
			return "", fmt.Errorf("%w; nothing was sent", err)
		}
		text = found.Code
	}
	submit := c.SubmitCode
	if kind == fsm.ChallengeCaptcha {
		submit = c.SubmitCaptcha
	}
	brief, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	answer, err := submit(brief, text)
	if r, ok := errors.AsType[*client.RefusedError](err); ok && r.Code == string(kind)+"_not_wanted" {
		if now, asked := c.Status(brief); asked == nil && fsm.State(now.State) == fsm.Connected {
			return "the account is logged in already; no " + string(kind) + " is wanted", nil
		}
	}
	switch {
	case err != nil:
		return "", timedOut(err)
	case answer.Held:
		return "no code is wanted yet; this one is held for five minutes and answers the first request", nil
	case !wait:
		return "typed; the status tells what became of it", nil
	}
	ctx, cancel = context.WithTimeout(ctx, outcomeWithin)
	defer cancel()
	result, err := answer.Result(ctx)
	switch _, away := errors.AsType[*client.UnreachableError](err); {
	case away:
		return "", fmt.Errorf("the %s was typed, and what became of it is not known: %w", kind, err)
	case errors.Is(err, context.DeadlineExceeded):
		return "", fmt.Errorf("no outcome within %v; the status tells more", outcomeWithin)
	case err != nil:
		return "", err
	}
	return describeResult(ctx, c, kind, result)
}

// describeResult says what a result means, with what the state adds to it. A result that is no good is an error.
func describeResult(ctx context.Context, c *client.Client, kind fsm.ChallengeKind, result client.Result) (said string, err error) {
	switch result {
	case client.Timeout:
		return "", fmt.Errorf("timeout: %s", clause("event."+string(kind)+"_timeout"))
	case client.Refused:
		return "", fmt.Errorf("refused: %s", clause("result.refused"))
	case client.Expired:
		return "", fmt.Errorf("expired: %s; resend asks for another one", clause("result.expired"))
	}
	now, err := c.Status(ctx)
	if err != nil {
		return "", err
	}
	if result == client.Accepted {
		return "accepted: " + clause("says."+now.State), nil
	}
	switch {
	case now.Halted != nil:
		return "", fmt.Errorf("rejected: the login failed: %s; %s", cmp.Or(clause("event."+now.Halted.Class), now.Halted.Class), now.Halted.Advice)
	case fsm.State(now.State) == fsm.AwaitingCode && kind == fsm.ChallengeCode:
		return "", fmt.Errorf("rejected: %s", clause("result.code.rejected"))
	case fsm.State(now.State) == fsm.AwaitingCaptcha && kind == fsm.ChallengeCaptcha:
		return "", fmt.Errorf("rejected: %s", clause("result.captcha.rejected"))
	}
	return "", fmt.Errorf("%s: the state is %s", result, now.State)
}
