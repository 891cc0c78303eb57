package inbox

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/transport/notify"
)

// place is where something is said.
type place struct {
	chat   *notify.Chat
	thread int   // the topic of a forum in which a person wrote; 0 for that of the messages
	to     int64 // the message that is answered; 0 for none
}

// threadOf is the topic that is written in.
func (p place) threadOf() int {
	if p.thread != 0 {
		return p.thread
	}
	return p.chat.Thread
}

// say is one message of a bot.
type say struct {
	place
	text    string
	picture []byte // text is below it then
	at      time.Time
}

const (
	// maxSay is how many messages wait to be sent by a bot; more are dropped.
	maxSay = 32
	// sayPerMinute bounds what a bot answers: Telegram takes twenty a minute in a group.
	sayPerMinute = 20
	// sayWithin is how old an answer may get that cannot be sent. It would answer nothing any more.
	sayWithin = 2 * time.Minute
)

// say hands a message to the goroutine that sends. It never blocks.
func (b *bot) say(s say) {
	s.at = time.Now()
	select {
	case b.out <- s:
	default:
		b.log.Warn("an answer was dropped")
	}
}

// speak sends what is to be said, one by one, until ctx ends.
func (b *bot) speak(ctx context.Context) {
	for {
		select {
		case s := <-b.out:
			if s.picture != nil || b.answers.take(time.Now()) { // the daemon bounds the pictures
				b.send(ctx, s)
			}
		case <-ctx.Done():
			return
		}
	}
}

// send sends one message. It tries a second time after the wait that Telegram names, and where nobody knows whether it came: an
// answer that comes twice does no harm.
func (b *bot) send(ctx context.Context, s say) {
	for try := 1; ; try++ {
		err := b.post(ctx, s)
		if err == nil || ctx.Err() != nil {
			return
		}
		wait := b.waits.say
		if r, ok := errors.AsType[*refused](err); ok {
			wait = r.after
		}
		if try == 2 || wait == 0 || time.Since(s.at)+wait > sayWithin || !sleep(ctx, wait) {
			b.log.Warn("an answer was not sent", zap.Error(err))
			return
		}
	}
}

// post makes the request of a message.
func (b *bot) post(ctx context.Context, s say) (err error) {
	var sent struct {
		ID int64 `json:"message_id"`
	}
	if s.picture != nil {
		err = b.api.photo(ctx, s, &sent)
	} else {
		in := map[string]any{"chat_id": s.chat.ID, "text": s.text}
		if thread := s.threadOf(); thread != 0 {
			in["message_thread_id"] = thread
		}
		if s.to != 0 {
			in["reply_parameters"] = map[string]any{"message_id": s.to, "allow_sending_without_reply": true}
		}
		_, err = b.api.call(ctx, "sendMessage", in, &sent, callWithin)
	}
	if err == nil {
		s.chat.Wrote(sent.ID)
	}
	return err
}

// sleep waits, and reports whether ctx lasts.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// bucket holds how many things may still be done: size at once, and size in each per. It begins full, and belongs to one
// goroutine.
type bucket struct {
	size int
	per  time.Duration
	used float64
	at   time.Time
}

func (b *bucket) take(now time.Time) bool {
	b.used = max(0, b.used-now.Sub(b.at).Seconds()/b.per.Seconds()*float64(b.size))
	b.at = now
	if b.used+1 > float64(b.size) {
		return false
	}
	b.used++
	return true
}
