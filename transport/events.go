package transport

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// events tells the journal's entries after a sequence number, one JSON object a line. A client that
// accepts text/event-stream is told what follows as well, and resumes by itself where it was cut off.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	text := r.URL.Query().Get("after")
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		text = id
	}
	var after uint64
	if text != "" {
		var err error
		if after, err = strconv.ParseUint(text, 10, 64); err != nil {
			s.problem(w, refuse("after_invalid", "after must be a sequence number, for example /events?after=0"))
			return
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		s.follow(w, r, after)
		return
	}
	w.Header().Set("Content-Type", "application/jsonl")
	mine := visitorOf(r.Context()).turn
	for mine.pause(r.Context().Done()) {
		e, ok, _ := s.cfg.Journal.Look(after)
		if !ok {
			return
		}
		if _, err := fmt.Fprintf(w, "%s\n", s.told(e)); err != nil {
			return // the client is gone
		}
		after = e.Seq
	}
}

// follow tells entries as they happen, until the client goes, does not read, or the server stops.
func (s *Server) follow(w http.ResponseWriter, r *http.Request, after uint64) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	alive := time.NewTicker(pingEvery)
	defer alive.Stop()
	mine, live := visitorOf(r.Context()).turn, false // what happens is told to all at once, in nobody's turn
	for {
		e, ok, more := s.cfg.Journal.Look(after)
		if ok {
			if !live && !mine.pause(r.Context().Done()) {
				return
			}
			if out.SetWriteDeadline(time.Now().Add(writeWithin)) != nil {
				return
			}
			if _, err := fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Kind, s.told(e)); err != nil {
				return
			}
			after = e.Seq
			continue
		}
		if out.Flush() != nil {
			return
		}
		live = true
		mine.leave()
		select {
		case <-more:
		case <-r.Context().Done():
			return
		case <-s.stopping.Done():
			return
		case <-alive.C:
			if out.SetWriteDeadline(time.Now().Add(writeWithin)) != nil {
				return
			}
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil {
				return
			}
		}
	}
}
