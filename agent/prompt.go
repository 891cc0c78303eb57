package agent

import (
	"context"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// redrawWithin: a prompt that comes again so soon after an answer is the daemon's editor drawing it anew. The
// broker's verdict takes longer.
const redrawWithin = time.Second

// prompted answers what the daemon asks on its terminal. Each answer is given once a run: a daemon that asks again
// did not take it, and the same password twice is a second wrong one.
func (a *Agent) prompted(e fsm.Event) {
	if e.Kind != fsm.RememberPrompt && a.child.passwordTyped && time.Since(a.child.answeredAt) < redrawWithin {
		return
	}
	switch e.Kind {
	case fsm.AccountPrompt:
		a.apply(e)
		if a.child.passwordTyped {
			a.notTaken()
		} else if !a.child.accountTyped {
			a.child.accountTyped = true
			a.reply(typed{line: a.cfg.Account, spends: fsm.Event{Kind: fsm.AccountTyped}})
		}
	case fsm.PasswordPrompt:
		a.passwordPrompt()
	case fsm.RememberPrompt:
		a.apply(e)
		if !a.child.rememberTyped {
			a.child.rememberTyped = true
			a.reply(typed{line: "Y", spends: fsm.Event{Kind: fsm.RememberTyped}})
		}
	}
}

func (a *Agent) passwordPrompt() {
	switch {
	case a.child.passwordTyped && a.cfg.Password != "":
		a.notTaken()
	case a.cfg.Password != "":
		a.child.passwordTyped = true
		a.apply(fsm.Event{Kind: fsm.PasswordAnswered})
		a.reply(typed{line: a.cfg.Password, secret: a.cfg.Password, spends: fsm.Event{Kind: fsm.PasswordTyped, Detail: "configuration"}})
	case a.child.passwordTyped:
		a.apply(fsm.Event{Kind: fsm.PasswordPrompt, Detail: "the daemon did not take the password and asks again"})
	default:
		a.apply(fsm.Event{Kind: fsm.PasswordPrompt, Detail: "this daemon wants the password itself, an MD5 is of no use to it; " +
			"set FUTU_LOGIN_PWD_FILE, or hand it over once with: futuopend-gateway password"})
	}
}

// notTaken ends a login whose answers the daemon did not take without saying so.
func (a *Agent) notTaken() {
	a.apply(fsm.Event{Kind: fsm.LoginFailed, Detail: "the daemon asks again: it did not take the account and the password"})
}

func (a *Agent) reply(t typed) {
	a.child.answeredAt = time.Now()
	if err := a.typeLine(t); err != nil {
		a.warn("answer the daemon", err)
	}
}

// SubmitPassword types a password that a person hands over. It is kept nowhere but in the terminal's
// filter, until the login is decided. It returns a [fsm.Refusal] for one that cannot be
// used. It is safe for concurrent use.
func (a *Agent) SubmitPassword(ctx context.Context, password string) error {
	return a.ask(ctx, func() error {
		switch {
		case a.machine.State() != fsm.AwaitingPassword:
			return a.notWanted("password")
		case !console.ValidAnswer(password):
			return &fsm.Refusal{Code: "password_invalid", Message: "a password is one line of at most 128 bytes; nothing was typed"}
		}
		a.child.passwordTyped, a.child.answeredAt = true, time.Now()
		return a.typeLine(typed{
			line: password, secret: password,
			spends: fsm.Event{Kind: fsm.PasswordTyped, Detail: "client", Challenge: a.challenge}, undo: fsm.PasswordPrompt,
		})
	})
}
