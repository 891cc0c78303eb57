package client

import (
	"context"
	"errors"
	"iter"
	"time"
)

// After a lost connection Events waits so long before it connects again: at first, and at most. Each failure doubles it.
const (
	firstWait = 250 * time.Millisecond
	longest   = 15 * time.Second
)

// Events returns every event after a sequence number, and then each as it happens, for as long as ctx lasts. It
// has a connection of its own; one that is lost comes as a pair with an [*UnreachableError]. Who then goes on
// with the loop goes on with the event after the last, on a new connection. Every other error ends
// the loop: a [*RefusedError], ErrClosed, or why ctx ended.
//
// Events that the gateway has forgotten are missing, which the gap in Seq shows. A gateway whose journal was begun anew is
// followed from its first event.
//
// A loop that takes its time loses nothing: if it takes so long that the gateway drops it, it connects again.
func (c *Client) Events(ctx context.Context, after uint64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for wait := firstWait; ; wait = min(2*wait, longest) {
			seen := after
			err := c.follow(ctx, &after, yield)
			if err == nil {
				return // the loop was left
			}
			if _, lost := errors.AsType[*UnreachableError](err); !lost || ctx.Err() != nil {
				if ctx.Err() != nil {
					err = context.Cause(ctx)
				}
				yield(Event{}, err)
				return
			}
			if after != seen {
				wait = firstWait
			}
			if !yield(Event{}, err) {
				return
			}
			select { // what ended meanwhile is told by the next try
			case <-time.After(wait):
			case <-ctx.Done():
			case <-c.closing:
			}
		}
	}
}

// follow yields events on one connection until that fails. It returns nil when the loop was left.
func (c *Client) follow(ctx context.Context, after *uint64, yield func(Event, error) bool) error {
	select {
	case <-c.closing:
		return ErrClosed
	default:
	}
	s, now, err := c.dial(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	if now.Seq < *after {
		*after = 0
	}
	if err := s.subscribe(*after); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watching := make(chan struct{})
	go func() { // ends with this function, which waits for it
		defer close(watching)
		select {
		case <-c.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	defer func() { cancel(); <-watching }()
	for {
		f, err := s.next(ctx)
		select {
		case <-c.closing:
			return ErrClosed
		default:
		}
		if err != nil {
			return &UnreachableError{err}
		}
		if f.Type != "EVENT" {
			continue
		}
		e := Event{raw: f.raw}
		f.read(&e)
		*after = e.Seq
		if !yield(e, nil) {
			return nil
		}
	}
}
