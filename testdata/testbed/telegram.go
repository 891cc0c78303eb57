package testbed

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Telegram is a Bot API server for one bot, which behaves as the real one does: it keeps a request that has nothing to tell,
// confirms updates by the offset of the next request, and sends the earlier of two listeners away with 409.
type Telegram struct {
	Server *httptest.Server
	Token  string        // of the bot
	Ahead  time.Duration // of its clock; set it before it is used

	t     testing.TB
	posts chan Post

	mu       sync.Mutex // guards what follows
	updates  []map[string]any
	past     []map[string]any
	number   int64         // of the latest update
	message  int64         // of the latest message
	more     chan struct{} // is closed when there is an update
	displace chan struct{} // is closed when another listener comes; nil if nobody listens
	refusals map[string][]string
	menus    map[string][]string // the commands of each chat
	polls    int
}

// Post is a message that the bot sent.
type Post struct {
	ID         int64
	Chat, Text string
	ReplyTo    int64
	Thread     int
	Picture    []byte
}

// Wrote is a message that somebody writes to the bot.
type Wrote struct {
	Chat    int64 // a person's is positive, a group's negative
	From    int64 // 0 for the person of the chat
	Text    string
	ReplyTo int64 // a message; of the bot's, if it sent it
	Thread  int
	Age     time.Duration
	Edited  bool
	By      string // bot, anonymous, channel, forward (of the bot's own words); empty for a person
}

// BotID is the bot's.
const BotID = 4242

// NewTelegram serves until the test ends.
func NewTelegram(t testing.TB, token string) *Telegram {
	s := &Telegram{Token: token, t: t, posts: make(chan Post, 256), more: make(chan struct{}), message: 100, number: 1000, refusals: map[string][]string{}, menus: map[string][]string{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() { s.Cut(); s.Server.Close() })
	return s
}

// URL is that of NOTIFY_URLS.
func (s *Telegram) URL(chats string) string {
	return "telegram+http://" + s.Token + "@" + s.Server.Listener.Addr().String() + "?chats=" + chats
}

func (s *Telegram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", time.Now().Add(s.Ahead).UTC().Format(http.TimeFormat))
	w.Header().Set("Content-Type", "application/json")
	token, method, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if token != s.Token {
		refuse(w, 401, `"description":"Unauthorized"`)
		return
	}
	s.mu.Lock()
	if planned := s.refusals[method]; len(planned) > 0 {
		s.refusals[method] = planned[1:]
		s.mu.Unlock()
		code, rest, _ := strings.Cut(planned[0], " ")
		n, _ := strconv.Atoi(code)
		refuse(w, n, rest)
		return
	}
	s.mu.Unlock()
	switch method {
	case "getMe":
		answer(w, map[string]any{"id": BotID, "is_bot": true, "username": "futu_bot"})
	case "setMyCommands":
		s.menu(w, r)
	case "getUpdates":
		s.tell(w, r)
	case "sendMessage", "sendPhoto":
		s.take(w, r)
	default:
		refuse(w, 404, `"description":"Not Found: method not found"`)
	}
}

func answer(w http.ResponseWriter, result any) {
	body, err := json.Marshal(map[string]any{"ok": true, "result": result})
	if err != nil {
		panic(err) // maps and texts
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}

func refuse(w http.ResponseWriter, code int, rest string) {
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"ok":false,"error_code":%d,%s}`, code, rest)
}

func (s *Telegram) menu(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Commands []struct{ Command string }
		Scope    struct {
			Chat string `json:"chat_id"`
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		s.t.Errorf("setMyCommands: %v", err)
	}
	var names []string
	for _, c := range in.Commands {
		names = append(names, c.Command)
	}
	s.mu.Lock()
	s.menus[in.Scope.Chat] = names
	s.mu.Unlock()
	answer(w, true)
}

// tell serves getUpdates.
func (s *Telegram) tell(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Offset, Limit int64
		Timeout       int
		Allowed       []string `json:"allowed_updates"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		s.t.Errorf("getUpdates: %v", err)
	}
	s.mu.Lock()
	if s.displace != nil {
		close(s.displace)
	}
	mine := make(chan struct{})
	s.displace = mine
	s.polls++
	s.confirm(in.Offset)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		if s.displace == mine {
			s.displace = nil
		}
		s.mu.Unlock()
	}()
	over := time.NewTimer(time.Duration(in.Timeout) * time.Second)
	defer over.Stop()
	for {
		found, more := s.waiting(in.Limit, in.Allowed)
		if len(found) > 0 {
			answer(w, found)
			return
		}
		select {
		case <-more:
		case <-over.C:
			answer(w, []any{})
			return
		case <-mine:
			refuse(w, 409, `"description":"Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"`)
			return
		case <-r.Context().Done():
			return
		}
	}
}

