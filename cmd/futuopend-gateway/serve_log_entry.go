package main

import (
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// member is a field of a line as text, empty if the line does not have it.
func member(values map[string]any, name string) string {
	text, _ := values[name].(string)
	return text
}

// entry says an entry of the journal, with the daemon's reason. Where somebody has to act it is loud: what to do follows.
// The text is empty for a kind that the store does not have.
func (c told) entry(values map[string]any) (text string, loud []string) {
	kind, class := fsm.Kind(member(values, "kind")), fsm.Kind(member(values, "of"))
	if kind == fsm.Version {
		number, _, _ := strings.Cut(member(values, "detail"), "(") // the build says nothing to a person
		return words.Text(c.lang, "log.version", "version", number), nil
	}
	if text = words.Text(c.lang, "event."+string(kind)); text == "" {
		return "", nil
	}
	if class == "" {
		class = kind
	} else if reason := words.Text(c.lang, "event."+string(class)); reason != "" {
		text = words.Text(c.lang, "log.reason", "event", text, "reason", reason)
	}
	detail := words.Detail(c.lang, member(values, "detail"))
	if strings.EqualFold(detail, strings.ReplaceAll(string(class), "_", "")) {
		detail = "" // the word that the daemon's API has for the very kind
	}
	if part := words.Text(c.lang, "missing."+member(values, "missing")); part != "" {
		detail = part
	}
	if detail != "" {
		text = words.Text(c.lang, "log.detail", "event", text, "detail", c.at.plain(detail))
	}
	advice := words.Text(c.lang, "advice."+string(class))
	switch to := fsm.State(member(values, "to")); {
	case to.Wants() != "":
		return text, c.question(advice, to.Wants())
	case to == fsm.Halted:
		return text, c.halted(class, advice, member(values, "until"))
	case advice != "":
		text = words.Joined(c.lang, text, advice)
	}
	return text, nil
}

// question is what a person does who is asked.
func (c told) question(advice string, kind fsm.ChallengeKind) (loud []string) {
	if advice != "" {
		loud = append(loud, advice)
	}
	if kind != fsm.ChallengePassword { // which is not typed into a page
		loud = append(loud, c.row("page", c.at.page))
	}
	return append(loud, c.row("command", c.at.answer(kind)))
}

// start is what a person runs about a reason that halts: the command that starts once it is mended, or the one that shows what is to be
// mended. It is empty where a start would only repeat what was, or comes by itself.
func (c told) start(class fsm.Kind) string {
	switch class.Mend() {
	case fsm.MendNever, fsm.MendTime:
		return ""
	case fsm.MendMachine:
		return c.row("command", c.at.command("check"))
	}
	return c.row("then", c.at.command("init"))
}

// halted is what a person does when the gateway goes no further by itself.
func (c told) halted(class fsm.Kind, advice, until string) (loud []string) {
	if advice != "" {
		loud = append(loud, advice)
	}
	at, _ := time.Parse(time.RFC3339, until)
	loud = append(loud, words.Next(c.lang, fsm.Halted, class, at))
	return append(loud, c.row("help", words.Help(c.lang, class)), c.row("page", c.at.page), c.start(class))
}

// trouble says that the account is not ready. It says nothing of what halts as long as that is new: it was said loudly when it
// came. A reminder comes after an hour at least.
func (c told) trouble(values map[string]any) (text string, loud []string) {
	class := fsm.Kind(member(values, "class"))
	since, _ := time.Parse(time.RFC3339, member(values, "since"))
	if f, ok := class.Failure(); ok && f.Halts && time.Since(since) < time.Minute {
		return "", nil
	}
	text = words.Joined(c.lang, words.Text(c.lang, "log.the_account_is_not_ready_and_a_person_is_told", "since", c.value("", member(values, "since"))),
		words.Reason(c.lang, class, fsm.Part(member(values, "missing"))))
	if detail := words.Beside(c.lang, text, member(values, "detail")); detail != "" {
		text = words.Text(c.lang, "log.detail", "event", text, "detail", c.at.plain(detail))
	}
	if advice := words.Advice(c.lang, class); advice != "" {
		loud = append(loud, advice)
	}
	act := c.row("command", c.at.command("status"))
	if f, _ := class.Failure(); f.Halts || f.Outside {
		act = c.start(class)
	}
	return text, append(loud, c.row("help", words.Help(c.lang, class)), c.row("page", c.at.page), act)
}

// row is one thing that a person needs, after its name; empty if there is none.
func (c told) row(name, value string) string {
	if value == "" {
		return ""
	}
	return padded(words.Text(c.lang, "loud."+name), 8) + " " + value
}
