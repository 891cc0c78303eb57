package agent

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Boot writes down that a new run begins, in state idle. Call it once, before Run and before
// the journal is shown to anybody: its last entry tells of a daemon that is gone.
func (a *Agent) Boot() {
	a.apply(fsm.Event{Kind: fsm.Boot, Detail: a.cfg.Version})
	a.flush()
}

// resume starts the daemon, unless what halted an earlier run still holds. A new container
// must not spend another attempt on a password that was wrong.
func (a *Agent) resume() {
	r := a.history.refusal
	unchanged := r.Seq != 0 && a.history.login == a.cfg.Login
	if unchanged && (r.Until.IsZero() || r.Until.After(time.Now())) {
		a.apply(fsm.Event{Kind: fsm.StillHalted, Detail: string(r.Kind) + ": " + r.Detail, Until: r.Until})
		return
	}
	if a.cfg.StartAtOnce {
		a.start("start of the gateway")
	}
}

// start starts the daemon by the gateway's own will, if that is safe; otherwise it waits until it is.
func (a *Agent) start(why string) {
	if at, spent := a.history.safe(time.Now()); spent != "" {
		a.hold(at, spent)
		return
	}
	a.begin(why)
}

// hold waits until the budget allows a start. The wait may follow another one: when a lock ends, the
// failed logins that led to it still count.
func (a *Agent) hold(until time.Time, spent string) {
	a.apply(fsm.Event{Kind: fsm.BudgetSpent, Detail: spent, Until: until.UTC()})
	a.timer.Reset(time.Until(until))
	a.cfg.Log.Warn("the daemon is not started before it is safe", zap.String("spent", spent), zap.String("until", until.Format(time.RFC3339)))
}

// begin starts the daemon, or does so as soon as the old one is gone.
func (a *Agent) begin(why string) {
	if a.child != nil {
		a.startAgain = true
		return
	}
	a.tellDevice()
	a.apply(fsm.Event{Kind: fsm.Start, Detail: why, Login: a.cfg.Login})
}

// tellDevice tells, before the login, whether the broker will want an SMS: it knows a device by its identity.
func (a *Agent) tellDevice() {
	switch device := a.cfg.Device(); {
	case device == "":
		a.apply(fsm.Event{Kind: fsm.DeviceAbsent})
		a.cfg.Log.Warn("the daemon's data folder has no Device.dat: the broker will want an SMS code; keep the folder on a volume")
	case a.history.device == "":
		a.apply(fsm.Event{Kind: fsm.DeviceUnproven, Detail: device})
	case a.history.device == device:
		a.apply(fsm.Event{Kind: fsm.DeviceKnown, Detail: device})
	default:
		a.apply(fsm.Event{Kind: fsm.DeviceChanged, Detail: device})
		a.cfg.Log.Warn("Device.dat is not the one that logged in last: the broker will want an SMS code")
	}
}

// risk says what a person's start risks, empty if it is safe.
func (a *Agent) risk() string {
	if r := a.history.refusal; r.Seq != 0 && a.history.login == a.cfg.Login {
		return fmt.Sprintf("the last login was refused (%s: %s) and nothing has changed since; %s", r.Kind, r.Detail, r.Kind.Advice())
	}
	if at, spent := a.history.safe(time.Now()); spent != "" {
		return fmt.Sprintf("there were %s; the broker may fall silent or lock the account; the next start is safe at %s", spent, at.Format(time.RFC3339))
	}
	return ""
}

// Init starts the daemon if nothing runs; otherwise it does nothing. With again a person may start what the gateway
// would not: risk then says what that risks, and is empty otherwise. It is safe for concurrent use.
func (a *Agent) Init(ctx context.Context, again bool) (risk string, err error) {
	err = a.ask(ctx, func() error {
		if a.machine.State().Live() || a.startAgain {
			return nil
		}
		if risk, err = a.overrule(again); err != nil {
			return err
		}
		a.begin("client")
		return nil
	})
	return risk, err
}

// Restart stops the daemon if one runs, and starts it. Risk is that of [Agent.Init]. It is safe for concurrent use.
func (a *Agent) Restart(ctx context.Context, again bool) (risk string, err error) {
	err = a.ask(ctx, func() error {
		if risk, err = a.overrule(again); err != nil {
			return err
		}
		a.apply(fsm.Event{Kind: fsm.Stop, Detail: "client, to restart"})
		a.begin("client")
		return nil
	})
	return risk, err
}

// Stop stops the daemon, which stays so until somebody starts it. It is safe for concurrent use.
func (a *Agent) Stop(ctx context.Context) error {
	return a.ask(ctx, func() error {
		a.startAgain, a.stayDown = false, true
		a.apply(fsm.Event{Kind: fsm.Stop, Detail: "client"})
		a.timer.Stop() // a restart may have been scheduled
		return nil
	})
}

// overrule writes down that a person starts what is not safe. Without again that is refused.
func (a *Agent) overrule(again bool) (risk string, err error) {
	risk = a.risk()
	if risk != "" && !again {
		return "", &fsm.Refusal{Code: "not_safe", Message: risk}
	}
	a.stayDown = false
	if risk != "" {
		a.apply(fsm.Event{Kind: fsm.Overruled, Detail: risk})
		a.cfg.Log.Warn("a person starts the daemon although that is not safe: " + risk)
	}
	return risk, nil
}
