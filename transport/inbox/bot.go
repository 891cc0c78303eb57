package inbox

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/transport/notify"
)

// bot listens to the chats of one bot. The goroutine of listen owns what stands below answers.
type bot struct {
	in    *Inbox
	api   *api
	chats []*notify.Chat
	log   *zap.Logger
	out   chan say // to speak's goroutine

	answers bucket // of speak's goroutine

	id     int64  // of the bot; 0 before it is known
	name   string // its name, without @
	began  time.Time
	ahead  time.Duration // how much Telegram's clock is ahead of ours
	next   int64         // confirms all updates before it; 0 confirms none
	skip   bool          // what waits is too large to be read: only the latest is kept
	seen   []int64       // the latest updates, which may come again
	strict time.Time     // until then another program reads the messages of this bot, too
	told   time.Time     // when that was said in the chats
	line   line          // how the latest request ended
	texts  bucket
	asked  map[int64]asked // who asked for a restart, by chat: as many as there are chats

	waits waits
}

// line is what is known of a connection to where answers come from.
type line byte

const (
	untried line = iota
	open
	broken
)

// waits are how long is waited before something is tried again.
type waits struct {
	failed   []time.Duration // one request after another failed; the last wait repeats
	conflict time.Duration   // another program listens. Two that ask at once send each other away
	dead     time.Duration   // a token or a password is not taken: only a person mends that
	say      time.Duration   // an answer was not sent
}

// standard are the waits for servers elsewhere. None is asked more often than a person looks.
func standard() waits {
	return waits{
		[]time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute},
		30 * time.Second, 10 * time.Minute, 3 * time.Second,
	}
}

// before is the wait before the next request, after so many that failed one after the other.
func (w waits) before(failures int) time.Duration { return w.failed[min(failures, len(w.failed)-1)] }

const (
	// textsPerMinute bounds the texts that are looked at, as POST /sms does.
	textsPerMinute = 30
	// maxSeen bounds the updates that are known. Telegram repeats none that was confirmed.
	maxSeen = 256
	// afterConflict is how long only answers to our own messages count after another program was seen to read the same
	// bot's: one that still does is seen within a minute.
	afterConflict = time.Hour
)

func newBot(in *Inbox, c *notify.Chat) *bot {
	follow := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the address is a secret
	return &bot{
		in: in, log: in.cfg.Log.With(zap.String("target", "telegram")), out: make(chan say, maxSay), waits: standard(),
		api:   &api{c.API, c.Token, &http.Client{CheckRedirect: follow}},
		texts: bucket{size: textsPerMinute, per: time.Minute}, answers: bucket{size: sayPerMinute, per: time.Minute}, asked: map[int64]asked{},
	}
}

// listen asks for messages, one long request after the other, until ctx ends.
func (b *bot) listen(ctx context.Context) {
	b.began = time.Now()
	for failures := 0; ctx.Err() == nil; {
		err := b.hello(ctx)
		if err == nil {
			err = b.poll(ctx)
		}
		if err == nil {
			failures = 0
			b.well()
			continue
		}
		wait := b.waits.before(failures)
		failures++
		if ctx.Err() == nil && !sleep(ctx, max(wait, b.trouble(err))) {
			return
		}
	}
}

// hello asks who the bot is, and offers its commands, until both are done.
func (b *bot) hello(ctx context.Context) error {
	if b.id != 0 {
		return nil
	}
	var me struct {
		ID   int64  `json:"id"`
		Name string `json:"username"`
	}
	if _, err := b.api.call(ctx, "getMe", struct{}{}, &me, callWithin); err != nil {
		return err
	}
	b.name = me.Name
	for _, c := range b.chats {
		type command struct {
			Name string `json:"command"`
			Does string `json:"description"`
		}
		menu := []command{{"status", b.in.word("inbox.menu.status")}, {"resend", b.in.word("inbox.menu.resend")}}
		if !strings.HasPrefix(c.ID, "-") && !strings.HasPrefix(c.ID, "@") {
			menu = append(menu, command{"restart", b.in.word("inbox.menu.restart")})
		}
		in := map[string]any{"commands": menu, "scope": map[string]any{"type": "chat", "chat_id": c.ID}}
		_, err := b.api.call(ctx, "setMyCommands", in, nil, callWithin)
		if r, ok := errors.AsType[*refused](err); err != nil && (!ok || r.after > 0) {
			return err
		} // a chat that refuses a menu can do without
	}
	b.id = me.ID
	return nil
}

// poll asks once, and takes what has come. An update is confirmed by the request after it.
func (b *bot) poll(ctx context.Context) error {
	in := map[string]any{"timeout": int(pollFor.Seconds()), "limit": maxUpdates, "allowed_updates": []string{"message"}}
	if b.line != open {
		in["timeout"] = 0 // so that it is known soon that messages are heard
	}
	switch {
	case b.skip:
		in["offset"] = -1
	case b.next != 0:
		in["offset"] = b.next
	}
	var updates []update
	date, err := b.api.call(ctx, "getUpdates", in, &updates, pollFor+callWithin)
	if errors.Is(err, errTooLarge) {
		b.skip = true
	}
	if err != nil {
		return err
	}
	if !date.IsZero() {
		b.ahead = time.Until(date)
	}
	// After a week without any the numbers begin anew, maybe with lower ones: what is confirmed is not named again.
	b.skip, b.next = false, 0
	for _, u := range updates {
		b.next = max(b.next, u.ID+1)
		if slices.Contains(b.seen, u.ID) {
			continue
		}
		b.seen = append(b.seen, u.ID)
		b.seen = b.seen[max(0, len(b.seen)-maxSeen):]
		if u.Message != nil {
			b.take(ctx, *u.Message)
		}
	}
	return nil
}

// well notes a request that was answered.
func (b *bot) well() {
	if b.line != open {
		b.log.Info("answers are heard")
	}
	b.line = open
}

// trouble notes an error, and returns how long to wait at least. The first of a row is logged.
func (b *bot) trouble(err error) (wait time.Duration) {
	r, ok := errors.AsType[*refused](err)
	switch {
	case ok && r.code == http.StatusConflict:
		b.conflict(r.webhook)
		return b.waits.conflict
	case ok && (r.code == http.StatusUnauthorized || r.code == http.StatusNotFound):
		wait = b.waits.dead
	case ok:
		wait = r.after
	}
	if b.line != broken {
		b.log.Warn("answers are not heard", zap.Error(err))
	}
	b.line = broken
	return wait
}

// conflict notes that another program gets this bot's messages: another gateway, or a webhook. Which of them gets one is a
// matter of luck, so that people are told.
func (b *bot) conflict(webhook bool) {
	b.strict = time.Now().Add(afterConflict)
	if !b.told.IsZero() && time.Since(b.told) < afterConflict {
		return
	}
	b.told = time.Now()
	b.log.Warn("another program reads the answers to this bot", zap.Bool("webhook", webhook))
	for _, c := range b.chats {
		b.say(say{place: place{chat: c}, text: b.in.word("inbox.conflict")})
	}
}
