package agent

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// verifyWithin is how long the outcome of a typed code may take. The daemon answers within a few
// seconds; the wording of a refusal is not known in every language, so after this the
// code counts as unanswered and may be sent again.
const verifyWithin = time.Minute

// question is what is wanted of a person, beside what the snapshot's challenge says of it. It lasts across
// challenges, as a code may come before one. Its deadlines are askAt and verifyBy.
type question struct {
	held         held
	pictureAfter time.Time // the captcha's picture must be newer than this
	pictureDrawn time.Time // until then the daemon may still draw one that was asked for; zero if it said that it is there
	pictureAt    string    // where the daemon says that the picture is, empty if it did not
	askAt        time.Time // when the gateway asks for the SMS itself, zero if it need not
	verifyBy     time.Time // when a typed answer counts as unanswered, zero if none was typed
}

// forget drops what was waited for: the state changed.
func (q *question) forget() { q.askAt, q.verifyBy = time.Time{}, time.Time{} }

// due is when the question is to be looked at, zero for never.
func (q *question) due() time.Time { return earliest(q.askAt, q.verifyBy) }

// unanswered gives up waiting for the outcome of an answer, so that another one can be given.
func (a *Agent) unanswered() {
	kind := fsm.CodeTimeout
	if a.now.Challenge.Kind == fsm.ChallengeCaptcha {
		kind = fsm.CaptchaTimeout
	}
	a.apply(fsm.Event{Kind: kind, Detail: verifyWithin.String(), Challenge: a.now.Challenge.ID})
}
