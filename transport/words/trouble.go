package words

import (
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Reason is why the account is not ready, as a clause without a full stop. part is what is missing, for a login that is not proven.
// It is empty for a class that the store does not know.
func Reason(lang string, class fsm.Kind, part fsm.Part) string {
	if text := Text(lang, "trouble."+string(class), "missing", Text(lang, "missing."+string(part))); text != "" {
		return text
	}
	return Text(lang, "event."+string(class))
}

// Advice is what a person can do about a class, as a sentence; empty for one that the store does not know. What is no failure, but
// the usual way of things, has a key of its own, so that a log does not give advice with each line.
func Advice(lang string, class fsm.Kind) string {
	if text := Text(lang, "advice."+string(class)); text != "" {
		return text
	}
	return Text(lang, "trouble.advice."+string(class))
}

// Next is what happens next by itself, as a sentence: in a state, for a reason, with a start at a time that is zero if there is none.
func Next(lang string, state fsm.State, class fsm.Kind, start time.Time) string {
	switch {
	case !start.IsZero():
		return Text(lang, "message.again", "at", start.In(time.Local).Format("2006-01-02 15:04 MST"))
	case state == fsm.Initializing, state == fsm.Halted, class == fsm.Fetching:
		if text := Text(lang, "next."+string(class)); text != "" {
			return text
		}
	}
	if state == fsm.Closed || state == fsm.Halted {
		return Text(lang, "message.never")
	}
	return Text(lang, "next."+string(state))
}

// Joined are clauses and sentences as one text.
func Joined(lang string, clause, sentence string) string {
	if sentence == "" {
		return clause
	}
	return Text(lang, "trouble.line", "reason", strings.TrimRight(clause, ".。"), "advice", sentence)
}
