package agent

import (
	"slices"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// refused is what refused the latest login and holds against the next one. A daemon that refused its own start is tried again when
// something has changed that a start depends on: what that is, is returned.
func (a *Agent) refused(now time.Time) (refusal fsm.Entry, holds bool, changed []string) {
	refusal, holds = a.ledger.Refused(a.login.Login, now)
	class, _ := refusal.Kind.Failure()
	if !class.Setup || a.cfg.Setup == nil {
		return refusal, holds, nil
	}
	setup := a.cfg.Setup()
	if a.ledger.Setup() == "" && a.run == nil && !a.now.State.Live() {
		a.apply(fsm.Event{Kind: fsm.SetupNoted, Detail: setup}) // as it is once the daemon has let go of it
	}
	if changed = changes(a.ledger.Setup(), setup); len(changed) > 0 {
		return refusal, false, changed // the program is a part of the login, too: another one is both
	}
	return refusal, holds, nil
}

// complain keeps what the daemon says is wrong with its start. It may go on all the same; if it ends before it logs in, that is why.
func (r *run) complain(what string) {
	if r.complaint == "" {
		r.complaint = strings.Clone(what)
	}
}

// taken is how a setup says that a port cannot be listened on. That one has become so mends nothing.
const taken = "taken"

// changes are the names of the parts that differ between two setups, as "the program 1a2b; the port free" has two parts. Nothing
// differs from what is not known.
func changes(before, now string) (names []string) {
	if before == "" {
		return nil
	}
	old := strings.Split(before, "; ")
	for part := range strings.SplitSeq(now, "; ") {
		name, state := cutLast(part)
		if !slices.Contains(old, part) && state != taken {
			names = append(names, name)
		}
	}
	return names
}

// cutLast takes the last word off.
func cutLast(text string) (before, last string) {
	i := strings.LastIndex(text, " ")
	return text[:max(i, 0)], text[i+1:]
}
