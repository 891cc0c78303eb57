package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/telegram"
)

// telegramAPI is where bots send. The library can send nowhere else, has no buttons, and reports success if Telegram
// cannot be reached, or answers with anything that is not JSON. So it only understands the URL
// here, and the request is ours.
const telegramAPI = "https://api.telegram.org"

// newTelegram returns a target for each chat that the URL names: a chat that fails is tried again without
// those that have the message. telegram+https://TOKEN@HOST is a Bot API server of one's own, or a proxy where Telegram
// cannot be reached.
func newTelegram(u *url.URL) ([]Target, error) {
	// What the library sets itself before it reads a URL.
	cfg := &telegram.Config{Preview: true, Notification: true}
	if err := cfg.SetURL(u); err != nil {
		return nil, err
	}
	at, err := address(u, telegramAPI)
	if err != nil {
		return nil, err
	}
	at.User = nil
	api := strings.TrimSuffix(at.String(), "/")
	to := fmt.Sprintf("%s/bot%s/sendMessage", api, cfg.Token)
	var out []Target
	for _, id := range cfg.Chats {
		chat := &Chat{API: api, Token: cfg.Token, Silent: !cfg.Notification}
		var thread string
		chat.ID, thread, _ = strings.Cut(id, ":")
		chat.Thread, _ = strconv.Atoi(thread) // a chat without a thread has none
		out = append(out, Target{Name: "telegram", Chat: chat, Send: func(ctx context.Context, m Message) error {
			answer, err := post(ctx, to, telegramMessage(cfg, chat, m, true))
			if code, ok := errors.AsType[statusError](err); ok && code == http.StatusBadRequest && m.Link != "" {
				// Telegram makes no button of an address that only a home network knows. As text it is shown.
				answer, err = post(ctx, to, telegramMessage(cfg, chat, m, false))
			}
			var sent struct {
				Result struct {
					ID int64 `json:"message_id"`
				}
			}
			if err == nil && json.Unmarshal(answer, &sent) == nil {
				chat.Wrote(sent.Result.ID)
			}
			return err
		}})
	}
	return out, nil
}

// telegramButton opens an address.
type telegramButton struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// telegramKeyboard is rows of buttons under a message.
type telegramKeyboard struct {
	Rows [][]telegramButton `json:"inline_keyboard"`
}

// telegramPayload is what sendMessage takes. It has no parse mode: the text is plain, and would be refused for a stray * or _.
type telegramPayload struct {
	Chat      string            `json:"chat_id"`
	Thread    int               `json:"message_thread_id,omitempty"`
	Text      string            `json:"text"`
	NoPreview bool              `json:"disable_web_page_preview"`
	Silent    bool              `json:"disable_notification"`
	Keyboard  *telegramKeyboard `json:"reply_markup,omitempty"`
}

// telegramMessage has the link as a button if it may, and as the last line otherwise.
func telegramMessage(cfg *telegram.Config, chat *Chat, m Message, buttons bool) telegramPayload {
	p := telegramPayload{Chat: chat.ID, Thread: chat.Thread, Text: m.Whole(), NoPreview: !cfg.Preview, Silent: chat.Silent || m.Urgency == Quiet}
	if buttons && m.Link != "" {
		p.Text = m.Unlinked()
		p.Keyboard = &telegramKeyboard{[][]telegramButton{{{m.Opens, m.Link}}}}
	}
	title := m.Title
	if cfg.Title != "" {
		title = cfg.Title
	}
	p.Text = title + "\n" + p.Text
	return p
}
