package transport

import (
	"context"
	"encoding/json"
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
		Of        fsm.Kind  `json:"of,omitempty"`
		By        fsm.By    `json:"by,omitempty"`
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

// newResult tells what an entry says of the answer to a challenge.
func newResult(e fsm.Entry, c fsm.Challenge, r fsm.Result) result2 {
	wait := 0
	if !e.Until.IsZero() && r == fsm.ResultRefused {
		wait = int(e.Until.Sub(e.At).Round(time.Second).Seconds())
	}
	return result2{"CODE_RESULT", c.ID, c.Kind, r, wait}
}

func newEvent(e fsm.Entry) event2 {
	return event2{"EVENT", e.Seq, e.At, e.Kind, e.Detail, e.From, e.To, e.Challenge, e.Until, e.Part, e.Of, e.By}
}

// version2 tells the state when it changes, what became of answers, and to those who subscribed every entry.
type version2 struct {
	*stream
	sum        fsm.Snapshot      // of the entries told; belongs to the follower
	subscribed bool              // belongs to the follower
	wish       chan func() error // from the reader to the follower; has room for one
}

func newVersion2(c *stream) *version2 { return &version2{stream: c, wish: make(chan func() error, 1)} }

func (v *version2) greet() (uint64, error) {
	v.sum = v.server.cfg.Journal.Snapshot()
	return v.sum.Seq, v.send(status2{"STATUS", nil, v.server.body(v.sum)})
}

func (v *version2) tell(e fsm.Entry) error {
	before := v.sum
	v.sum = v.sum.After(e)
	if outcome, ok := e.Result(before.Challenge); ok {
		if err := v.send(newResult(e, before.Challenge, outcome)); err != nil {
			return err
		}
	}
	if v.subscribed {
		if err := v.write(follower, v.server.told(e)); err != nil {
			return err
		}
	}
	if e.Changed() || v.sum.API != before.API || v.sum.Next != before.Next || v.sum.Trouble != before.Trouble || v.sum.Challenge != before.Challenge {
		return v.send(status2{"STATUS", nil, v.server.body(v.sum)})
	}
	return nil
}

func (v *version2) wishes() <-chan func() error { return v.wish }

// subscribe makes the follower send what came after a sequence number, and everything from then on. A
// second subscription replaces the first.
func (v *version2) subscribe(f frame) error {
	var after uint64
	if raw, ok := f.members["after"]; ok && json.Unmarshal(raw, &after) != nil {
		return refuse("frame_invalid", `"after" must be a sequence number, for example {"type":"SUBSCRIBE","after":0}`)
	}
	wish := func() error { return v.catchUp(after) }
	select {
	case v.wish <- wish:
	default: // the one before has not begun yet, and this one replaces it
		select {
		case <-v.wish:
		default:
		}
		v.wish <- wish
	}
	return nil
}

// catchUp sends what came after a sequence number, and lets tell send what follows. It belongs to the follower.
func (v *version2) catchUp(after uint64) error {
	v.subscribed = true
	mine := v.server.turns.of(v.visitor.turn.account) // the reader has its own
	defer mine.leave()
	for after < v.sum.Seq && mine.pause(v.visitor.closed) {
		e, ok, _ := v.server.cfg.Journal.Look(after)
		if !ok || e.Seq > v.sum.Seq {
			break // the rest comes as it happens
		}
		if err := v.write(follower, v.server.told(e)); err != nil {
			return err
		}
		after = e.Seq
	}
	return nil
}

func (v *version2) fail(r *fsm.Refusal) []byte { return marshal(newError2(nil, r)) }

func (v *version2) obey(ctx context.Context, b []byte) (answer []byte, counts bool) {
	f, refused := parseFrame(b)
	if refused != nil {
		return v.fail(refused), true
	}
	out, err := v.answer(ctx, f)
	if err != nil {
		out = newError2(f.id(), err)
	}
	return marshal(out), f.kind != "STATUS" || err != nil
}

// answer is what a frame that was understood is answered with.
func (v *version2) answer(ctx context.Context, f frame) (any, error) {
	c, known := commandOf(f.kind)
	if err := passOf(ctx).permits(c.who); err != nil {
		return nil, err
	}
	switch {
	case !known:
		return nil, refuse("type_unknown", "no such type; the description of version 2 lists them")
	case c.do != nil:
		risk, err := v.server.obey(ctx, c, f)
		return v.ack(f, risk), err
	case c.frame == "STATUS":
		return status2{"STATUS", f.id(), v.server.present()}, nil
	case c.frame == "SUBSCRIBE":
		return v.ack(f, ""), v.subscribe(f)
	case c.frame == "LINES":
		lines, err := v.server.latest(ctx)
		return lines2{"LINES", f.id(), linesBody{append([]string{}, lines...)}}, err
	}
	panic("transport: version 2 does not answer " + c.frame)
}

func (v *version2) ack(f frame, risk string) ack2 {
	now := v.server.cfg.Journal.Snapshot()
	return ack2{"ACK", f.id(), now.State, now.Challenge.ID, risk}
}

func newError2(id json.RawMessage, err error) error2 {
	r := refusalOf(err)
	return error2{"ERROR", id, r.Code, r.Message, int(r.Wait.Seconds())}
}

func (v *version2) send(frame any) error { return v.write(follower, marshal(frame)) }
