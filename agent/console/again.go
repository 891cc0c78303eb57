package console

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// sameRequest: the daemon words one request in several lines. A later one of them says nothing of an answer that
// was typed between them: the broker's verdict takes longer than this.
const sameRequest = 500 * time.Millisecond

// again tells the lines that repeat a request from those that make a new one.
type again struct {
	code    mark // a code was refused and not yet asked for again
	captcha mark // a captcha was wanted or refused, and its picture not yet told
	wants   wish // what the daemon wanted last
}

// wish is what the daemon wants.
type wish byte

const (
	nothing wish = iota
	aCode
	aPicture
)

// mark remembers a line that others may repeat.
type mark struct {
	set bool
	at  time.Time
}

// recent reports whether a line at now belongs to the request that was marked. Where no times are known, as in a
// recording, the order of the lines decides.
func (m mark) recent(now time.Time) bool { return m.set && now.Sub(m.at) < sameRequest }

// sort returns the event that a line really means.
func (r *again) sort(e fsm.Event, now time.Time) fsm.Event {
	e.Kind = r.about(e.Kind)
	switch e.Kind {
	case fsm.CodeRejected:
		r.code = mark{true, now}
	case fsm.CodeVerifying:
		r.code, r.captcha = mark{}, mark{} // what follows is the verdict on an answer
	case fsm.CodeWanted:
		if r.code.recent(now) {
			e.Kind = fsm.CodeStillWanted
		}
		r.code = mark{}
	case fsm.CaptchaRejected:
		r.captcha = mark{true, now}
	case fsm.CaptchaWanted, fsm.CaptchaSaved:
		repeats := r.captcha.recent(now)
		r.captcha = mark{}
		if repeats {
			e.Kind = fsm.CaptchaStillWanted
		} else if e.Kind == fsm.CaptchaWanted {
			r.captcha = mark{true, now}
		}
	}
	return e
}

// about tells what a line is about that does not say it: codes and pictures have some words in common.
func (r *again) about(k fsm.Kind) fsm.Kind {
	switch k {
	case fsm.CodeWanted, fsm.CodeRequestHint, fsm.CodeInputHint, fsm.CodeRequesting, fsm.CodeSent, fsm.CodeVerifying:
		r.wants = aCode
	case fsm.CaptchaWanted, fsm.CaptchaHint, fsm.CaptchaRequesting, fsm.CaptchaSaved, fsm.CaptchaVerifying:
		r.wants = aPicture
	case fsm.LoggingIn, fsm.LoggedIn, fsm.DataReady:
		r.wants = nothing
	case fsm.CodeVoid:
		if r.wants == aPicture {
			return fsm.CaptchaVoid
		}
	case fsm.TooFrequent:
		switch r.wants {
		case aCode:
			return fsm.CodeNotSent
		case aPicture:
			return fsm.CaptchaNotSent
		}
	}
	return k
}
