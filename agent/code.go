package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// SubmitCode types an SMS code if the daemon wants one. A code that comes before that is held for a few
// minutes and answers the first request; the last one wins. It returns a [fsm.Refusal] for a
// code that cannot be used. It is safe for concurrent use.
func (a *Agent) SubmitCode(ctx context.Context, code string, by fsm.By) error {
	return a.do(ctx, func() error { return a.submit(code, by) })
}

func (a *Agent) submit(code string, by fsm.By) error {
	state := a.now.State
	switch {
	case state == fsm.Verifying:
		return &fsm.Refusal{Code: "code_pending", Message: "another code is being verified; wait until it is accepted or asked for again"}
	case state == fsm.Connected:
		return a.notWanted("code")
	case state == fsm.AwaitingCode && a.now.Challenge.Shut:
		return &fsm.Refusal{Code: "codes_spent", Message: fmt.Sprintf("%d codes of this SMS were wrong; ask for another SMS, its code is taken", fsm.MaxWrongCodes)}
	case !console.ValidCode(code):
		return &fsm.Refusal{Code: "code_invalid", Message: "a code is 4 to 8 digits, for example 123456; nothing was typed"}
	case state == fsm.AwaitingCode:
		return a.typeCode(code, by)
	}
	now := time.Now()
	a.question.held = held{code: code, at: now, by: by}
	if e := (fsm.Event{Kind: fsm.CodeHeld, By: by}); !a.folds(e, now) {
		a.apply(e)
	}
	return nil
}

// heldFor is how long a code that came early may wait. An SMS code is valid for a few minutes, and
// an old one typed at a later request would cost an attempt.
const heldFor = 5 * time.Minute

// held is a code that came before one was wanted.
type held struct {
	code string
	at   time.Time
	by   fsm.By
}

// fresh reports whether there is a code that is not too old.
func (h held) fresh() bool { return h.code != "" && time.Since(h.at) <= heldFor }

// useHeld types the code that is held, if there is one. fresh is what the entry said of it: nobody was asked then, so it
// is not looked at again.
func (a *Agent) useHeld(fresh bool) {
	h := a.question.held
	a.question.held = held{}
	switch {
	case h.code == "":
	case !fresh:
		a.apply(fsm.Event{Kind: fsm.CodeDropped, Detail: "older than " + heldFor.String()})
	default:
		asked := a.now.Challenge.ID
		if err := a.typeCode(h.code, h.by); err != nil {
			a.warn("type held code", err)
			a.refuse(asked, err)
		}
	}
}

// refuse tells that a held code was not typed for a challenge: no caller is waiting who
// could be told, and no client has been asked for another code.
func (a *Agent) refuse(asked uint64, err error) {
	if a.now.Challenge.ID != asked {
		return // it is wanted again, as another challenge, which asks
	}
	e := fsm.Event{Kind: fsm.CodeRefused, Detail: err.Error(), Challenge: a.now.Challenge.ID}
	if r, ok := errors.AsType[*fsm.Refusal](err); ok && r.Wait > 0 {
		e.Until = time.Now().Add(r.Wait).UTC()
	}
	a.apply(e)
}

func (a *Agent) typeCode(code string, by fsm.By) error {
	if at := a.now.NextCode(time.Now()); at.After(time.Now()) {
		return tooSoon("another code", at)
	}
	return a.typeLine(typed{
		line: console.InputCode(code), secret: code,
		spends: fsm.Event{Kind: fsm.CodeTyped, Challenge: a.now.Challenge.ID, By: by}, undo: fsm.CodeNotTyped,
	})
}

// askAfter is how long the daemon has to ask for an SMS by itself. Newer ones do so within the
// same second; older ones wait to be told.
const askAfter = 5 * time.Second

// expectCode does what the state that wants a code needs: the held code, or an SMS.
func (a *Agent) expectCode(e fsm.Entry) {
	if e.Shut {
		a.expectSMS(e.At)
		return
	}
	a.useHeld(e.Held)
	if a.now.State == fsm.AwaitingCode && !a.run.codeAsked {
		a.question.askAt = e.At.Add(askAfter)
	}
}

// requestOnce asks for the one SMS of a login that the gateway asks for by itself.
func (a *Agent) requestOnce(now time.Time) {
	if at := a.now.NextSMS(); at.After(now) {
		a.question.askAt = at // an earlier login's SMS is not a minute old
		return
	}
	if err := a.requestCode(fsm.AskedByGateway); err != nil {
		a.warn("ask for an SMS", err)
	}
}

// codeIsAsked takes note that an SMS is on its way, so that the gateway need not ask.
func (a *Agent) codeIsAsked() {
	a.run.codeAsked = true
	a.question.askAt = time.Time{}
}

func (a *Agent) requestCode(who string) error {
	a.codeIsAsked()
	return a.typeLine(typed{
		line:   console.RequestCode,
		spends: fsm.Event{Kind: fsm.CodeAsked, Detail: who, Challenge: a.now.Challenge.ID, Until: time.Now().Add(fsm.CodeEvery).UTC()},
	})
}

// ResendCode asks the broker for another SMS, which makes the last one void. It returns a [fsm.Refusal]
// when no code is wanted, the last SMS is not a minute old, the daemon named a later time, or six were asked for within an hour. It
// is safe for concurrent use.
func (a *Agent) ResendCode(ctx context.Context) error {
	return a.do(ctx, func() error {
		if a.now.State != fsm.AwaitingCode {
			return a.notWanted("code")
		}
		if at := later(a.now.NextSMS(), a.ledger.NextSMS(time.Now())); at.After(time.Now()) {
			return tooSoon("another SMS", at)
		}
		a.run.codes.wished = true
		return a.requestCode("client")
	})
}
