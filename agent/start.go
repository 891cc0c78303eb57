package agent

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// begin starts the daemon.
func (a *Agent) begin(why string) {
	a.will.wish = unasked
	a.noteDevice()
	a.apply(fsm.Event{Kind: fsm.Start, Detail: why, Login: a.login.Login})
}

// noteDevice tells, before the login, whether the broker will want an SMS: it knows a device by its identity.
func (a *Agent) noteDevice() {
	switch device, err := a.cfg.Device(); {
	case err != nil:
		a.apply(fsm.Event{Kind: fsm.DeviceUnreadable, Detail: err.Error()})
		a.warn("the device's identity is there, and cannot be used", err)
	case device == "":
		a.apply(fsm.Event{Kind: fsm.DeviceAbsent})
		a.cfg.Log.Warn("no Device.dat")
	case a.ledger.Device() == "":
		a.apply(fsm.Event{Kind: fsm.DeviceUnproven, Detail: device})
	case a.ledger.Device() == device:
		a.apply(fsm.Event{Kind: fsm.DeviceKnown, Detail: device})
	default:
		a.apply(fsm.Event{Kind: fsm.DeviceChanged, Detail: device})
		a.cfg.Log.Warn("another Device.dat")
	}
}

// risk says what a person's start risks, empty if it is safe.
func (a *Agent) risk() string {
	if r, ok := a.ledger.Refused(a.login.Login, time.Now()); ok {
		return fmt.Sprintf("the last login was refused (%s: %s) and nothing has changed since, in the settings or in the files with secrets; %s", r.Kind, r.Detail, r.Kind.Advice())
	}
	if at, spent := a.ledger.Safe(time.Now()); spent != "" && !a.ledger.Free(time.Now()) {
		return fmt.Sprintf("there were %s; the broker may fall silent or lock the account; the next start is safe at %s", spent, at.Format(time.RFC3339))
	}
	return ""
}

// Init starts the daemon if nothing runs; otherwise it does nothing. With again a person may start what the gateway
// would not: risk then says what that risks, and is empty otherwise. It is safe for concurrent use.
func (a *Agent) Init(ctx context.Context, again bool) (risk string, err error) {
	err = a.do(ctx, func() error {
		if a.now.State.Live() || a.will.wish == up {
			return nil
		}
		if err = a.rereadFor(); err != nil {
			return err
		}
		if risk, err = a.overrule(again); err != nil {
			return err
		}
		a.will.wish = up
		a.decide(time.Now())
		return nil
	})
	return risk, err
}

// rereadFor reads the files with secrets for somebody who wants a start, and refuses it if they cannot be used. A daemon that
// runs is left alone.
func (a *Agent) rereadFor() error {
	err := a.reread()
	if err == nil {
		return nil
	}
	if !a.now.State.Live() {
		a.unusable(err)
		a.will.next = time.Now().Add(lookEvery)
	}
	return &fsm.Refusal{Code: "not_safe", Message: "nothing is started before this is mended: " + err.Error()}
}

// Restart stops the daemon if one runs, and starts it. Risk is that of [Agent.Init]. It is safe for concurrent use.
func (a *Agent) Restart(ctx context.Context, again bool) (risk string, err error) {
	err = a.do(ctx, func() error {
		if err = a.rereadFor(); err != nil {
			return err
		}
		if risk, err = a.overrule(again); err != nil {
			return err
		}
		a.apply(fsm.Event{Kind: fsm.Stop, Detail: "client, to restart"})
		a.will.wish = up
		a.decide(time.Now())
		return nil
	})
	return risk, err
}

// Stop stops the daemon, which stays so until somebody starts it. It is safe for concurrent use.
func (a *Agent) Stop(ctx context.Context) error {
	return a.do(ctx, func() error {
		a.will.wish = down
		a.apply(fsm.Event{Kind: fsm.Stop, Detail: "client"})
		a.will.next = time.Time{} // a restart may have been scheduled
		return nil
	})
}

// overrule writes down that a person starts what is not safe. Without again that is refused.
func (a *Agent) overrule(again bool) (risk string, err error) {
	risk = a.risk()
	if risk != "" && !again {
		return "", &fsm.Refusal{Code: "not_safe", Message: risk}
	}
	if risk != "" {
		a.apply(fsm.Event{Kind: fsm.Overruled, Detail: risk})
		a.cfg.Log.Warn("a person starts the daemon although that is not safe", zap.String("risk", risk))
	}
	return risk, nil
}
