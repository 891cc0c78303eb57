package fsm

// Result is what became of an answer to a challenge. The text is what the wire and the metrics show, so a
// result is never renamed.
type Result string

const (
	ResultAccepted Result = "accepted" // the daemon went on
	ResultRejected Result = "rejected" // it asks again, or gave up
	ResultExpired  Result = "expired"  // a code that came early grew too old to be typed
	ResultTimeout  Result = "timeout"  // nothing came after it, or nobody will ever know
	ResultRefused  Result = "refused"  // it could not be typed, or not yet
)

// Results are all of them.
func Results() []Result {
	return []Result{ResultAccepted, ResultRejected, ResultExpired, ResultTimeout, ResultRefused}
}

// Result tells what the entry says of the answer that was being verified, or of a code that was held. before is
// the challenge before the entry. ok is false for an entry that says nothing of one.
func (e Entry) Result(before Challenge) (r Result, ok bool) {
	switch {
	case e.Kind == CodeDropped:
		return ResultExpired, true
	case e.Kind == CodeRefused:
		return ResultRefused, true
	case e.From != Verifying || !e.Changed() || before.ID == 0:
		return "", false
	case e.Kind == CodeTimeout || e.Kind == CaptchaTimeout:
		return ResultTimeout, true
	case e.Kind == CodeNotTyped || e.Kind == CaptchaNotTyped:
		return ResultRefused, true
	case e.To == Connected:
		return ResultAccepted, true
	case before.Kind == ChallengeCaptcha && e.To == AwaitingCode:
		return ResultAccepted, true // the daemon went on to the next question
	case e.Kind == Boot, e.To == Closed && (e.Kind == Stop || e.Kind == Exited):
		return ResultTimeout, true // nobody will ever know
	}
	return ResultRejected, true
}
