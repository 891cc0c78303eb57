package agent

import (
	"fmt"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// typed is a line that is about to be typed.
type typed struct {
	line   string
	secret string    // the part of it that nobody may see
	spends fsm.Event // written down before
	undo   fsm.Kind  // applied if it could not be typed after all; empty if nothing changed
}

// typeLine types a line. That it does is on disk before: what is spent is never forgotten.
func (a *Agent) typeLine(t typed) error {
	if err := a.book.journal.Flush(); err != nil {
		return unwritable(err) // before anything is spent
	}
	a.apply(t.spends)
	if err := a.book.journal.Sync(); err != nil {
		a.takeBack(t, err)
		return unwritable(err)
	}
	a.run.parser.Expect(t.line, t.secret)
	if _, err := a.run.process.Write([]byte(t.line + "\r")); err != nil {
		a.takeBack(t, err)
		return &fsm.Refusal{Code: "not_typed", Message: "it could not be typed: " + err.Error()}
	}
	return nil
}

// takeBack returns to the state in which the line was wanted.
func (a *Agent) takeBack(t typed, err error) {
	if t.undo != "" {
		a.apply(fsm.Event{Kind: t.undo, Detail: err.Error(), Challenge: t.spends.Challenge})
	}
}

func unwritable(err error) error {
	return &fsm.Refusal{
		Code:    "journal_unwritable",
		Message: "nothing is typed before that is written down: " + err.Error() + "; mend the disk and try again",
	}
}

// notWanted refuses an answer to a question that is not asked.
func (a *Agent) notWanted(what string) error {
	return &fsm.Refusal{
		Code:    what + "_not_wanted",
		Message: fmt.Sprintf("no %s is wanted: the state is %s", what, a.now.State),
	}
}

// tooSoon refuses what is possible again later.
func tooSoon(what string, at time.Time) error {
	wait := time.Until(at).Truncate(time.Second) + time.Second
	return &fsm.Refusal{
		Code:    "too_soon",
		Message: fmt.Sprintf("%s is possible again in %d seconds", what, int(wait.Seconds())),
		Wait:    wait,
	}
}
