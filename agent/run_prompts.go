package agent

import (
	"errors"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// redrawWithin: a prompt that comes again so soon after an answer is the daemon's editor drawing it anew. The
// broker's verdict takes longer.
const redrawWithin = time.Second

// answered is what a run of the daemon was told on its terminal.
type answered struct {
	account, password, remember bool
	at                          time.Time // when the last of these was typed
}

// prompted answers what the daemon asks on its terminal. Each answer is given once a run: a daemon that asks again
// did not take it, and the same password twice is a second wrong one.
func (a *Agent) prompted(e fsm.Event, now time.Time) {
	if e.Kind != fsm.RememberPrompt && a.run.answered.password && now.Sub(a.run.answered.at) < redrawWithin {
		return
	}
	switch e.Kind {
	case fsm.AccountPrompt:
		a.apply(e)
		if a.run.answered.password {
			a.notTaken()
		} else if !a.run.answered.account {
			a.run.answered.account = true
			a.typeAnswer(typed{line: a.cfg.Account, spends: fsm.Event{Kind: fsm.AccountTyped}})
		}
	case fsm.PasswordPrompt:
		a.passwordPrompt()
	case fsm.RememberPrompt:
		a.apply(e)
		if !a.run.answered.remember {
			a.run.answered.remember = true
			a.typeAnswer(typed{line: "Y", spends: fsm.Event{Kind: fsm.RememberTyped}})
		}
	}
}

func (a *Agent) passwordPrompt() {
	switch {
	case a.run.answered.password && a.login.Password != "":
		a.notTaken()
	case a.login.Password != "":
		a.run.answered.password = true
		a.apply(fsm.Event{Kind: fsm.PasswordAnswered})
		if err := a.typeAnswer(typed{line: a.login.Password, secret: a.login.Password, spends: fsm.Event{Kind: fsm.PasswordTyped, Detail: fsm.FromSettings}}); err != nil {
			a.run.answered.password = false
			a.apply(fsm.Event{Kind: fsm.PasswordPrompt, Detail: "the password was not typed: " + err.Error()})
		}
	case a.run.answered.password:
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

// typeAnswer types what the gateway knows. If the journal could not be written and can be now, as after its folder was removed and is
// there again, it does so at once: nobody else answers.
func (a *Agent) typeAnswer(t typed) error {
	a.run.answered.at = time.Now()
	err := a.typeLine(t)
	if r, ok := errors.AsType[*fsm.Refusal](err); ok && r.Code == "journal_unwritable" && a.book.journal.Sync() == nil {
		a.warn("answer the daemon", err)
		err = a.typeLine(t)
	}
	if err != nil {
		a.warn("answer the daemon", err)
	}
	return err
}
