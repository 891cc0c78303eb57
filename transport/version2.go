package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// The WebSocket subprotocols that choose the version of the wire. Version 1 needs none; its name is for pages that
// send a token, because browsers want one of what they offer to be chosen.
const (
	protocol1 = "futuopend.v1"
	protocol2 = "futuopend.v2"
)

// The frames of wire version 2. Members are only ever added.
type (
	// status2 is sent on connecting, when the state changes, and in answer to STATUS.
	status2 struct {
		Type string          `json:"type"`
		ID   json.RawMessage `json:"id,omitempty"`
		snapshotBody
	}
	// ack2 answers a command that was obeyed.
	ack2 struct {
		Type      string          `json:"type"`
		ID        json.RawMessage `json:"id,omitempty"`
		State     fsm.State       `json:"state"`
		Challenge uint64          `json:"challenge,omitempty"`
		Risk      string          `json:"risk,omitempty"`
	}
	// error2 answers one that was not.
	error2 struct {
		Type    string          `json:"type"`
		ID      json.RawMessage `json:"id,omitempty"`
		Error   string          `json:"error"`
		Message string          `json:"message"`
		Wait    int             `json:"wait,omitempty"` // seconds after which it is worth trying again
	}
	// event2 is one entry of the journal, for those who subscribed.
	event2 struct {
		Type      string    `json:"type"`
		Seq       uint64    `json:"seq"`
		At        time.Time `json:"at"`
		Kind      fsm.Kind  `json:"kind"`
		Detail    string    `json:"detail,omitempty"`
		From      fsm.State `json:"from"`
		To        fsm.State `json:"to"`
		Challenge uint64    `json:"challenge,omitempty"`
		Until     time.Time `json:"until,omitzero"`
		Part      fsm.Part  `json:"part,omitempty"`
	}
	// result2 tells what became of an answer.
	result2 struct {
		Type      string            `json:"type"`
		Challenge uint64            `json:"challenge"`
		Kind      fsm.ChallengeKind `json:"kind"`
		Result    fsm.Result        `json:"result"`
		Wait      int               `json:"wait,omitempty"` // seconds after which a code may be sent again
	}
)

// lines2 answers LINES.
type lines2 struct {
	Type string          `json:"type"`
	ID   json.RawMessage `json:"id,omitempty"`
	linesBody
}

func newEvent(e fsm.Entry) event2 {
	return event2{"EVENT", e.Seq, e.At, e.Kind, e.Detail, e.From, e.To, e.Challenge, e.Until, e.Part}
}

// obey2 does what a frame of version 2 asks for. counts is as for obey.
func (s *Server) obey2(ctx context.Context, b []byte, subscribe func(after uint64)) (answer any, counts bool) {
	f, wrong := parseFrame(b)
	if wrong != nil {
		var e errorFrame
		if err := json.Unmarshal(wrong, &e); err != nil {
			panic("transport: " + err.Error()) // our own frame
		}
		return error2{Type: "ERROR", Error: e.Error, Message: e.Message}, true
	}
	id := f.id()
	if err := sessionOf(ctx).permits(f.kind); err != nil {
		return newError2(id, err), true
	}
	switch f.kind {
	case "STATUS":
		return status2{"STATUS", id, s.now()}, false
	case "SUBSCRIBE":
		var after uint64
		if raw, ok := f.members["after"]; ok && json.Unmarshal(raw, &after) != nil {
			return error2{Type: "ERROR", ID: id, Error: "frame_invalid", Message: `"after" must be a sequence number, for example {"type":"SUBSCRIBE","after":0}`}, true
		}
		subscribe(after)
		return s.ack(id, ""), true
	case "LINES":
		lines, err := s.cfg.Agent.Lines(ctx)
		if err != nil {
			return newError2(id, err), true
		}
		return lines2{"LINES", id, linesBody{append([]string{}, lines...)}}, true
	}
	do, ok := s.commands2()[f.kind]
	if !ok {
		return error2{Type: "ERROR", ID: id, Error: "type_unknown", Message: "no such type; the description of version 2 lists them"}, true
	}
	risk, err := do(ctx, f)
	if err != nil {
		return newError2(id, err), true
	}
	return s.ack(id, risk), true
}

// commands2 are the commands that act, by their type.
func (s *Server) commands2() map[string]func(context.Context, frame) (risk string, err error) {
	agent := s.cfg.Agent
	quiet := func(do func(context.Context) error) func(context.Context, frame) (string, error) {
		return func(ctx context.Context, _ frame) (string, error) { return "", do(ctx) }
	}
	return map[string]func(context.Context, frame) (string, error){
		"INIT":        func(ctx context.Context, _ frame) (string, error) { return agent.Init(ctx, true) },
		"RESTART":     func(ctx context.Context, _ frame) (string, error) { return agent.Restart(ctx, true) },
		"STOP":        quiet(agent.Stop),
		"RESEND_CODE": quiet(agent.ResendCode),
		"NEW_CAPTCHA": quiet(agent.NewCaptcha),
		"VERIFY_CODE": func(ctx context.Context, f frame) (string, error) {
			return "", withText(f, "code", func(code string) error { return agent.SubmitCode(ctx, code) })
		},
		"VERIFY_CAPTCHA": func(ctx context.Context, f frame) (string, error) {
			return "", withText(f, "answer", func(answer string) error { return agent.SubmitCaptcha(ctx, answer) })
		},
	}
}

func (s *Server) ack(id json.RawMessage, risk string) ack2 {
	now := s.cfg.Journal.Snapshot()
	return ack2{"ACK", id, now.State, now.Challenge.ID, risk}
}

func newError2(id json.RawMessage, err error) error2 {
	r, ok := errors.AsType[*fsm.Refusal](err)
	if !ok {
		r = &fsm.Refusal{Code: "unavailable", Message: err.Error() + "; try again"}
	}
	return error2{"ERROR", id, r.Code, r.Message, int(r.Wait.Seconds())}
}

// maxID bounds a client's id, in bytes of JSON. It comes back as it was.
const maxID = 64

// id is the command's id: a JSON text or number. Anything else counts as none.
func (f frame) id() json.RawMessage {
	raw := bytes.TrimSpace(f.members["id"])
	if len(raw) == 0 || len(raw) > maxID || bytes.ContainsAny(raw[:1], "{[tfn") {
		return nil
	}
	return raw
}
