package openapi

// Every body is an envelope: a request has c2s, a response says first whether it worked. The messages of this package
// encode and decode what is inside of it.

// EncodeRequest puts a message into a request's envelope.
func EncodeRequest(c2s []byte) []byte {
	var e encoder
	e.bytes(1, c2s)
	return e
}

// DecodeRequest takes the message out of a request's envelope. It is empty if there is none.
func DecodeRequest(body []byte) (c2s []byte, err error) {
	d := decoder{rest: body}
	for d.next() {
		if d.number == 1 {
			c2s = d.bytes()
		}
	}
	return c2s, d.err
}

// What a RetType says.
const (
	RetOK      int32 = 0
	RetFailed  int32 = -1
	RetUnknown int32 = -400 // also when none is given
)

// Response is the envelope of an answer, and of a push.
type Response struct {
	RetType int32
	RetMsg  string // why it did not work, in the daemon's language
	ErrCode int32
	S2C     []byte // the message; nil if there is none
}

// Encode returns the body.
func (r Response) Encode() []byte {
	var e encoder
	e.int32(1, r.RetType)
	if r.RetMsg != "" {
		e.string(2, r.RetMsg)
	}
	if r.ErrCode != 0 {
		e.int32(3, r.ErrCode)
	}
	if r.S2C != nil {
		e.bytes(4, r.S2C)
	}
	return e
}

// DecodeResponse reads a body.
func DecodeResponse(body []byte) (Response, error) {
	r := Response{RetType: RetUnknown}
	d := decoder{rest: body}
	for d.next() {
		switch d.number {
		case 1:
			r.RetType = d.int32()
		case 2:
			r.RetMsg = d.string()
		case 3:
			r.ErrCode = d.int32()
		case 4:
			r.S2C = d.bytes()
		}
	}
	return r, d.err
}
