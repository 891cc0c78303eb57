package testbed

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// Post is a message that the bot sent.
type Post struct {
	ID         int64
	Chat, Text string
	ReplyTo    int64
	Thread     int
	Picture    []byte
}

// take serves sendMessage and sendPhoto.
func (s *Telegram) take(w http.ResponseWriter, r *http.Request) {
	p := Post{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			s.t.Errorf("sendPhoto: %v", err)
		}
		p.Chat, p.Text = r.FormValue("chat_id"), r.FormValue("caption")
		if f, _, err := r.FormFile("photo"); err == nil {
			p.Picture, _ = io.ReadAll(f)
		}
	} else {
		var in struct {
			Chat   string `json:"chat_id"`
			Text   string
			Thread int `json:"message_thread_id"`
			Reply  struct {
				ID int64 `json:"message_id"`
			} `json:"reply_parameters"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			s.t.Errorf("sendMessage: %v", err)
		}
		p.Chat, p.Text, p.Thread, p.ReplyTo = in.Chat, in.Text, in.Thread, in.Reply.ID
	}
	s.mu.Lock()
	s.message++
	p.ID = s.message
	s.mu.Unlock()
	answer(w, map[string]any{"message_id": p.ID, "date": time.Now().Add(s.Ahead).Unix()})
	http.NewResponseController(w).Flush() // whoever sees the post may cut the line
	s.posts <- p
}

// Next is the next message that the bot sent.
func (s *Telegram) Next() (p Post) {
	s.t.Helper()
	select {
	case p = <-s.posts:
	case <-time.After(Patience):
		s.t.Fatal("the bot said nothing")
	}
	return p
}

// Quiet reports what the bot said and nobody took; the test fails if there is something.
func (s *Telegram) Quiet() {
	s.t.Helper()
	select {
	case p := <-s.posts:
		s.t.Errorf("the bot said %q", p.Text)
	default:
	}
}
