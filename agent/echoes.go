package agent

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// sameRequest: the daemon words one request in several lines. A later one of them says nothing of an answer that
// was typed between them: the broker's verdict takes longer than this.
const sameRequest = 500 * time.Millisecond

// echoes tells the lines that repeat a request from those that make a new one.
type echoes struct {
	code    time.Time // when a code was refused and not yet asked for again, zero otherwise
	captcha time.Time // when a captcha was wanted or refused and its picture not yet told, zero otherwise
}

// sort returns the event that a line really means.
func (r *echoes) sort(e fsm.Event, now time.Time) fsm.Event {
	switch e.Kind {
	case fsm.CodeRejected:
		r.code = now
	case fsm.CodeWanted:
		if now.Sub(r.code) < sameRequest {
			e.Kind = fsm.CodeStillWanted
		}
		r.code = time.Time{}
	case fsm.CaptchaRejected:
		r.captcha = now
	case fsm.CaptchaWanted, fsm.CaptchaSaved:
		again := now.Sub(r.captcha) < sameRequest
		r.captcha = time.Time{}
		if again {
			e.Kind = fsm.CaptchaStillWanted
		} else if e.Kind == fsm.CaptchaWanted {
			r.captcha = now
		}
	}
	return e
}