// confirm forgets the updates before an offset; a negative one keeps so many of the latest.
func (s *Telegram) confirm(offset int64) {
	if offset < 0 {
		s.updates = s.updates[max(0, len(s.updates)+int(offset)):]
		return
	}
	s.updates = slices.DeleteFunc(s.updates, func(u map[string]any) bool { return u["update_id"].(int64) < offset })
}

func (s *Telegram) waiting(limit int64, allowed []string) (out []map[string]any, more <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.updates {
		for _, kind := range allowed {
			if _, ok := u[kind]; ok && int64(len(out)) < limit {
				out = append(out, u)
			}
		}
	}
	return out, s.more
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

// Write lets somebody write some messages at once. It returns the number of the last one.
func (s *Telegram) Write(all ...Wrote) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range all {
		s.write(m)
	}
	close(s.more)
	s.more = make(chan struct{})
	return s.message
}

func (s *Telegram) write(m Wrote) {
	s.message++
	chat := map[string]any{"id": m.Chat, "type": "private"}
	if m.Chat < 0 {
		chat["type"] = "supergroup"
	}
	from := m.From
	if from == 0 {
		from = m.Chat
	}
	at := time.Now().Add(s.Ahead - m.Age).Unix()
	out := map[string]any{"message_id": s.message, "date": at, "chat": chat, "from": map[string]any{"id": from, "is_bot": m.By == "bot" || m.By == "anonymous"}, "text": m.Text}
	switch m.By {
	case "anonymous":
		out["sender_chat"] = map[string]any{"id": m.Chat}
	case "channel":
		out["sender_chat"] = map[string]any{"id": -99}
	case "forward":
		out["forward_origin"] = map[string]any{"type": "user", "sender_user": map[string]any{"id": BotID, "is_bot": true}}
	}
	if m.Thread != 0 {
		out["message_thread_id"], out["is_topic_message"] = m.Thread, true
	}
	if m.ReplyTo != 0 {
		out["reply_to_message"] = map[string]any{"message_id": m.ReplyTo, "from": map[string]any{"id": BotID, "is_bot": true}}
	}
	kind := "message"
	if m.Edited {
		kind, out["edit_date"] = "edited_message", at
	}
	s.number++
	s.updates = append(s.updates, map[string]any{"update_id": s.number, kind: out})
	s.past = append(s.past, s.updates[len(s.updates)-1])
}

// Refuse plans what the next calls of a method are answered: each a code and the rest of the body, as
// 429 "parameters":{"retry_after":1}.
func (s *Telegram) Refuse(method string, answers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals[method] = append(s.refusals[method], answers...)
}

// Repeat lets updates come that were confirmed already.
func (s *Telegram) Repeat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates = append(slices.Clone(s.past), s.updates...)
	close(s.more)
	s.more = make(chan struct{})
}

// Renumber lets the numbers of updates begin anew, as they do after a week without any: all of before are confirmed then.
func (s *Telegram) Renumber(n int64) {
	s.t.Helper()
	for limit := time.Now().Add(Patience); s.Left() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			s.t.Fatalf("%d updates are not confirmed", s.Left())
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number = n
}

// Menu are the commands that a chat is offered.
func (s *Telegram) Menu(chat string) []string { s.mu.Lock(); defer s.mu.Unlock(); return s.menus[chat] }

// Polls is how often getUpdates was asked.
func (s *Telegram) Polls() int { s.mu.Lock(); defer s.mu.Unlock(); return s.polls }

// Left is how many updates nobody has confirmed.
func (s *Telegram) Left() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.updates) }

// Cut ends every connection.
func (s *Telegram) Cut() { s.Server.CloseClientConnections() }
