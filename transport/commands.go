package transport

import (
	"context"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Agent is what a client's command can do. The methods return a fsm.Refusal for a
// command that does not make sense; they are safe for concurrent use.
type Agent interface {
	// Init starts the daemon if nothing runs. Without again it starts only what the gateway would start itself; with
	// again it overrules, and risk says what that risks, empty if nothing.
	Init(ctx context.Context, again bool) (risk string, err error)
	// InitIfSafe starts the daemon if nothing runs and the gateway itself would start it now, and never overrules.
	InitIfSafe(ctx context.Context) error
	// Restart stops the daemon and starts it, on the terms of Init. Stop stops it for good.
	Restart(ctx context.Context, again bool) (risk string, err error)
	Stop(ctx context.Context) error
	// SubmitCode types an SMS code that came in some way, or holds it until one is wanted. ResendCode asks for another SMS.
	SubmitCode(ctx context.Context, code string, by fsm.By) error
	ResendCode(ctx context.Context) error
	// SubmitCaptcha types the characters of the picture, which Captcha returns as a PNG or a JPEG. NewCaptcha asks for another one.
	SubmitCaptcha(ctx context.Context, answer string, by fsm.By) error
	Captcha(ctx context.Context) ([]byte, error)
	NewCaptcha(ctx context.Context) error
	// SubmitPassword types a password that the gateway was not given.
	SubmitPassword(ctx context.Context, password string) error
	// Proven is when the daemon's own API last proved that quotes work, zero if it does not.
	Proven() time.Time
	// Lines are the daemon's latest lines without secrets, oldest first.
	Lines(ctx context.Context) ([]string, error)
	// Unknown are those of its lines that no rule knows, counted, the latest first.
	Unknown() []fsm.Unknown
}

// command is one thing that a client may ask for: over HTTP, as a frame, or both.
type command struct {
	frame  string // its type as a frame, empty if there is none
	path   string // of its POST, empty if there is none; no command is a GET, because a link must never act
	member string // the text member that it must have, empty for none
	who    right  // the least that its sender must be allowed
	first  bool   // wire version 1 has it, too
	here   bool   // taken only from this machine
	risky  bool   // may be told "again", to be done although it is not safe
	do     action // nil for what a version answers by itself
}

// action calls the agent. It returns the risk of what was done, empty if there is none.
type action func(ctx context.Context, a Agent, o order) (risk string, err error)

// order is a command as one client gave it.
type order struct {
	text  string    // of the command's text member
	by    fsm.By    // how it came
	again bool      // a start that is not safe is wanted all the same
	first bool      // it came by wire version 1, whose clients say INIT each time they connect
	state fsm.State // that the client found
}

// commands are all of them.
var commands = []command{
	{frame: "STATUS", who: reading, first: true},
	{frame: "SUBSCRIBE", who: reading},
	{frame: "LINES", who: reading},
	{frame: "INIT", path: "/init", who: commanding, first: true, risky: true, do: initDaemon},
	{frame: "RESTART", path: "/restart", who: commanding, risky: true, do: restartDaemon},
	{frame: "STOP", path: "/stop", who: commanding, do: stopDaemon},
	{frame: "VERIFY_CODE", path: "/code", member: "code", who: answering, first: true, do: submitCode},
	{frame: "VERIFY_CAPTCHA", path: "/captcha", member: "answer", who: answering, do: submitCaptcha},
	{frame: "RESEND_CODE", who: answering, do: resendCode},
	{frame: "NEW_CAPTCHA", path: "/captcha/new", who: answering, do: newCaptcha},
	{path: "/resend", who: answering, do: resendEither},
	{path: "/password", member: "password", who: commanding, here: true, do: submitPassword},
}

func initDaemon(ctx context.Context, a Agent, o order) (string, error) {
	if o.first {
		return "", a.InitIfSafe(ctx)
	}
	return a.Init(ctx, o.again)
}
func restartDaemon(ctx context.Context, a Agent, o order) (string, error) {
	return a.Restart(ctx, o.again)
}
func stopDaemon(ctx context.Context, a Agent, _ order) (string, error) { return "", a.Stop(ctx) }
func resendCode(ctx context.Context, a Agent, _ order) (string, error) { return "", a.ResendCode(ctx) }
func newCaptcha(ctx context.Context, a Agent, _ order) (string, error) { return "", a.NewCaptcha(ctx) }
func submitCode(ctx context.Context, a Agent, o order) (string, error) {
	return "", a.SubmitCode(ctx, o.text, o.by)
}
func submitCaptcha(ctx context.Context, a Agent, o order) (string, error) {
	return "", a.SubmitCaptcha(ctx, o.text, o.by)
}
func submitPassword(ctx context.Context, a Agent, o order) (string, error) {
	return "", a.SubmitPassword(ctx, o.text)
}

// resendEither asks for another SMS or another picture, whichever is wanted.
func resendEither(ctx context.Context, a Agent, o order) (string, error) {
	if o.state == fsm.AwaitingCaptcha {
		return newCaptcha(ctx, a, o)
	}
	return resendCode(ctx, a, o)
}

// commandOf is the command that a frame asks for. What nobody knows wants every right, so that a stranger learns nothing.
func commandOf(kind string) (c command, known bool) {
	for _, c := range commands {
		if c.frame == kind {
			return c, true
		}
	}
	return command{who: commanding}, false
}

// obey gives a command to the agent, if it has what it must have.
func (s *Server) obey(ctx context.Context, c command, f frame) (risk string, err error) {
	if in := passOf(ctx).session; in != nil {
		if err := in.spend(time.Now()); err != nil {
			return "", err
		}
	}
	o := order{state: s.cfg.Journal.Last().To, by: f.way(), first: f.first}
	if c.risky {
		if o.again, err = f.flag("again"); err != nil {
			return "", err
		}
	}
	if c.member != "" {
		if o.text, err = f.wanted(c.member); err != nil {
			return "", err
		}
	}
	defer away(ctx)()
	return c.do(ctx, s.cfg.Agent, o)
}
