package agent

import (
	"context"
	"errors"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// ErrStopped is returned for a command that came when the agent had stopped.
var ErrStopped = errors.New("the gateway is stopping")

// command is a client's wish on its way to the loop.
type command struct {
	do    func() error
	reply chan error // has room for one, so that the loop never waits
}

// ask hands a command to the loop and waits for what became of it.
func (a *Agent) ask(ctx context.Context, do func() error) error {
	c := command{do: do, reply: make(chan error, 1)}
	select {
	case a.commands <- c:
		return <-c.reply // the loop answers what it took
	case <-a.done:
		return ErrStopped
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Init starts the daemon if nothing runs; otherwise it does nothing. It is safe for concurrent use.
func (a *Agent) Init(ctx context.Context) error {
	return a.ask(ctx, func() error {
		switch {
		case a.machine.State().Live():
		case a.child != nil:
			a.startAgain = true // it is on its way out
		default:
			a.start("client")
		}
		return nil
	})
}

// SubmitCode types an SMS code if the daemon wants one. A code that comes before that is held for a few
// minutes and answers the first request; the last one wins. It returns a [fsm.Refusal] for a
// code that cannot be used. It is safe for concurrent use.
func (a *Agent) SubmitCode(ctx context.Context, code string) error {
	return a.ask(ctx, func() error { return a.submit(code) })
}

func (a *Agent) submit(code string) error {
	if !console.ValidCode(code) {
		return &fsm.Refusal{Code: "code_invalid", Message: "a code is 4 to 8 digits, for example 123456; nothing was typed"}
	}
	switch a.machine.State() {
	case fsm.AwaitingCode:
		return a.typeCode(code)
	case fsm.Verifying:
		return &fsm.Refusal{Code: "code_pending", Message: "another code is being verified; wait until it is accepted or asked for again"}
	case fsm.Connected:
		return &fsm.Refusal{Code: "code_not_wanted", Message: "the account is logged in and no code is wanted"}
	}
	a.held = held{code: code, at: time.Now()}
	a.apply(fsm.Event{Kind: fsm.CodeHeld})
	return nil
}

// heldFor is how long a code that came early may wait. An SMS code is valid for a few minutes, and
// an old one typed at a later request would cost an attempt.
const heldFor = 5 * time.Minute

// held is a code that came before one was wanted.
type held struct {
	code string
	at   time.Time
}

// fresh reports whether there is a code that is not too old.
func (h held) fresh() bool { return h.code != "" && time.Since(h.at) <= heldFor }

// answer types the code that is held, if there is one.
func (a *Agent) answer() {
	h := a.held
	a.held = held{}
	switch {
	case h.code == "":
	case !h.fresh():
		a.apply(fsm.Event{Kind: fsm.CodeDropped, Detail: "older than " + heldFor.String()})
	default:
		if err := a.typeCode(h.code); err != nil {
			a.warn("type held code", err)
		}
	}
}

// typeCode types a code. That it does is on disk before.
func (a *Agent) typeCode(code string) error {
	if err := a.cfg.Journal.Sync(); err != nil {
		return unwritable(err)
	}
	a.apply(fsm.Event{Kind: fsm.CodeTyped})
	if err := a.cfg.Journal.Sync(); err != nil {
		a.apply(fsm.Event{Kind: fsm.CodeNotTyped, Detail: err.Error()})
		return unwritable(err)
	}
	line := console.InputCode(code)
	a.child.parser.Expect(line, code)
	if _, err := a.child.process.Write([]byte(line + "\r")); err != nil {
		a.apply(fsm.Event{Kind: fsm.CodeNotTyped, Detail: err.Error()})
		return &fsm.Refusal{Code: "not_typed", Message: "the daemon does not take input: " + err.Error()}
	}
	return nil
}

func unwritable(err error) error {
	return &fsm.Refusal{
		Code:    "journal_unwritable",
		Message: "a code is only typed once that is written down: " + err.Error() + "; mend the disk and send the code again",
	}
}
