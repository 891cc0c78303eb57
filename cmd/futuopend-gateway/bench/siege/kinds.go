package siege

import "strings"

// Kind is one way to keep a gateway busy.
type Kind struct {
	Name string
	// opening is sent once on each connection, and answered before anything else is sent, if it is not empty.
	opening string
	// repeated is sent again and again, for as long as the connection takes it. Empty: nothing, which is to connect and go.
	repeated string
}

// piece is about how much is written at once: so that a crowd spends its time on the gateway's work and not on its own.
const piece = 16 << 10

// many is a frame or a request as often as it fits into a piece.
func many(s string) string { return strings.Repeat(s, max(1, piece/len(s))) }

// Kinds are those that once kept others waiting for more than they may.
func Kinds() []Kind {
	socket, socket2 := upgrade(""), upgrade("futuopend.v2")
	return []Kind{
		{"pongs", socket, many(frame(fin|opPong, ""))},
		{"pings", socket, many(frame(fin|opPing, ""))},
		{"GET /status", "", many(request("GET", "/status", ""))},
		{"GET /events", "", many(request("GET", "/events?after=0", ""))},
		{"GET /metrics", "", many(request("GET", "/metrics", ""))},
		{"GET /lines", "", many(request("GET", "/lines", ""))},
		{"STATUS in version 1", socket, many(text(`{"type":"STATUS"}`))},
		{"STATUS in version 2", socket2, many(text(`{"type":"STATUS"}`))},
		{"SUBSCRIBE from the beginning", socket2, text(`{"type":"SUBSCRIBE","after":0}`)},
		{"fragments without end", socket, frame(opText, "x") + many(frame(0, "x"))},
		{"empty fragments", socket, frame(opText, "") + many(frame(0, ""))},
		{"frames of 1 MiB", socket, text(strings.Repeat("x", 1<<20-16))},
		{"POST /code of brackets", "", many(request("POST", "/code", strings.Repeat("[", 4<<10)))},
		{"POST /code", "", many(request("POST", "/code", `{"code":"123456"}`))},
		{"POST /restart", "", many(request("POST", "/restart", ""))},
		{"connect and go", "", ""},
		{"frames that say 2^63 bytes", socket, string([]byte{fin | opText, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})},
		{"close frames", socket, frame(fin|opClose, "")},
		{"frames with reserved bits", socket, frame(0x70|fin|opText, "x")},
		{"frames without a mask", socket, string([]byte{fin | opText, 1, 'x'})},
	}
}
