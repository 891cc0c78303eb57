package openapi

// InitRequest is the first message on a connection; the daemon answers nothing else before it.
type InitRequest struct {
	ClientVer  int32
	ClientID   string
	RecvNotify bool // the daemon is to push what happens
	Algorithm  Algorithm
	PushFormat int32  // of pushes: Protobuf, JSON, or PushAsConfigured
	Language   string // the programming language, for the broker's statistics
}

// PushAsConfigured leaves the format of pushes to the daemon's push_proto_type.
const PushAsConfigured int32 = -1

// Encode returns the message without its envelope.
func (r InitRequest) Encode() []byte {
	var e encoder
	e.int32(1, r.ClientVer)
	e.string(2, r.ClientID)
	e.bool(3, r.RecvNotify)
	e.int32(4, int32(r.Algorithm))
	if r.PushFormat != PushAsConfigured {
		e.int32(5, r.PushFormat)
	}
	if r.Language != "" {
		e.string(6, r.Language)
	}
	return e
}

// DecodeInitRequest reads the message.
func DecodeInitRequest(c2s []byte) (InitRequest, error) {
	r := InitRequest{PushFormat: PushAsConfigured}
	d := decoder{rest: c2s}
	for d.next() {
		switch d.number {
		case 1:
			r.ClientVer = d.int32()
		case 2:
			r.ClientID = d.string()
		case 3:
			r.RecvNotify = d.bool()
		case 4:
			r.Algorithm = Algorithm(d.int32())
		case 5:
			r.PushFormat = d.int32()
		case 6:
			r.Language = d.string()
		}
	}
	return r, d.err
}

// InitReply is the answer to an [InitRequest] that worked.
type InitReply struct {
	ServerVer int32 // 1011 is 10.11
	UserID    uint64
	ConnID    uint64
	Key       Key   // of the AES cipher, 16 bytes; there whether it is used or not
	KeepAlive int32 // how often a KeepAlive is to be sent, in seconds
	IV        Key   // 16 bytes if the cipher is AES-CBC, empty otherwise
}

// Encode returns the message without its envelope.
func (r InitReply) Encode() []byte {
	var e encoder
	e.int32(1, r.ServerVer)
	e.varint(2, r.UserID)
	e.varint(3, r.ConnID)
	e.bytes(4, []byte(r.Key))
	e.int32(5, r.KeepAlive)
	if r.IV != "" {
		e.bytes(6, []byte(r.IV))
	}
	return e
}

// DecodeInitReply reads the message.
func DecodeInitReply(s2c []byte) (InitReply, error) {
	var r InitReply
	d := decoder{rest: s2c}
	for d.next() {
		switch d.number {
		case 1:
			r.ServerVer = d.int32()
		case 2:
			r.UserID = d.varint()
		case 3:
			r.ConnID = d.varint()
		case 4:
			r.Key = Key(d.bytes())
		case 5:
			r.KeepAlive = d.int32()
		case 6:
			r.IV = Key(d.bytes())
		}
	}
	return r, d.err
}

// KeepAlive is the request and the reply of the heartbeat. OpenD closes a connection that sent none for 30 seconds.
type KeepAlive struct {
	Time int64 // seconds since 1970
}

// Encode returns the message without its envelope.
func (k KeepAlive) Encode() []byte {
	var e encoder
	e.varint(1, uint64(k.Time))
	return e
}

// DecodeKeepAlive reads the message.
func DecodeKeepAlive(b []byte) (KeepAlive, error) {
	var k KeepAlive
	d := decoder{rest: b}
	for d.next() {
		if d.number == 1 {
			k.Time = int64(d.varint())
		}
	}
	return k, d.err
}
