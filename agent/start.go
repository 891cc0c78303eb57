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
	a.will.wish, a.will.rest, a.will.again, a.will.waits = unasked, time.Time{}, false, false
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
		if a.ledger.Device() == "" { // nothing is lost: no login here has succeeded yet
			a.cfg.Log.Info("no Device.dat yet")
			return
		}
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

// risk says what a person's start risks, and when it would be safe, if a time makes it so. It is empty if it is safe.
func (a *Agent) risk(now time.Time) (risk string, safe time.Time) {
	if r, holds, _ := a.refused(now); holds && r.Kind == fsm.JournalDamaged {
		return fmt.Sprintf("lines of the journal are lost, and a refusal may have been among them (%s); %s", r.Detail, r.Kind.Advice()), a.now.Next
	} else if holds {
		return fmt.Sprintf("the last login was refused (%s: %s) and nothing has changed since, in the settings or in the files with secrets; %s",
			r.Kind, r.Detail, r.Kind.Advice()), a.now.Next
	}
	if at := a.ledger.Named(); at.After(now) {
		return "the broker wants no login before " + at.Format(time.RFC3339) + ", and makes that later for who comes too early", at
	}
	if at, spent := a.ledger.Safe(now); spent != "" && !a.ledger.Free(now) {
		return "there were " + spent + "; the broker may fall silent or lock the account; the next start is safe at " + at.Format(time.RFC3339), at
	}
	return "", time.Time{}
}

// early says why the gateway itself would not start the daemon now, empty if it would; at is when it would, zero if a person
// must act. Each of these is what bounds it in plan, but for the settings: whoever asks may start what they do not.
func (a *Agent) early(now time.Time) (why string, at time.Time) {
	if a.will.wish == down {
		return "a person stopped the daemon, and a person starts it again", time.Time{}
	}
	if why, at = a.risk(now); why != "" {
		return why, at
	}
	if at, spent := a.ledger.Safe(now); spent != "" {
		return "there were " + spent + "; the gateway itself starts it at " + at.Format(time.RFC3339), at
	}
	if kicked := a.ledger.Kicked(); !kicked.IsZero() {
		if at = kicked.Add(a.cfg.Reclaim); a.cfg.Reclaim == 0 || at.After(now) {
			return "the account is in use elsewhere, and is left there until a person takes it back or FUTU_RECLAIM is over", later(at, now)
		}
	}
	at = later(a.will.rest, later(a.now.Next, a.ledger.Scheduled()))
	if a.run != nil {
		at = later(at, now.Add(a.will.ladder.next()))
	}
	if at.After(now) {
		return "it ended a short time ago; the next start is due at " + at.Format(time.RFC3339), at
	}
	return "", time.Time{}
}

// InitIfSafe starts the daemon if nothing runs and the gateway itself would start it now, or would if its settings said so; otherwise it returns
// a [fsm.Refusal]. It is for clients that ask for a start whenever they connect, and never overrules. It is safe for concurrent use.
func (a *Agent) InitIfSafe(ctx context.Context) error {
	return a.do(ctx, func() error {
		if a.now.State.Live() || a.will.wish == up {
			return nil
		}
		if err := a.rereadFor(); err != nil {
			return err
		}
		now := time.Now()
		if why, at := a.early(now); why != "" {
			return notSafe(why, at)
		}
		a.will.wish = up
		a.decide(now)
		return nil
	})
}

// notSafe refuses a start. at is when it is safe, zero if time changes nothing.
func notSafe(why string, at time.Time) error {
	r := &fsm.Refusal{Code: "not_safe", Message: why}
	if wait := time.Until(at); wait > 0 {
		r.Wait = wait.Truncate(time.Second) + time.Second
	}
	return r
}

// Init starts the daemon if nothing runs; otherwise it does nothing. With again a person may start, once a minute, what the gateway
// would not: risk then says what that risks, and is empty otherwise. It is safe for concurrent use.
func (a *Agent) Init(ctx context.Context, again bool) (risk string, err error) {
	err = a.do(ctx, func() error {
		if a.now.State.Live() || a.will.wish == up {
			return nil
		}
		if risk, err = a.allow(again); err != nil {
			return err
		}
		a.will.wish = up
		a.decide(time.Now())
		return nil
	})
	return risk, err
}

// Restart stops the daemon if one runs, and starts it. Risk is that of [Agent.Init]. It is safe for concurrent use.
func (a *Agent) Restart(ctx context.Context, again bool) (risk string, err error) {
	err = a.do(ctx, func() error {
		if risk, err = a.allow(again); err != nil {
			return err
		}
		a.apply(fsm.Event{Kind: fsm.Stop, Detail: fsm.StopForRestart})
		a.will.wish = up
		a.decide(time.Now())
		return nil
	})
	return risk, err
}

// Stop stops the daemon, which stays so until somebody starts it. It is safe for concurrent use.
func (a *Agent) Stop(ctx context.Context) error {
	return a.do(ctx, func() error {
		again := a.will.wish == down && !a.now.State.Live()
		a.will.wish = down
		a.leaveOff()
		if e := (fsm.Event{Kind: fsm.Stop, Detail: fsm.StopByClient}); !again || !a.folds(e, time.Now()) {
			a.apply(e)
		}
		a.will.next = time.Time{} // a restart may have been scheduled
		return nil
	})
}

// allow decides whether somebody's start is made, by what the files with secrets say now. One that is not safe is refused without again, and is
// made once a minute with it; that is written down. Beyond so many wrong passwords of one login nobody has another try.
func (a *Agent) allow(again bool) (risk string, err error) {
	if err := a.rereadFor(); err != nil {
		return "", err
	}
	now := time.Now()
	if at := a.ledger.NextGuess(a.login.Login, now); at.After(now) {
		return "", tooSoon(fmt.Sprintf("this login was refused %d times within %v, and about ten wrong passwords lock the account: correct it; another try of it", fsm.MaxGuesses, fsm.GuessesWithin), at)
	}
	risk, safe := a.risk(now)
	if risk == "" {
		return "", nil
	}
	if !again {
		return "", notSafe(risk, safe)
	}
	if at := a.ledger.NextOverrule(now); at.After(now) {
		return "", tooSoon("another start that is not safe", at)
	}
	a.apply(fsm.Event{Kind: fsm.Overruled, Detail: risk})
	a.cfg.Log.Warn("a person starts the daemon although that is not safe", zap.String("risk", risk))
	return risk, nil
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
	return &fsm.Refusal{Code: "secrets_unusable", Message: "nothing is started before this is mended: " + err.Error()}
}
