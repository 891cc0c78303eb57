package testbed

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Ntfy is a server of ntfy: what is published in a topic is kept, and told to whoever follows it.
type Ntfy struct {
	Server *httptest.Server
	User   string // USER:PASSWORD that it wants; empty for none

	t         testing.TB
	published chan Published

	mu       sync.Mutex // guards what follows
	messages []Published
	more     chan struct{} // is closed when there is a message
	refusals []int
	follows  []string // since of each who followed
}

// Published is a message of a topic.
type Published struct {
	ID    string `json:"id"`
	Time  int64  `json:"time"`
	Event string `json:"event"`
	Topic string `json:"topic"`
	Text  string `json:"message"`
}

// NewNtfy serves until the test ends.
func NewNtfy(t testing.TB) *Ntfy {
	s := &Ntfy{t: t, published: make(chan Published, 64), more: make(chan struct{})}
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() { s.Cut(); s.Server.Close() })
	return s
}

func (s *Ntfy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, password, _ := r.BasicAuth()
	if s.User != "" && name+":"+password != s.User {
		http.Error(w, `{"code":40101,"http":401,"error":"unauthorized"}`, http.StatusUnauthorized)
		return
	}
	topic, form, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if r.Method == http.MethodGet && form == "sse" {
		s.follow(w, r, topic)
		return
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Errorf("ntfy: %v", err)
	}
	m := s.Publish(topic, string(text), 0)
	json.NewEncoder(w).Encode(m)
	s.published <- m
}

// Publish puts a message into a topic, as if it had come so long ago.
func (s *Ntfy) Publish(topic, text string, age time.Duration) Published {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := Published{fmt.Sprintf("id%03d", len(s.messages)), time.Now().Add(-age).Unix(), "message", topic, text}
	s.messages = append(s.messages, m)
	close(s.more)
	s.more = make(chan struct{})
	return m
}

func (s *Ntfy) follow(w http.ResponseWriter, r *http.Request, topic string) {
	since := r.URL.Query().Get("since")
	s.mu.Lock()
	s.follows = append(s.follows, since)
	if len(s.refusals) > 0 {
		code := s.refusals[0]
		s.refusals = s.refusals[1:]
		s.mu.Unlock()
		http.Error(w, `{"http":`+strconv.Itoa(code)+`}`, code)
		return
	}
	next := s.after(since)
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	fmt.Fprintf(w, "event: open\ndata: {\"id\":\"o\",\"time\":%d,\"event\":\"open\",\"topic\":%q}\n\n", time.Now().Unix(), topic)
	for {
		s.mu.Lock()
		messages, more := s.messages, s.more
		s.mu.Unlock()
		for ; next < len(messages); next++ {
			if m := messages[next]; m.Topic == topic {
				line, _ := json.Marshal(m)
				fmt.Fprintf(w, "data: %s\n\n", line)
			}
		}
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-more:
		case <-r.Context().Done():
			return
		}
	}
}

// after is where a reader begins: after a message, at a time, or with all if the message is not known.
func (s *Ntfy) after(since string) int {
	at, err := strconv.ParseInt(since, 10, 64)
	for i, m := range s.messages {
		switch {
		case err == nil && m.Time >= at:
			return i
		case err != nil && m.ID == since:
			return i + 1
		}
	}
	if err == nil {
		return len(s.messages)
	}
	return 0
}

// Next is the next message that somebody published by HTTP.
func (s *Ntfy) Next() (m Published) {
	s.t.Helper()
	select {
	case m = <-s.published:
	case <-time.After(Patience):
		s.t.Fatal("nothing was published")
	}
	return m
}

// Refuse plans the status of the next connections of those who follow.
func (s *Ntfy) Refuse(codes ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals = append(s.refusals, codes...)
}

// Follows is where each who followed began.
func (s *Ntfy) Follows() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.follows...)
}

// Cut ends every connection.
func (s *Ntfy) Cut() { s.Server.CloseClientConnections() }
