package inbox

import (
	"strconv"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/transport/notify"
)

// update is what getUpdates has for each thing that happened. An edit is none that we ask for.
type update struct {
	ID      int64    `json:"update_id"`
	Message *message `json:"message"`
}

// message is what a person wrote, as far as it matters.
type message struct {
	ID     int64  `json:"message_id"`
	Thread int    `json:"message_thread_id"`
	Topic  bool   `json:"is_topic_message"`
	Date   int64  `json:"date"` // Unix seconds of Telegram's clock
	Edited int64  `json:"edit_date"`
	Text   string `json:"text"`
	Chat   struct {
		ID   int64  `json:"id"`
		Type string `json:"type"`
		Name string `json:"username"`
	} `json:"chat"`
	From   *sender `json:"from"`
	Sender *sender `json:"sender_chat"` // who writes as a chat: an administrator whose name is hidden, or a channel
	Reply  *struct {
		ID   int64   `json:"message_id"`
		From *sender `json:"from"`
	} `json:"reply_to_message"`
	Forward *struct {
		From *sender `json:"sender_user"`
	} `json:"forward_origin"`
}

type sender struct {
	ID  int64 `json:"id"`
	Bot bool  `json:"is_bot"`
}

// chatOf is the chat of ours that a message was written in, nil for a stranger's.
func (b *bot) chatOf(m message) *notify.Chat {
	for _, c := range b.chats {
		here := c.ID == strconv.FormatInt(m.Chat.ID, 10) || m.Chat.Name != "" && strings.EqualFold(c.ID, "@"+m.Chat.Name)
		if here && (c.Thread == 0 || c.Thread == m.Thread) {
			return c
		}
	}
	return nil
}

// byPerson reports whether a person wrote it here: no bot, no channel, and nothing that this bot itself said.
func (b *bot) byPerson(m message) bool {
	switch {
	case m.Edited != 0:
		return false // of what was said before
	case m.Forward != nil && m.Forward.From != nil && m.Forward.From.ID == b.id:
		return false // our messages show what a code looks like
	case m.Sender != nil:
		return m.Sender.ID == m.Chat.ID
	}
	return m.From != nil && !m.From.Bot
}

// repliesTo reports whether it is a reply to a message of this gateway; of an earlier run's nobody else's is told apart.
func (b *bot) repliesTo(m message, c *notify.Chat) (ours, maybe bool) {
	if m.Reply == nil {
		return false, false
	}
	ours = c.Own(m.Reply.ID)
	return ours, ours || m.Reply.From != nil && m.Reply.From.ID == b.id
}

// at is when it was written, by our clock. Telegram's has whole seconds.
func (b *bot) at(m message) time.Time { return time.Unix(m.Date, 0).Add(-b.ahead) }

// slack is how much earlier than a request a message may seem to be: both clocks are read in whole seconds.
const slack = 2 * time.Second
