package transport

import (
	"context"
	"sync"

	"github.com/ostai/futuopend-gateway/fsm"
)

// The frames of wire version 1, byte for byte as its clients know them. Members are never
// added to them and never change their order.
var (
	requestCode     = []byte(`{"type":"REQUEST_CODE"}`)
	requestCaptcha  = []byte(`{"type":"REQUEST_CAPTCHA"}`)
	requestPassword = []byte(`{"type":"REQUEST_PASSWORD"}`)
	connected       = []byte(`{"type":"CONNECTED"}`)
	closed          = []byte(`{"type":"CLOSED"}`)
	halted          = []byte(`{"type":"HALTED"}`)
)

// arrival is the frame that tells of a state, to those who are there when it is entered
// and to those who come while it lasts. It is nil for states that version 1 tells only when asked, and where nobody
// is to answer: a code that came early does, or none is taken before another SMS.
func arrival(s fsm.State, answered bool) []byte {
	switch s {
	case fsm.AwaitingCode:
		if answered {
			return nil
		}
		return requestCode
	case fsm.AwaitingCaptcha:
		return requestCaptcha
	case fsm.AwaitingPassword:
		return requestPassword
	case fsm.Connected:
		return connected
	case fsm.Halted:
		return halted
	}
	return nil
}

// frames returns what a stream sends for one journal entry.
func frames(e fsm.Entry) [][]byte {
	var out [][]byte
	if e.Kind == fsm.Exited || e.Kind == fsm.StartFailed {
		out = append(out, closed)
	}
	if e.Changed() || e.Kind == fsm.CodeRefused || e.Kind == fsm.CodesOpen {
		if f := arrival(e.To, e.Held || e.Shut); f != nil {
			out = append(out, f)
		}
	}
	return out
}

// statusFrame is STATUS. The member order is part of the wire.
type statusFrame struct {
	Type   string `json:"type"`
	Status int    `json:"status"`
}

// newStatus is the STATUS frame for a state. It is asked for most often, so that each is made once.
func newStatus(s fsm.State) []byte { return statusFrames()[s.Status()] }

var statusFrames = sync.OnceValue(func() map[int][]byte {
	frames := map[int][]byte{}
	for _, s := range fsm.States() {
		frames[s.Status()] = marshal(statusFrame{"STATUS", s.Status()})
	}
	return frames
})

// errorFrame is ERROR: a frame that could not be obeyed, why, and what to do.
type errorFrame struct {
	Type    string `json:"type"`
	Error   string `json:"error"`
	Message string `json:"message"`
}

// newError is the ERROR frame for a command's error.
func newError(err error) []byte {
	r := refusalOf(err)
	return marshal(errorFrame{"ERROR", r.Code, r.Message})
}

// version1 speaks as existing clients know it.
type version1 struct{ *stream }

func (v version1) greet() (uint64, error) {
	now := v.server.cfg.Journal.Snapshot()
	return now.Seq, v.send(arrival(now.State, now.Challenge.Held || now.Challenge.Shut))
}

func (v version1) tell(e fsm.Entry) error { return v.send(frames(e)...) }

func (v version1) wishes() <-chan func() error { return nil }

func (v version1) fail(r *fsm.Refusal) []byte { return newError(r) }

// obey answers nothing to a command that was obeyed: version 1 confirms nothing, and has no word for a risk; the log has it.
func (v version1) obey(ctx context.Context, b []byte) (answer []byte, counts bool) {
	f, refused := parseFrame(b)
	if refused != nil {
		return newError(refused), true
	}
	f.first = true
	c, _ := commandOf(f.kind)
	if err := passOf(ctx).permits(c.who); err != nil {
		return newError(err), true
	}
	switch {
	case !c.first:
		return newError(refuse("type_unknown", "no such type; the types are INIT, STATUS and VERIFY_CODE")), true
	case c.do == nil: // STATUS, the only one
		return newStatus(v.server.cfg.Journal.Last().To), false
	case c.member != "" && !f.has(c.member):
		return newError(refuse("code_invalid", `the member "code" must be a text of 4 to 8 digits, for example {"type":"VERIFY_CODE","code":"123456"}`)), true
	}
	delete(f.members, "again") // clients send INIT each time they connect: it never overrules
	if _, err := v.server.obey(ctx, c, f); err != nil {
		return newError(err), true
	}
	return nil, true
}

func (v version1) send(frames ...[]byte) error {
	for _, f := range frames {
		if f == nil {
			continue
		}
		if err := v.write(follower, f); err != nil {
			return err
		}
	}
	return nil
}
