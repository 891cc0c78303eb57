package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/telegram"
)

// telegramAPI is where bots send. The library can send nowhere else, and reports success if Telegram
// cannot be reached, or answers with anything that is not JSON. So it only understands the URL
// here, and the request is ours.
const telegramAPI = "https://api.telegram.org"

// newTelegram returns a target for each chat that the URL names: a chat that fails is tried again without
// those that have the message.
func newTelegram(raw, api string) ([]Target, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, err
	}
	// What the library sets itself before it reads a URL.
	cfg := &telegram.Config{Preview: true, Notification: true}
	if err := cfg.SetURL(u); err != nil {
		return nil, err
	}
	var out []Target
	for _, chat := range cfg.Chats {
		out = append(out, Target{"telegram", func(ctx context.Context, text string) error {
			return postTelegram(ctx, fmt.Sprintf("%s/bot%s/sendMessage", api, cfg.Token), telegramMessage(cfg, chat, text))
		}})
	}
	return out, nil
}

// telegramMessage has no parse mode: the text is plain, and would be refused for a stray * or _.
func telegramMessage(cfg *telegram.Config, chat, text string) telegram.SendMessagePayload {
	if cfg.Title != "" {
		text = cfg.Title + "\n" + text
	}
	id, thread, _ := strings.Cut(chat, ":")
	m := telegram.SendMessagePayload{Text: text, ID: id, DisablePreview: !cfg.Preview, DisableNotification: !cfg.Notification}
	if n, err := strconv.Atoi(thread); err == nil {
		m.MessageThreadID = &n
	}
	return m
}

func postTelegram(ctx context.Context, to string, m telegram.SendMessagePayload) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil && !connected.Load() {
		return neverLeft{err}
	}
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return statusError(res.StatusCode)
	}
	return nil
}
