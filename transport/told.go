package transport

import "github.com/ostai/futuopend-gateway/fsm"

// told is an entry of the journal as clients are told it. All who follow see the same one at about the same time, so that the
// newest is encoded once for all of them.
type told struct {
	seq  uint64
	text []byte // nobody writes in it
}

// told is the entry as JSON, which is not to be changed.
func (s *Server) told(e fsm.Entry) []byte {
	newest := s.newest.Load()
	if newest != nil && newest.seq == e.Seq {
		return newest.text
	}
	t := &told{e.Seq, marshal(newEvent(e))}
	if newest == nil || newest.seq < e.Seq { // one who catches up does not take it from those who are up to date
		s.newest.Store(t)
	}
	return t.text
}
