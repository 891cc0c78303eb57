package transport

import (
	"context"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// version1 speaks as existing clients know it.
type version1 struct{ *stream }

func (v version1) greet() (uint64, error) {
	last := v.server.cfg.Journal.Last()
	return last.Seq, v.send(arrival(last))
}

func (v version1) tell(e fsm.Entry) error { return v.send(frames(e)...) }

func (v version1) wishes() <-chan func() error { return nil }

func (v version1) obey(ctx context.Context, b []byte) (answer []byte, counts bool) {
	return v.server.obey(ctx, b)
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
		wait := 0
		if !e.Until.IsZero() && outcome == fsm.ResultRefused {
			wait = int(e.Until.Sub(e.At).Round(time.Second).Seconds())
		}
		if err := v.send(result2{"CODE_RESULT", before.Challenge.ID, before.Challenge.Kind, outcome, wait}); err != nil {
			return err
		}
	}
	if v.subscribed {
		if err := v.send(newEvent(e)); err != nil {
			return err
		}
	}
	if e.Changed() || v.sum.API != before.API || v.sum.Next != before.Next || v.sum.Challenge != before.Challenge {
		return v.send(status2{"STATUS", nil, v.server.body(v.sum)})
	}
	return nil
}

func (v *version2) wishes() <-chan func() error { return v.wish }

// subscribe makes the follower send what came after a sequence number, and everything from then on. A
// second subscription begins anew.
func (v *version2) subscribe(after uint64) {
	wish := func() error {
		v.subscribed = true
		for seq := after; seq < v.sum.Seq; {
			e, ok, _ := v.server.cfg.Journal.Look(seq)
			if !ok || e.Seq > v.sum.Seq {
				break // the rest comes as it happens
			}
			if err := v.send(newEvent(e)); err != nil {
				return err
			}
			seq = e.Seq
		}
		return nil
	}
	select {
	case v.wish <- wish:
	default: // the one before has not begun yet, and this one replaces it
		select {
		case <-v.wish:
		default:
		}
		v.wish <- wish
	}
}

func (v *version2) obey(ctx context.Context, b []byte) (answer []byte, counts bool) {
	out, counts := v.server.obey2(ctx, b, v.subscribe)
	return marshal(out), counts
}

func (v *version2) send(frame any) error { return v.write(follower, marshal(frame)) }
