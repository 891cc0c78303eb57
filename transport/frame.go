package transport

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/ostai/futuopend-gateway/fsm"
)

// frame is a JSON object that a client sends, as far as it is understood: a frame of a WebSocket, or the body of a POST, which
// has no kind. Members that nobody knows are left alone: clients may be newer.
type frame struct {
	kind    string
	by      fsm.By // how it came
	members map[string]json.RawMessage
	first   bool // it is one of version 1
}

// askStatus is the frame that is sent most often, as almost every client writes it.
const askStatus = `{"type":"STATUS"}`

// parseFrame understands a text frame, or refuses it.
func parseFrame(b []byte) (f frame, refused *fsm.Refusal) {
	if string(b) == askStatus {
		return frame{kind: "STATUS", by: fsm.ByWebSocket}, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(b, &members); err != nil || members == nil {
		return f, refuse("frame_invalid", `not a JSON object; send for example `+askStatus)
	}
	f = frame{by: fsm.ByWebSocket, members: members}
	var kind string
	if !f.text("type", &kind) || kind == "" {
		return f, refuse("frame_invalid", `the member "type" must be a text, for example `+askStatus)
	}
	f.kind = kind
	return f, nil
}

// way is how what a frame gives came here, as far as its sender says more than we see.
func (f frame) way() fsm.By {
	var said string
	f.text("by", &said)
	return fsm.By(said).Or(f.by)
}

// text reads a member that must be a JSON string.
func (f frame) text(name string, into *string) bool {
	raw := bytes.TrimSpace(f.members[name])
	return len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, into) == nil
}

// has reports whether a member is a JSON string.
func (f frame) has(name string) bool {
	var text string
	return f.text(name, &text)
}

// wanted reads a text member that must be there.
func (f frame) wanted(name string) (text string, err error) {
	if !f.text(name, &text) {
		return "", refuse("body_invalid", fmt.Sprintf(`the body must be a JSON object with the text member %q`, name))
	}
	return text, nil
}

// flag reads a member that is true, false, or not there, which is false.
func (f frame) flag(name string) (set bool, err error) {
	switch string(bytes.TrimSpace(f.members[name])) {
	case "true":
		return true, nil
	case "false", "":
		return false, nil
	}
	return false, refuse("body_invalid", fmt.Sprintf("the member %q must be true or false", name))
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

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("transport: marshal frame: " + err.Error()) // strings and numbers only
	}
	return b
}
