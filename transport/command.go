package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"time"
)

// Agent is what a client's command can do. The methods return a fsm.Refusal for a
// command that does not make sense; they are safe for concurrent use.
type Agent interface {
	// Init starts the daemon if nothing runs. Without again it starts only what the gateway would start itself; with
	// again it overrules, and risk says what that risks, empty if nothing.
	Init(ctx context.Context, again bool) (risk string, err error)
	// Restart stops the daemon and starts it, on the terms of Init. Stop stops it for good.
	Restart(ctx context.Context, again bool) (risk string, err error)
	Stop(ctx context.Context) error
	// SubmitCode types an SMS code, or holds it until one is wanted. ResendCode asks for another SMS.
	SubmitCode(ctx context.Context, code string) error
	ResendCode(ctx context.Context) error
	// SubmitCaptcha types the characters of the picture, which Captcha returns as a PNG. NewCaptcha asks for another one.
	SubmitCaptcha(ctx context.Context, answer string) error
	Captcha(ctx context.Context) ([]byte, error)
	NewCaptcha(ctx context.Context) error
	// SubmitPassword types a password that the gateway was not given.
	SubmitPassword(ctx context.Context, password string) error
	// Proven is when the daemon's own API last proved that quotes work, zero if it does not.
	Proven() time.Time
	// Lines are the daemon's latest lines without secrets, oldest first.
	Lines(ctx context.Context) ([]string, error)
}

// frame is what a client sends, as far as it is understood. Members that nobody knows are
// left alone: clients may be newer.
type frame struct {
	kind    string
	members map[string]json.RawMessage
}

// parseFrame understands a text frame. If it cannot, it returns the ERROR frame that says why.
func parseFrame(b []byte) (f frame, wrong []byte) {
	if err := json.Unmarshal(b, &f.members); err != nil || f.members == nil {
		return f, newError("frame_invalid", `not a JSON object; send for example {"type":"STATUS"}`)
	}
	if !f.text("type", &f.kind) || f.kind == "" {
		return f, newError("frame_invalid", `the member "type" must be a text, for example {"type":"STATUS"}`)
	}
	return f, nil
}

// text reads a member that must be a JSON string.
func (f frame) text(name string, into *string) bool {
	raw := bytes.TrimSpace(f.members[name])
	return len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, into) == nil
}

// obey does what a frame asks for and returns the answer, nil for none. counts is whether it
// counts against the flood bound: asking for the status is free.
func (s *Server) obey(ctx context.Context, b []byte) (answer []byte, counts bool) {
	f, wrong := parseFrame(b)
	if wrong != nil {
		return wrong, true
	}
	if err := sessionOf(ctx).permits(f.kind); err != nil {
		return refused(err), true
	}
	switch f.kind {
	case "STATUS":
		return newStatus(s.cfg.Journal.Last().To), false
	case "INIT":
		_, err := s.cfg.Agent.Init(ctx, true) // version 1 has no word for the risk; the log has it
		return outcome(err), true
	case "VERIFY_CODE":
		var code string
		if !f.text("code", &code) {
			return newError("code_invalid", `the member "code" must be a text of 4 to 8 digits, for example {"type":"VERIFY_CODE","code":"123456"}`), true
		}
		return outcome(s.cfg.Agent.SubmitCode(ctx, code)), true
	}
	return newError("type_unknown", "no such type; the types are INIT, STATUS and VERIFY_CODE"), true
}

// outcome is nil for a command that was obeyed: version 1 confirms nothing.
func outcome(err error) []byte {
	if err == nil {
		return nil
	}
	return refused(err)
}
