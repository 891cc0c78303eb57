package inbox

import (
	"context"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// asked is a restart that a person asked for, and has to ask for once more.
type asked struct {
	until time.Time
	again bool // also if it is not safe
}

// askedFor is how long the question stands.
const askedFor = 2 * time.Minute

// command does what a command says. One that is not known is answered in a chat with the bot alone.
func (b *bot) command(ctx context.Context, name string, w written) {
	switch {
	case time.Since(w.at) > askedFor: // it was meant for how things were then
	case name == "status":
		b.reply(w, b.in.status(b.account()))
	case name == "resend":
		b.resend(ctx, w)
	case name == "restart" && w.private:
		b.restart(ctx, w)
	case name == "restart":
		b.reply(w, b.in.word("inbox.private"))
	case w.private:
		b.reply(w, b.in.word("inbox.usage"))
	}
}

// resend asks for another SMS or another picture, whichever is wanted.
func (b *bot) resend(ctx context.Context, w written) {
	if _, err := b.in.obey(ctx, "/resend", "", false, fsm.ByTelegram, nil); err != nil {
		b.reply(w, b.in.refusal(refusalOf(err)))
		return
	}
	if b.in.cfg.Journal.Last().To == fsm.AwaitingCode {
		b.reply(w, b.in.word("code.resent"))
	}
}

// restart restarts the daemon, once a person has confirmed it; and if that is not safe, once he has confirmed that, too.
func (b *bot) restart(ctx context.Context, w written) {
	a, ok := b.asked[w.Chat.ID]
	delete(b.asked, w.Chat.ID)
	if !ok || time.Now().After(a.until) {
		b.asked[w.Chat.ID] = asked{until: time.Now().Add(askedFor)}
		b.reply(w, b.in.word("inbox.restart.sure", "state", b.in.word("says."+string(b.in.cfg.Journal.Last().To))))
		return
	}
	_, err := b.in.obey(ctx, "/restart", "", a.again, fsm.ByTelegram, nil)
	r := refusalOf(err)
	switch {
	case err == nil:
		b.reply(w, b.in.word("inbox.restart.done"))
	case r.Code == "not_safe" && !a.again:
		b.asked[w.Chat.ID] = asked{time.Now().Add(askedFor), true}
		b.reply(w, b.in.word("inbox.restart.unsafe", "why", b.in.risk()))
	default:
		b.reply(w, b.in.refusal(r))
	}
}

// risk is what a start risks that is not safe.
func (in *Inbox) risk() string {
	sum := in.cfg.Journal.Snapshot()
	switch {
	case !sum.Next.IsZero():
		return in.word("risk.early", "at", sum.Next.In(time.Local).Format("2006-01-02 15:04 MST"))
	case sum.State == fsm.Halted:
		return in.word("risk.halted")
	}
	return in.word("risk.other")
}
