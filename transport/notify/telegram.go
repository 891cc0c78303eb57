package notify

import (
	"context"
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
// those that have the message.
func newTelegram(u *url.URL, api string) ([]Target, error) {
	// What the library sets itself before it reads a URL.
	cfg := &telegram.Config{Preview: true, Notification: true}
	if err := cfg.SetURL(u); err != nil {
		return nil, err
	}
	to := fmt.Sprintf("%s/bot%s/sendMessage", api, cfg.Token)
	var out []Target
	for _, chat := range cfg.Chats {
		out = append(out, Target{"telegram", func(ctx context.Context, m Message) error {
			_, err := post(ctx, to, telegramMessage(cfg, chat, m, true))
			if code, ok := errors.AsType[statusError](err); ok && code == http.StatusBadRequest && m.Link != "" {
				// Telegram makes no button of an address that only a home network knows. As text it is shown.
				_, err = post(ctx, to, telegramMessage(cfg, chat, m, false))
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
func telegramMessage(cfg *telegram.Config, chat string, m Message, buttons bool) telegramPayload {
	id, thread, _ := strings.Cut(chat, ":")
	p := telegramPayload{Chat: id, Text: m.Whole(), NoPreview: !cfg.Preview, Silent: !cfg.Notification || m.Urgency == Quiet}
	if buttons && m.Link != "" {
		p.Text = m.Unlinked()
		p.Keyboard = &telegramKeyboard{[][]telegramButton{{{m.Opens, m.Link}}}}
	}
	title := m.Title
	if cfg.Title != "" {
		title = cfg.Title
	}
	p.Text = title + "\n" + p.Text
	p.Thread, _ = strconv.Atoi(thread) // a chat without a thread has none
	return p
}
