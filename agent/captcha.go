package agent

import (
	"context"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// pictureSlack is how much older than the daemon's line its picture may be: the daemon writes the file and
// prints the line in an order that is not known, and file times are coarse.
const pictureSlack = 2 * time.Second

// tick is how far a file's time may lag behind the clock: file systems take the time of the last timer tick.
const tick = 50 * time.Millisecond

// drawnWithin is how long an answer waits for the daemon's word that a picture which was asked for is there: until then it would be that of
// another one, and the line that comes would look as if it were refused. The daemon may draw one without a word.
const drawnWithin = 2 * time.Second

// expectPicture sets how old the picture of a new request may be.
func (a *Agent) expectPicture(e fsm.Entry) {
	if earliest := e.At.Add(-pictureSlack); a.question.pictureAfter.Before(earliest) {
		a.question.pictureAfter = earliest
	}
}

// SubmitCaptcha types the characters of the picture. It returns a [fsm.Refusal] for an answer that
// cannot be used. It is safe for concurrent use.
func (a *Agent) SubmitCaptcha(ctx context.Context, answer string, by fsm.By) error {
	return a.do(ctx, func() error {
		switch {
		case a.now.State != fsm.AwaitingCaptcha:
			return a.notWanted("captcha")
		case !console.ValidCaptcha(answer):
			return &fsm.Refusal{Code: "captcha_invalid", Message: "an answer is 1 to 8 letters and digits; nothing was typed"}
		}
		if at := a.ledger.NextAnswer(time.Now()); at.After(time.Now()) {
			return tooSoon("another answer", at)
		}
		if at := a.question.pictureDrawn; at.After(time.Now()) {
			return tooSoon("an answer to the picture that was asked for", at)
		}
		a.question.pictureAfter = time.Now().Add(-tick)
		return a.typeLine(typed{
			line: console.InputCaptcha(answer), secret: longEnough(answer),
			spends: fsm.Event{Kind: fsm.CaptchaTyped, Challenge: a.now.Challenge.ID, By: by}, undo: fsm.CaptchaNotTyped,
		})
	})
}

// longEnough leaves short answers to the echo's own rules: hiding each "A" would hide everything.
func longEnough(answer string) string {
	if len(answer) < 4 {
		return ""
	}
	return answer
}

// NewCaptcha asks for another picture, or for one instead of an SMS that does not come. It returns a [fsm.Refusal] when
// neither is wanted or ten were asked for within a minute. It is safe for concurrent use.
func (a *Agent) NewCaptcha(ctx context.Context) error {
	return a.do(ctx, func() error {
		if a.now.State != fsm.AwaitingCaptcha && a.now.State != fsm.AwaitingCode {
			return a.notWanted("captcha")
		}
		if at := a.ledger.NextPicture(time.Now()); at.After(time.Now()) {
			return tooSoon("another picture", at)
		}
		a.question.pictureAfter, a.question.pictureDrawn = time.Now().Add(-tick), time.Now().Add(drawnWithin)
		return a.typeLine(typed{
			line:   console.RequestPicture,
			spends: fsm.Event{Kind: fsm.CaptchaAsked, Detail: "client", Challenge: a.now.Challenge.ID},
		})
	})
}

// Captcha returns the picture that is to be read, a PNG or a JPEG. It returns a [fsm.Refusal] when none is wanted
// or the daemon has not written it yet. It is safe for concurrent use.
func (a *Agent) Captcha(ctx context.Context) ([]byte, error) {
	var named string
	var after time.Time
	err := a.do(ctx, func() error {
		if a.now.State != fsm.AwaitingCaptcha {
			return a.notWanted("captcha")
		}
		named, after = a.question.pictureAt, a.question.pictureAfter
		return nil
	})
	if err != nil {
		return nil, err
	}
	picture, err := a.cfg.Picture(named, after)
	if err != nil {
		return nil, &fsm.Refusal{Code: "picture_missing", Message: err.Error() + "; try again in a moment, or ask for a new one"}
	}
	return picture, nil
}
