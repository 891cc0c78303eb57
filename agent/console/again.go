package console

import "github.com/ostai/futuopend-gateway/fsm"

// again tells the lines that repeat a request from those that make a new one. The daemon words one request in several
// lines, whose order is known and whose times are not: on a busy machine any time may pass between two of them. A later line
// of a request says nothing of an answer that was typed meanwhile. Before the verdict on an answer the daemon says that it
// verifies it, or words the verdict as a request from its beginning.
type again struct {
	code    stage
	picture stage
	wants   wish // what the daemon wanted last
}

// stage is how far the daemon has come in wording a request.
type stage byte

const (
	unworded stage = iota // it has not begun, or verifies an answer
	refused               // the last answer was of no use
	wanted
	saved // the picture is on disk
)

// repeats takes the next line of a request, and reports whether it goes on with the one before.
func (s *stage) repeats(next stage) bool {
	before := *s
	*s = next
	return before != unworded && before < next
}

// wish is what the daemon wants.
type wish byte

const (
	nothing wish = iota
	aCode
	aPicture
)

// sort returns the event that a line really means.
func (r *again) sort(e fsm.Event) fsm.Event {
	e.Kind = r.about(e.Kind)
	switch e.Kind {
	case fsm.CodeVerifying, fsm.CaptchaVerifying, fsm.LoggingIn:
		r.code, r.picture = unworded, unworded
	case fsm.CodeRejected, fsm.CodeVoid, fsm.CodeSuperseded:
		r.code = refused
	case fsm.CodeWanted:
		if r.code.repeats(wanted) {
			e.Kind = fsm.CodeStillWanted
		}
	case fsm.CaptchaRejected, fsm.CaptchaVoid:
		r.picture = refused
	case fsm.CaptchaWanted:
		if r.picture.repeats(wanted) {
			e.Kind = fsm.CaptchaStillWanted
		}
	case fsm.CaptchaSaved:
		if r.picture.repeats(saved) {
			e.Kind = fsm.CaptchaStillWanted
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
