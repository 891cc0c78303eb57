package transport

import (
	"net/http"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// weekBody is which part of the last seven days each condition lasted, of the time that is known.
type weekBody struct {
	Known   int64   `json:"known"` // seconds, a week at most
	Ready   float64 `json:"ready"` // from 0 to 1, as all of these
	Wanted  float64 `json:"wanted"`
	Trouble float64 `json:"trouble"`
	Down    float64 `json:"down"`
}

// newWeek is nil as long as less than a minute is known, of which a share says nothing.
func newWeek(w fsm.Week, now time.Time) *weekBody {
	_, lasted := w.Past(now)
	known := lasted[fsm.Works] + lasted[fsm.Wants] + lasted[fsm.Troubled] + lasted[fsm.Down]
	if known < time.Minute {
		return nil
	}
	share := func(c fsm.Condition) float64 { return float64(lasted[c]) / float64(known) }
	return &weekBody{int64(known / time.Second), share(fsm.Works), share(fsm.Wants), share(fsm.Troubled), share(fsm.Down)}
}

// spanBody is a time of that week, until the next one begins.
type spanBody struct {
	At time.Time     `json:"at"`
	Is fsm.Condition `json:"is"`
}

// pastBody is the last seven days in order, fsm.MaxSpans spans at most. The last one goes on until the end.
type pastBody struct {
	From  time.Time  `json:"from"`
	Until time.Time  `json:"until"`
	Share *weekBody  `json:"share,omitempty"`
	Spans []spanBody `json:"spans"`
}

// week tells how the last seven days went.
func (s *Server) week(w http.ResponseWriter, _ *http.Request) {
	now := time.Now().UTC()
	past := s.cfg.Journal.Snapshot().Week
	spans, _ := past.Past(now)
	body := pastBody{From: now.Add(-fsm.WeekLasts), Until: now, Share: newWeek(past, now), Spans: []spanBody{}}
	for _, span := range spans {
		body.Spans = append(body.Spans, spanBody{span.At, span.Is})
	}
	tellJSON(w, http.StatusOK, body)
}
