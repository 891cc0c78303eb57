package client

import (
	"context"
	"errors"
	"fmt"
)

// Result is what became of a code or of a captcha's answer, as a word of the wire.
type Result string

const (
	Accepted Result = "accepted" // the daemon took it
	Rejected Result = "rejected" // it was wrong or too old, or the login failed with it; Status tells
	Expired  Result = "expired"  // it was held for too long and never typed
	Timeout  Result = "timeout"  // nothing came of it
	Refused  Result = "refused"  // it could not be typed after all
	Held     Result = "held"     // none is wanted yet: the gateway keeps it for the first request
)

// Answer is a code, or what somebody read in a captcha's picture, that the gateway took.
type Answer struct {
	Ack
	// Held is whether it is kept for the first request, because none was wanted yet.
	Held bool

	client *Client
	link   *link
	call   *submission
}

// SubmitCode gives the gateway an SMS code. It returns when the code was typed or is held. The error is
// a [*RefusedError] if it was neither.
func (c *Client) SubmitCode(ctx context.Context, code string) (*Answer, error) {
	return c.submit(ctx, map[string]any{"type": "VERIFY_CODE", "code": code}, "code_typed")
}

// SubmitCaptcha gives the gateway the characters of the picture.
func (c *Client) SubmitCaptcha(ctx context.Context, answer string) (*Answer, error) {
	return c.submit(ctx, map[string]any{"type": "VERIFY_CAPTCHA", "answer": answer}, "captcha_typed")
}

// Result waits for what became of an answer: a minute at most, if the gateway stays. It is Held at once
// for one that is held.
//
// If the connection is lost meanwhile, the answer is not sent again. The gateway's journal tells what became of it, and
// is read as soon as the gateway can be reached, for as long as ctx lasts. The error is an
// [*UnreachableError] if it could not be reached, or if its journal does not go back so far.
func (a *Answer) Result(ctx context.Context) (Result, error) {
	err := a.link.wait(ctx, a.call.settled)
	if err == nil {
		return a.call.result, nil
	}
	var found Result
	if lost, ok := errors.AsType[*UnreachableError](err); ok {
		found, err = a.client.find(ctx, a.call, lost)
	}
	if err != nil {
		return "", fmt.Errorf("wait for what becomes of it: %w", err)
	}
	return found, nil
}

func (c *Client) submit(ctx context.Context, command map[string]any, typed string) (*Answer, error) {
	if c.options.By != "" {
		command["by"] = c.options.By
	}
	l, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	var s *submission
	id, err := l.call(command, func(id string, seq uint64) hearer {
		s = &submission{
			id: id, typed: typed, after: seq, results: map[uint64]Result{},
			taken: make(chan struct{}), settled: make(chan struct{}),
		}
		return s
	})
	if err != nil {
		return nil, err
	}
	if err := l.wait(ctx, s.taken); err != nil {
		l.forget(id)
		return nil, fmt.Errorf("%s: %w", command["type"], err)
	}
	if s.wrong != nil {
		return nil, s.wrong
	}
	return &Answer{Ack: s.ack, Held: s.held, client: c, link: l, call: s}, nil
}

// submission follows one answer. The gateway's ACK and its other frames come from two goroutines, in any order, and a
// quick daemon may have answered before the ACK is written. So the ACK alone does not tell which
// challenge was answered, and the event that it was typed decides.
//
// All of it belongs to the reader of the link; wrong, ack, held and challenge can be read when taken is
// closed, and result when settled is.
type submission struct {
	id, typed string
	after     uint64 // events up to this one are of earlier doings

	acked     bool
	held      bool
	challenge uint64            // the one that was answered, 0 while that is not known
	results   map[uint64]Result // by challenge, as they came

	ack     Ack
	wrong   error
	taken   chan struct{}
	result  Result
	settled chan struct{}
}

func (s *submission) hear(f frame) (over bool) {
	switch {
	case f.ID == s.id && f.Type == "ERROR":
		s.wrong = f.refusal()
		close(s.taken)
		return true
	case f.ID == s.id:
		f.read(&s.ack)
		s.acked = true
		if s.ack.State == "verifying" {
			s.challenge = s.ack.Challenge
		}
	case f.Type == "EVENT":
		s.happened(f)
	case f.Type == "CODE_RESULT":
		var r struct {
			Challenge uint64
			Result    Result
		}
		f.read(&r)
		s.results[r.Challenge] = r.Result
	}
	return s.settle()
}

// happened looks for the event that tells what was done with the answer.
func (s *submission) happened(f frame) {
	var e Event
	f.read(&e)
	switch {
	case e.Seq <= s.after || s.held || s.challenge != 0:
	case e.Kind == s.typed:
		s.challenge = e.Challenge
	case e.Kind == "code_held" && s.typed == "code_typed":
		s.held = true
	}
}

// settle closes what is known by now.
func (s *submission) settle() (over bool) {
	if !s.acked || !s.held && s.challenge == 0 {
		return false
	}
	select {
	case <-s.taken:
	default:
		close(s.taken)
	}
	result, ok := s.results[s.challenge]
	if s.held {
		result, ok = Held, true
	}
	if ok {
		s.result = result
		close(s.settled)
	}
	return ok
}
