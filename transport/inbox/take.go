package inbox

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/notify"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// written is a message in a chat of ours.
type written struct {
	message
	place
	private bool // in a chat with the bot alone
	meant   bool // it is for the bot: a reply to it, or private
	at      time.Time
}

// take looks at one message. What is not for us is left without an answer: others may talk there.
func (b *bot) take(ctx context.Context, m message) {
	c := b.chatOf(m)
	if c == nil || m.Text == "" || !b.byPerson(m) {
		return
	}
	ours, maybe := b.repliesTo(m, c)
	if time.Now().Before(b.strict) && !ours {
		return
	}
	w := written{message: m, place: place{chat: c, to: m.ID}, private: m.Chat.Type == "private", at: b.at(m)}
	w.meant = maybe || w.private
	if m.Topic {
		w.thread = m.Thread
	}
	name, isCommand := b.commandIn(m.Text)
	switch {
	case w.at.Before(b.began.Add(-slack)): // it was for an earlier run
	case !b.texts.take(time.Now()):
		b.in.flooded(b.log)
	case isCommand:
		b.command(ctx, name, w)
	default:
		b.answer(ctx, w)
	}
}

// commandIn is the command that a text begins with. In a group it may name a bot, which may be another one.
func (b *bot) commandIn(text string) (name string, ok bool) {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	name, ok = strings.CutPrefix(word, "/")
	name, to, named := strings.Cut(name, "@")
	if named && !strings.EqualFold(to, b.name) {
		return "", ok
	}
	return strings.ToLower(name), ok
}

// answer takes what a person wrote for what is wanted now.
func (b *bot) answer(ctx context.Context, w written) {
	asked := b.in.cfg.Journal.Snapshot()
	path := map[fsm.ChallengeKind]string{fsm.ChallengeCode: "/code", fsm.ChallengeCaptcha: "/captcha"}[asked.Challenge.Kind]
	// Any word may be the characters of a picture, so in a group they must be a reply.
	mine := w.meant || asked.Challenge.Kind == fsm.ChallengeCode
	switch {
	case !mine:
	case path == "":
		b.answerTo(w, b.in.word("says."+string(asked.State)))
	case w.at.Before(asked.Challenge.Asked.Add(-slack)):
		b.answerTo(w, b.in.word("inbox.older"))
	case time.Since(w.at) > maxAge:
		b.answerTo(w, b.in.word("inbox.old"))
	default:
		b.give(ctx, path, asked.Challenge.Kind, w)
	}
}

// give submits an answer. What becomes of it is told by watch.
func (b *bot) give(ctx context.Context, path string, kind fsm.ChallengeKind, w written) {
	text := w.Text
	if kind == fsm.ChallengeCaptcha {
		text = strings.TrimSpace(text)
	}
	_, err := b.in.obey(ctx, path, text, false, fsm.ByTelegram, &waiting{bot: b, to: w.place, kind: kind})
	if err == nil {
		b.log.Info("an answer came", zap.String("by", string(fsm.ByTelegram)))
		return
	}
	r := refusalOf(err)
	b.log.Info("an answer was not used", zap.String("by", string(fsm.ByTelegram)), zap.String("code", r.Code))
	if w.meant || !noCode[r.Code] {
		b.reply(w, b.in.refusal(r))
	}
}

// noCode are the refusals of a text that has no code, which in a group is what people say to each other.
var noCode = map[string]bool{"code_invalid": true, "code_unclear": true}

// reply answers a message.
func (b *bot) reply(w written, text string) { b.say(say{place: w.place, text: text}) }

// answerTo replies to a message that is meant for the bot. What people say to each other gets no answer.
func (b *bot) answerTo(w written, text string) {
	if w.meant {
		b.reply(w, text)
	}
}

// refusalOf is the refusal in an error of a command. What is none is a gateway that cannot answer now.
func refusalOf(err error) *fsm.Refusal {
	if r, ok := errors.AsType[*fsm.Refusal](err); ok {
		return r
	}
	return &fsm.Refusal{Code: "unavailable"}
}

// refusal says why a command was refused.
func (in *Inbox) refusal(r *fsm.Refusal) string {
	pairs := []string{"wait", strconv.Itoa(int(r.Wait.Seconds())), "message", r.Message, "error", r.Code}
	if text := words.Text(in.lang, "error."+r.Code, pairs...); text != "" {
		return text
	}
	return in.word("error.other", pairs...)
}

// account is shown in part.
func (b *bot) account() string { return notify.Masked(b.in.cfg.Account) }
