package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/term"

	"github.com/ostai/futuopend-gateway/transport/words"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
	"github.com/ostai/futuopend-gateway/transport/sms"
)

// outcomeWithin is how long code and captcha wait: the gateway itself gives an answer up after a minute.
const outcomeWithin = 70 * time.Second

// submitCode gives a code to a gateway that runs, and tells what became of it.
func submitCode(ctx context.Context, line call) error {
	text, err := codeFrom(ctx, line.word(), os.Stdin)
	if err != nil {
		return err
	}
	c, err := talk{line}.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	said, err := submitAnswer(ctx, c, fsm.ChallengeCode, text, !line.on("no-wait"))
	if err != nil {
		return err
	}
	return printed(said)
}

// codeFrom is the word itself; with - all of stdin, which may be a whole SMS; without a word what a person types who is asked.
func codeFrom(ctx context.Context, word string, in *os.File) (string, error) {
	switch {
	case word == "-":
		text, err := io.ReadAll(io.LimitReader(in, sms.Max))
		if err != nil {
			return "", failed("talk.failed.code", err)
		}
		return string(text), nil
	case word != "":
		return word, nil
	case !term.IsTerminal(int(in.Fd())):
		return "", usageError{errors.New(say("talk.code.missing"))}
	}
	fmt.Fprint(os.Stderr, say("talk.code.ask")+" ")
	return readAnswer(ctx, in)
}

// submitAnswer submits an answer to a challenge and returns a sentence on what became of it.
func submitAnswer(ctx context.Context, c *client.Client, kind fsm.ChallengeKind, text string, wait bool) (said string, err error) {
	if kind == fsm.ChallengeCode {
		found, err := sms.Find(text)
		if err != nil {
			return "", errors.New(say("talk.not_sent", "why", foundNothing(err)))
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
			return say("talk.unwanted." + string(kind)), nil
		}
	}
	switch {
	case err != nil:
		return "", timedOut(err)
	case answer.Held:
		return say("talk.held"), nil
	case !wait:
		return say("talk.typed"), nil
	}
	ctx, cancel = context.WithTimeout(ctx, outcomeWithin)
	defer cancel()
	result, err := answer.Result(ctx)
	switch _, away := errors.AsType[*client.UnreachableError](err); {
	case away:
		return "", &saidError{say("talk.unheard", "error", inWords(err)), err}
	case errors.Is(err, context.DeadlineExceeded):
		return "", errors.New(say("talk.late", "span", words.Span(spoken(), outcomeWithin)))
	case err != nil:
		return "", err
	}
	return describeResult(ctx, c, kind, result)
}

// describeResult says what a result means, with what the state adds to it. A result that is no good is an error.
func describeResult(ctx context.Context, c *client.Client, kind fsm.ChallengeKind, result client.Result) (said string, err error) {
	word := say("talk.result." + string(result))
	fail := func(why string) (string, error) { return "", errors.New(named(word, why)) }
	switch result {
	case client.Timeout:
		return fail(clause("event." + string(kind) + "_timeout"))
	case client.Refused:
		return fail(clause("result.refused"))
	case client.Expired:
		return fail(say("talk.expired", "why", clause("result.expired")))
	}
	now, err := c.Status(ctx)
	if err != nil {
		return "", err
	}
	if result == client.Accepted {
		return named(word, clause("says."+now.State)), nil
	}
	switch {
	case now.Halted != nil:
		why := cmp.Or(clause("event."+now.Halted.Class), now.Halted.Class)
		return fail(say("talk.login_failed", "why", why, "advice", cmp.Or(clause("advice."+now.Halted.Class), now.Halted.Advice)))
	case fsm.State(now.State) == fsm.AwaitingCode && kind == fsm.ChallengeCode:
		return fail(rejection(now, "result.code.rejected"))
	case fsm.State(now.State) == fsm.AwaitingCaptcha && kind == fsm.ChallengeCaptcha:
		return fail(rejection(now, "result.captcha.rejected"))
	}
	return fail(say("talk.state_is", "state", now.State))
}

// rejection is why an answer was of no use: it was wrong, unless the daemon said something else of it.
func rejection(now client.Status, wrong string) string {
	if t := now.Trouble; t != nil && slices.Contains(unlike, fsm.Kind(t.Class)) {
		return clause("event." + t.Class)
	}
	return clause(wrong)
}

// unlike are the reasons for which another try with what the person has does not help.
var unlike = []fsm.Kind{fsm.CodeVoid, fsm.CodeSuperseded, fsm.CaptchaVoid}

// foundNothing says why a text has no code that can be sent.
func foundNothing(err error) string {
	if spoken() == words.English {
		return err.Error()
	}
	if errors.Is(err, sms.ErrSeveral) {
		return say("error.code_unclear")
	}
	return say("error.code_invalid")
}

// saidError is an error in the person's language.
type saidError struct {
	text string
	err  error
}

func (e *saidError) Error() string { return e.text }
func (e *saidError) Unwrap() error { return e.err }
