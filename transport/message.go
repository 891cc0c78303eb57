package transport

import (
	"encoding/json"
	"errors"

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
// and to those who come while it lasts. It is nil for states that version 1 tells only when asked.
func arrival(e fsm.Entry) []byte {
	switch e.To {
	case fsm.AwaitingCode:
		if e.Held {
			return nil // a code that came early answers it
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
	if e.Changed() || e.Kind == fsm.CodeRefused {
		if f := arrival(e); f != nil {
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

func newStatus(s fsm.State) []byte { return marshal(statusFrame{"STATUS", s.Status()}) }

// errorFrame is ERROR: a frame that could not be obeyed, why, and what to do.
type errorFrame struct {
	Type    string `json:"type"`
	Error   string `json:"error"`
	Message string `json:"message"`
}

func newError(code, message string) []byte { return marshal(errorFrame{"ERROR", code, message}) }

// refused is the ERROR frame for a command's error.
func refused(err error) []byte {
	if r, ok := errors.AsType[*fsm.Refusal](err); ok {
		return newError(r.Code, r.Message)
	}
	return newError("unavailable", err.Error()+"; try again")
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("transport: marshal frame: " + err.Error()) // strings and numbers only
	}
	return b
}
