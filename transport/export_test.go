package transport

import "github.com/ostai/futuopend-gateway/fsm"

// What the tests of the pages and of the description walk.

// Statuses are the HTTP status of each refusal.
var Statuses = statuses

// Frames are the types of the commands that a WebSocket takes; first says which are in version 1.
func Frames() (first, second []string) {
	for _, c := range commands {
		if c.frame == "" {
			continue
		}
		second = append(second, c.frame)
		if c.first {
			first = append(first, c.frame)
		}
	}
	return first, second
}

// Requests are the endpoints, as "GET /status", each with who may call it as the page says it.
func Requests() map[string]string {
	out := map[string]string{}
	for _, r := range endpoints() {
		out[r.method+" "+r.path] = [...]string{nothing: "anyone", reading: "read", answering: "answer", commanding: "command"}[r.who]
	}
	return out
}

// Told is what those are told who follow the journal.
func Told(s *Server, e fsm.Entry) []byte { return s.told(e) }
