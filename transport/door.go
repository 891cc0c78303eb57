package transport

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Obey gives a command that came by a door which is neither HTTP nor a WebSocket, on the terms of the POST of that path.
// text is what its member has; a code may stand in any text, as in POST /sms. Whoever calls it has seen to it that the
// sender may give it. It returns the risk of what was done, and a [fsm.Refusal] for what cannot be done. It is safe for
// concurrent use.
func (s *Server) Obey(ctx context.Context, path, text string, again bool, by fsm.By) (risk string, err error) {
	for _, c := range commands {
		switch {
		case c.path != path || c.here: // a password is typed on this machine alone
		case c.frame == "VERIFY_CODE":
			return "", s.takeMessage(ctx, message{text: text, named: true, way: by})
		default:
			f := frame{by: by, members: map[string]json.RawMessage{"again": json.RawMessage(strconv.FormatBool(again))}}
			f.members[c.member] = marshal(text)
			return s.obey(ctx, c, f)
		}
	}
	panic("transport: no command has the path " + path)
}
