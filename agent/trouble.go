package agent

import (
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// alarmAt is when a person is to be told of the trouble, zero for never. It is made of the journal alone, so that a restart of
// the gateway neither forgets what was told nor tells it again.
func (a *Agent) alarmAt() time.Time {
	if a.quiet() {
		return time.Time{}
	}
	at, _ := a.now.Alarm(a.cfg.Market)
	return at
}

// quiet reports whether nobody is told of trouble now: whoever stops the gateway knows, and while the daemon is on its way out it is not decided
// yet when the next one is started, which a person is told too.
func (a *Agent) quiet() bool {
	return a.will.wish == end || a.now.State == fsm.Closed && a.run != nil && !a.run.ending.told
}

// alarm writes down that a person is told, if it is time for that. Whoever sends messages reads it there.
func (a *Agent) alarm(now time.Time) {
	at, what := a.now.Alarm(a.cfg.Market)
	if at.IsZero() || at.After(now) || a.quiet() {
		return
	}
	why := a.now.Trouble.Why
	fields := []zap.Field{
		zap.String("class", string(why.Class())), zap.String("detail", why.Detail), zap.String("missing", string(why.Part)), zap.String("since", a.now.Trouble.Since.Format(time.RFC3339)),
	}
	if what == fsm.TroubleOver {
		a.apply(fsm.Event{Kind: what})
		a.cfg.Log.Info("the trouble is over: the account is ready", fields...)
		return
	}
	a.apply(fsm.Event{Kind: what, Of: why.Class(), Detail: why.Detail, Part: why.Part})
	a.cfg.Log.Warn("the account is not ready, and a person is told", fields...)
}
