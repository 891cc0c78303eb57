package openapi

import "fmt"

// GlobalRequest asks for the daemon's state.
type GlobalRequest struct {
	UserID uint64 // obsolete, and required: 0
}

// Encode returns the message without its envelope.
func (r GlobalRequest) Encode() []byte {
	var e encoder
	e.varint(1, r.UserID)
	return e
}

// DecodeGlobalRequest reads the message.
func DecodeGlobalRequest(c2s []byte) (GlobalRequest, error) {
	var r GlobalRequest
	d := decoder{rest: c2s}
	for d.next() {
		if d.number == 1 {
			r.UserID = d.varint()
		}
	}
	return r, d.err
}

// GlobalState is the daemon's state. The optional states of newer markets are not read: nobody here asks for them.
type GlobalState struct {
	HK, US, SH, SZ, HKFuture int32 // QotMarketState

	QotLogined  bool           // logged in to the quote server
	TrdLogined  bool           // logged in to the trade server
	ServerVer   int32          // 1011 is 10.11
	ServerBuild int32          // 7108
	Time        int64          // the server's, in seconds since 1970
	LocalTime   float64        // the daemon's, in seconds since 1970; 0 if it was not told
	Program     *ProgramStatus // nil if it was not told
	QotServer   string
	TrdServer   string
	ConnID      uint64
}

// Encode returns the message without its envelope.
func (s GlobalState) Encode() []byte {
	var e encoder
	e.int32(1, s.HK)
	e.int32(2, s.US)
	e.int32(3, s.SH)
	e.int32(4, s.SZ)
	e.int32(5, s.HKFuture)
	e.bool(6, s.QotLogined)
	e.bool(7, s.TrdLogined)
	e.int32(8, s.ServerVer)
	e.int32(9, s.ServerBuild)
	e.varint(10, uint64(s.Time))
	if s.LocalTime != 0 {
		e.double(11, s.LocalTime)
	}
	if s.Program != nil {
		e.bytes(12, s.Program.encode())
	}
	if s.QotServer != "" {
		e.string(13, s.QotServer)
	}
	if s.TrdServer != "" {
		e.string(14, s.TrdServer)
	}
	if s.ConnID != 0 {
		e.varint(16, s.ConnID)
	}
	return e
}

// DecodeGlobalState reads the message. A member that is missing is zero: not logged in.
func DecodeGlobalState(s2c []byte) (GlobalState, error) {
	var s GlobalState
	d := decoder{rest: s2c}
	for d.next() {
		switch d.number {
		case 1:
			s.HK = d.int32()
		case 2:
			s.US = d.int32()
		case 3:
			s.SH = d.int32()
		case 4:
			s.SZ = d.int32()
		case 5:
			s.HKFuture = d.int32()
		case 6:
			s.QotLogined = d.bool()
		case 7:
			s.TrdLogined = d.bool()
		case 8:
			s.ServerVer = d.int32()
		case 9:
			s.ServerBuild = d.int32()
		case 10:
			s.Time = int64(d.varint())
		case 11:
			s.LocalTime = d.double()
		case 12:
			d.message(orNew(&s.Program).decode)
		case 13:
			s.QotServer = d.string()
		case 14:
			s.TrdServer = d.string()
		case 16:
			s.ConnID = d.varint()
		}
	}
	return s, d.err
}

// version returns the server's version, such as 10.11.7108, and nothing if it was not told.
func (s GlobalState) version() string {
	if s.ServerVer <= 0 {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d", s.ServerVer/100, s.ServerVer%100, s.ServerBuild)
}

// orNew returns what p points at, made if there is none. A message that comes twice is merged.
func orNew[T any](p **T) *T {
	if *p == nil {
		*p = new(T)
	}
	return *p
}

// ProgramStatus is where the daemon stands with its login.
type ProgramStatus struct {
	Type int32  // see numbers.go
	Desc string // more on it, in the daemon's language
}

func (p ProgramStatus) encode() []byte {
	var e encoder
	e.int32(1, p.Type)
	if p.Desc != "" {
		e.string(2, p.Desc)
	}
	return e
}

func (p *ProgramStatus) decode(b []byte) error {
	d := decoder{rest: b}
	for d.next() {
		switch d.number {
		case 1:
			p.Type = d.int32()
		case 2:
			p.Desc = d.string()
		}
	}
	return d.err
}
