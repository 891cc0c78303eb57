package client

import (
	"context"
	"errors"
	"fmt"

	"github.com/ostai/futuopend-gateway/fsm"
)

// find looks in the gateway's journal for what became of an answer whose connection was lost. It returns when that is
// known or can not be known any more, or when ctx ends. lost is why it was lost.
func (c *Client) find(ctx context.Context, s *submission, lost *UnreachableError) (Result, error) {
	seq, typed := s.after, false
	for e, err := range c.Events(ctx, s.after) {
		switch away, ok := errors.AsType[*UnreachableError](err); {
		case ok:
			lost = away
			continue
		case err != nil && ctx.Err() != nil:
			return "", &UnreachableError{fmt.Errorf("%w; until then: %w", err, lost.Err)}
		case err != nil:
			return "", err
		}
		seq++
		switch {
		case e.Seq != seq:
			return "", &UnreachableError{fmt.Errorf("the journal does not go back so far: %d comes after %d; it was looked for after: %w", e.Seq, seq-1, lost.Err)}
		case e.Kind == s.typed && e.Challenge == s.challenge:
			typed = true
		case typed:
			if result, ok := e.entry().Result(s.asked()); ok {
				return Result(result), nil
			}
		}
	}
	panic("client: a loop over events ended without an error")
}

// asked is the challenge that was answered.
func (s *submission) asked() fsm.Challenge {
	kind := fsm.ChallengeCode
	if s.typed == string(fsm.CaptchaTyped) {
		kind = fsm.ChallengeCaptcha
	}
	return fsm.Challenge{ID: s.challenge, Kind: kind}
}

// entry is the journal's entry that the event tells of, as far as it tells.
func (e Event) entry() fsm.Entry {
	return fsm.Entry{Seq: e.Seq, At: e.At, Event: fsm.Event{Kind: fsm.Kind(e.Kind)}, From: fsm.State(e.From), To: fsm.State(e.To)}
}
