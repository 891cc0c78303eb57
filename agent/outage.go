package agent

import (
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

const (
	// lostFor is how long a session may be lost before that is told: what the daemon mends by itself takes less.
	lostFor = 10 * time.Minute
	// reconsiderEvery is how often it is looked again whether a new login makes sense, while something keeps it back.
	reconsiderEvery = 5 * time.Minute
)

// outage is a session that is lost while the daemon runs, which lasts as long as the state. Its deadlines are tellAt and loginAt.
//
// The daemon gets its session back by itself when the network is back, and a new login may want an SMS. But where what it logs in with has
// grown too old it is logged out for good, and says so to nobody: that is what a new login is for.
type outage struct {
	tellAt  time.Time // when the loss is told, zero once it was
	loginAt time.Time // when a new login is considered, zero for never
	kept    string    // why none is made, as it was logged
	reach   reach
}

// due is when the outage is to be looked at, zero for never.
func (o *outage) due() time.Time { return earliest(o.tellAt, o.loginAt) }

// end forgets the outage, and waits until nobody looks for the network any more.
func (o *outage) end() {
	o.reach.forget()
	*o = outage{}
}

// sessionIsLost begins an outage.
func (a *Agent) sessionIsLost(at time.Time) {
	a.outage.tellAt = at.Add(lostFor)
	if a.cfg.Supervise && a.cfg.ReloginAfter > 0 && a.cfg.Reach != nil {
		a.outage.loginAt = at.Add(a.cfg.ReloginAfter)
	}
}

// stillLost tells that the session did not come back, and when a new login is considered.
func (a *Agent) stillLost() {
	a.apply(fsm.Event{Kind: fsm.SessionStillLost, Detail: lostFor.String(), Until: a.outage.loginAt.UTC()})
}

// considerLogin asks for the network if nothing else is against a new login.
func (a *Agent) considerLogin(now time.Time) {
	if why, at := a.noLogin(now); why != "" {
		a.keepFromLogin(why, at)
		return
	}
	a.outage.reach.ask(a.cfg.Reach)
}

// noLogin says why a new login is not made, and when to look again; empty if nothing is against it. Each of these would leave the
// account worse than the outage does: without a daemon, or with a question that nobody answers.
func (a *Agent) noLogin(now time.Time) (why string, at time.Time) {
	at = now.Add(reconsiderEvery)
	if err := a.reread(); err != nil {
		return "the files with secrets cannot be used: " + err.Error(), at
	}
	if a.cfg.HasPassword == nil || !a.cfg.HasPassword() {
		return "no password is at hand", at
	}
	if named := a.ledger.Named(); named.After(now) {
		return "the broker wants no login before " + named.Format(time.RFC3339), named
	}
	if safe, spent := a.ledger.Safe(now); spent != "" {
		return "there were " + spent, safe
	}
	return "", time.Time{}
}

// keepFromLogin leaves the daemon as it is and says why, once for each reason.
func (a *Agent) keepFromLogin(why string, at time.Time) {
	a.outage.loginAt = at
	if why != a.outage.kept {
		a.outage.kept = why
		a.cfg.Log.Warn("no new login is made for the lost session", zap.String("why", why))
	}
}

// reached ends the daemon for one new login if the network is up.
func (a *Agent) reached(down error, now time.Time) {
	a.outage.reach.forget()
	if down != nil {
		a.keepFromLogin("the network does not seem to be up: "+down.Error(), now.Add(reconsiderEvery))
		return
	}
	a.apply(fsm.Event{Kind: fsm.Relogin, Detail: now.Sub(a.now.Since).Round(time.Second).String()})
}
