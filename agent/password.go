package agent

import (
	"context"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// SubmitPassword types a password that a person hands over. It is kept nowhere but in the terminal's
// filter, until the login is decided. It returns a [fsm.Refusal] for one that cannot be
// used. It is safe for concurrent use.
func (a *Agent) SubmitPassword(ctx context.Context, password string) error {
	return a.do(ctx, func() error {
		switch {
		case a.now.State != fsm.AwaitingPassword:
			return a.notWanted("password")
		case !console.ValidAnswer(password):
			return &fsm.Refusal{Code: "password_invalid", Message: "a password is one line of at most 128 bytes; nothing was typed"}
		}
		if at := a.ledger.NextHanded(time.Now()); at.After(time.Now()) {
			return tooSoon("another password, after so many that were not taken,", at)
		}
		a.run.answered.password, a.run.answered.at = true, time.Now()
		return a.typeLine(typed{
			line: password, secret: password,
			spends: fsm.Event{Kind: fsm.PasswordTyped, Detail: "client", Challenge: a.now.Challenge.ID}, undo: fsm.PasswordPrompt,
		})
	})
}
