package inbox

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// watch follows the journal from what the entries so far amount to: it tells whoever gave an answer what became of it, and sends
// each new picture. It ends with ctx.
func (in *Inbox) watch(ctx context.Context, sum fsm.Snapshot) {
	var sending sync.WaitGroup
	stop := func() {}
	defer func() { stop(); sending.Wait() }()
	show := func() {
		stop() // a picture that is not there yet is not wanted any more
		var now context.Context
		now, stop = context.WithCancel(ctx)
		sending.Go(func() { in.sendPicture(now) })
	}
	if sum.State == fsm.AwaitingCaptcha {
		show()
	}
	for {
		e, err := in.cfg.Journal.Next(ctx, sum.Seq)
		if err != nil {
			return
		}
		before := sum.Challenge
		sum = sum.After(e)
		in.tell(e, before)
		switch {
		case sum.State != fsm.AwaitingCaptcha:
			stop()
		case e.Changed() || e.Kind == fsm.CaptchaAsked:
			show()
		}
	}
}

// tell answers whose answer an entry is about.
func (in *Inbox) tell(e fsm.Entry, before fsm.Challenge) {
	in.mu.Lock()
	defer in.mu.Unlock()
	w := in.waiting
	switch {
	case w == nil || e.Seq <= w.seq:
		return
	case e.Kind == fsm.CodeTyped || e.Kind == fsm.CaptchaTyped:
		w.ours = e.By == fsm.ByTelegram
		return
	}
	result, ok := e.Result(before)
	if !ok || !w.ours && e.Kind != fsm.CodeDropped && e.Kind != fsm.CodeRefused {
		return
	}
	in.waiting = nil
	text := in.word("result." + string(w.kind) + "." + string(result))
	if text == "" {
		text = in.word("result." + string(result))
	}
	w.bot.say(say{place: w.to, text: text})
}

// The picture is written by the daemon at about the time of its line, in an order that is not known.
const (
	pictureEvery  = time.Second
	pictureWithin = time.Minute
)

// sendPicture sends the picture to every chat, once it is there. It gives up with ctx, or after a minute.
func (in *Inbox) sendPicture(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, pictureWithin)
	defer cancel()
	again := time.NewTicker(pictureEvery)
	defer again.Stop()
	for {
		picture, err := in.cfg.Picture(ctx)
		if err == nil {
			for _, b := range in.bots {
				for _, c := range b.chats {
					b.say(say{place: place{chat: c}, text: in.word("inbox.picture"), picture: picture})
				}
			}
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
	}
}

// status says the state in a few lines: what it is, why the account is not ready, what happens next.
func (in *Inbox) status(account string) string {
	sum := in.cfg.Journal.Snapshot()
	lines := []string{in.word("says." + string(sum.State))}
	if t := sum.Trouble; !t.Since.IsZero() {
		class := t.Why.Class()
		lines = append(lines, words.Joined(in.lang, words.Reason(in.lang, class, t.Why.Part), words.Advice(in.lang, class)), words.Next(in.lang, sum.State, class, sum.Next))
	}
	return strings.Join(append(lines, in.word("message.account", "account", account)), "\n")
}
