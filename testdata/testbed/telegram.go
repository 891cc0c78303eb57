package testbed

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
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

// Refuse plans what the next calls of a method are answered: each a code and the rest of the body, as
// 429 "parameters":{"retry_after":1}.
func (s *Telegram) Refuse(method string, answers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals[method] = append(s.refusals[method], answers...)
}

// Menu are the commands that a chat is offered.
func (s *Telegram) Menu(chat string) []string { s.mu.Lock(); defer s.mu.Unlock(); return s.menus[chat] }

// Cut ends every connection.
func (s *Telegram) Cut() { s.Server.CloseClientConnections() }
