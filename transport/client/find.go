package client

import (
	"context"
	"errors"
	"fmt"
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
		case typed && e.From == "verifying" && e.To != e.From:
			return became(e, s.typed == "captcha_typed"), nil
		}
	}
	panic("client: a loop over events ended without an error")
}

// became is what the event says of an answer that ended its verifying. It is what CODE_RESULT tells those who
// are connected.
func became(e Event, captcha bool) Result {
	switch {
	case e.Kind == "code_timeout" || e.Kind == "captcha_timeout":
		return Timeout
	case e.Kind == "code_not_typed" || e.Kind == "captcha_not_typed":
		return Refused
	case e.To == "connected":
		return Accepted
	case captcha && e.To == "awaiting_code":
		return Accepted // the daemon went on to the next question
	case e.Kind == "boot", e.To == "closed" && (e.Kind == "stop" || e.Kind == "exited"):
		return Timeout // nobody will ever know
	}
	return Rejected
}
