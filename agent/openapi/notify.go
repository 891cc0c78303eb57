package openapi

import "google.golang.org/protobuf/encoding/protowire"

// What a [Notify] is about.
const (
	NotifyEvent         int32 = 1
	NotifyProgramStatus int32 = 2
	NotifyConnStatus    int32 = 3
	NotifyQotRight      int32 = 4
	NotifyAPIQuota      int32 = 6
	NotifyUsedQuota     int32 = 7
)

// Notify is a push of the daemon. Type says which of the rest is there; the others are nil.
type Notify struct {
	Type      int32
	Event     *GtwEvent
	Program   *ProgramStatus
	Conn      *ConnStatus
	Rights    Rights
	APIQuota  *Quota
	UsedQuota *Quota
}

// GtwEvent is something that happened to the daemon.
type GtwEvent struct {
	Type int32  // see numbers.go
	Desc string // as told, in the daemon's language
}

// ConnStatus says which servers the daemon is logged in to.
type ConnStatus struct {
	QotLogined, TrdLogined bool
}

// Rights are the levels of quotes that the account may read, by the number of the market's field: see numbers.go.
// A market that was not told is not there.
type Rights map[int32]int32

// Quota is how many subscriptions and historical candlesticks are allowed, or used.
type Quota struct {
	Subscriptions, Candlesticks int32
}

// Encode returns the message without its envelope.
func (n Notify) Encode() []byte {
	var e encoder
	e.int32(1, n.Type)
	if n.Event != nil {
		var in encoder
		in.int32(1, n.Event.Type)
		in.string(2, n.Event.Desc)
		e.bytes(2, in)
	}
	if n.Program != nil {
		var in encoder
		in.bytes(1, n.Program.encode())
		e.bytes(3, in)
	}
	if n.Conn != nil {
		var in encoder
		in.bool(1, n.Conn.QotLogined)
		in.bool(2, n.Conn.TrdLogined)
		e.bytes(4, in)
	}
	if n.Rights != nil {
		var in encoder
		for _, m := range markets {
			if level, ok := n.Rights[m.field]; ok {
				in.int32(protowire.Number(m.field), level)
			}
		}
		e.bytes(5, in)
	}
	if n.APIQuota != nil {
		e.bytes(7, n.APIQuota.encode())
	}
	if n.UsedQuota != nil {
		e.bytes(8, n.UsedQuota.encode())
	}
	return e
}

// DecodeNotify reads the message.
func DecodeNotify(s2c []byte) (Notify, error) {
	var n Notify
	d := decoder{rest: s2c}
	for d.next() {
		switch d.number {
		case 1:
			n.Type = d.int32()
		case 2:
			d.message(orNew(&n.Event).decode)
		case 3:
			status := orNew(&n.Program)
			d.message(func(b []byte) error {
				in := decoder{rest: b}
				for in.next() {
					if in.number == 1 {
						in.message(status.decode)
					}
				}
				return in.err
			})
		case 4:
			d.message(orNew(&n.Conn).decode)
		case 5:
			if n.Rights == nil {
				n.Rights = Rights{}
			}
			d.message(n.Rights.decode)
		case 7:
			d.message(orNew(&n.APIQuota).decode)
		case 8:
			d.message(orNew(&n.UsedQuota).decode)
		}
	}
	return n, d.err
}

func (g *GtwEvent) decode(b []byte) error {
	d := decoder{rest: b}
	for d.next() {
		switch d.number {
		case 1:
			g.Type = d.int32()
		case 2:
			g.Desc = d.string()
		}
	}
	return d.err
}

func (c *ConnStatus) decode(b []byte) error {
	d := decoder{rest: b}
	for d.next() {
		switch d.number {
		case 1:
			c.QotLogined = d.bool()
		case 2:
			c.TrdLogined = d.bool()
		}
	}
	return d.err
}

func (r Rights) decode(b []byte) error {
	d := decoder{rest: b}
	for d.next() {
		for _, m := range markets {
			if protowire.Number(m.field) == d.number {
				r[m.field] = d.int32()
			}
		}
	}
	return d.err
}

func (q Quota) encode() []byte {
	var e encoder
	e.int32(1, q.Subscriptions)
	e.int32(2, q.Candlesticks)
	return e
}

func (q *Quota) decode(b []byte) error {
	d := decoder{rest: b}
	for d.next() {
		switch d.number {
		case 1:
			q.Subscriptions = d.int32()
		case 2:
			q.Candlesticks = d.int32()
		}
	}
	return d.err
}
