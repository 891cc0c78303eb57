// Package inbox takes answers that people write where the messages of the gateway reach them: a reply in a Telegram chat, a
// text that is published in a topic of ntfy. It needs no open port: it asks Telegram by long polling, and follows the topic.
//
// It is a door, as HTTP is. What is written goes to the commands of the POSTs, on their terms, so that one function decides
// what in a text is a code. Texts are neither kept nor logged, and no error has a token: Telegram's stands in the address.
//
// Only the chat that messages go to is heard. What is older than the request that it would answer is not used, nor what came
// before the gateway was started, and nothing is used twice.
package inbox

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/notify"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// Config is what an [Inbox] works with. All of it is required, but for Targets and Account.
type Config struct {
	Journal *fsm.Journal
	Log     *zap.Logger
	Targets []notify.Target // those with Listens are listened to
	Lang    string          // of what is answered: chs or en, as the daemon's
	Account string          // shown by its last three digits only

	// Obey gives a command by the path of its POST, on the terms of that; its errors are a [fsm.Refusal].
	Obey func(ctx context.Context, path, text string, again bool, by fsm.By) (risk string, err error)
	// Picture is the picture that is to be read, a PNG or a JPEG.
	Picture func(ctx context.Context) ([]byte, error)
}

// Inbox listens. Each bot and each topic has goroutines of its own, so that one that is out of reach delays no other.
type Inbox struct {
	cfg    Config
	lang   string // of the sentences
	bots   []*bot
	topics []*topic

	mu      sync.Mutex // one answer is given at a time; guards waiting and flood
	waiting *waiting   // whose answer is being verified, nil for nobody's
	flood   time.Time  // when the latest was logged
}

// waiting is a message whose answer was typed.
type waiting struct {
	bot  *bot
	to   place
	kind fsm.ChallengeKind
	seq  uint64 // of the last entry before it was given
	ours bool   // the entry that says that it was typed has come
}

// maxAge bounds how old a text may be that is used, as the codes that are held: an SMS code is valid for a few minutes.
const maxAge = 5 * time.Minute

// obeyWithin bounds a command. The agent's loop takes it at once, or is busy writing to a disk that does not.
const obeyWithin = 10 * time.Second

// New returns an inbox, which does nothing until it is run.
func New(cfg Config) *Inbox {
	in := &Inbox{cfg: cfg, lang: words.Like(cfg.Lang)}
	for _, t := range cfg.Targets {
		switch {
		case !t.Listens:
		case t.Chat != nil:
			in.hear(t.Chat)
		case t.Topic != nil:
			in.topics = append(in.topics, &topic{in: in, Topic: t.Topic, log: cfg.Log.With(zap.String("target", t.Name)), texts: bucket{size: textsPerMinute, per: time.Minute}, waits: standard()})
		}
	}
	return in
}

// hear listens to one more chat. A bot has one listener, however many chats it writes to: Telegram allows no second one.
func (in *Inbox) hear(c *notify.Chat) {
	i := slices.IndexFunc(in.bots, func(b *bot) bool { return b.api.is(c) })
	if i < 0 {
		i = len(in.bots)
		in.bots = append(in.bots, newBot(in, c))
	}
	in.bots[i].chats = append(in.bots[i].chats, c)
}

// Run listens until ctx ends, and returns when all that it started has ended.
func (in *Inbox) Run(ctx context.Context) {
	begin := in.cfg.Journal.Snapshot() // before anybody is listened to: what becomes of the first answer is not missed
	var running sync.WaitGroup
	for _, b := range in.bots {
		running.Go(func() { b.listen(ctx) })
		running.Go(func() { b.speak(ctx) })
	}
	for _, t := range in.topics {
		running.Go(func() { t.follow(ctx) })
	}
	if len(in.bots) > 0 {
		running.Go(func() { in.watch(ctx, begin) })
	}
	running.Wait()
}

// obey gives a command. A text that gives an answer is waited for by w, if that is not nil.
func (in *Inbox) obey(ctx context.Context, path, text string, again bool, by fsm.By, w *waiting) (risk string, err error) {
	ctx, cancel := context.WithTimeout(ctx, obeyWithin)
	defer cancel()
	in.mu.Lock()
	defer in.mu.Unlock()
	seq := in.cfg.Journal.Last().Seq
	risk, err = in.cfg.Obey(ctx, path, text, again, by)
	if err == nil && w != nil {
		w.seq = seq
		in.waiting = w
	}
	return risk, err
}

// word is a sentence in the inbox's language.
func (in *Inbox) word(key string, pairs ...string) string { return words.Text(in.lang, key, pairs...) }

// flooded logs that texts are left out, once a minute.
func (in *Inbox) flooded(log *zap.Logger) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if time.Since(in.flood) > time.Minute {
		in.flood = time.Now()
		log.Warn("more than 30 texts came within a minute")
	}
}
