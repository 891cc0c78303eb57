package testbed

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

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

// Polls is how often getUpdates was asked.
func (s *Telegram) Polls() int { s.mu.Lock(); defer s.mu.Unlock(); return s.polls }

// Left is how many updates nobody has confirmed.
func (s *Telegram) Left() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.updates) }
