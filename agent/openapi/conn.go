package openapi

import (
	"bufio"
	"crypto/rsa"
	"errors"
	"net"
	"os"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// conn is one connection. It belongs to the goroutine that serves it. One question is open at a time; what the daemon
// pushes may come before the answer, and is heard in the order in which it came.
type conn struct {
	net.Conn
	in     *bufio.Reader
	keys   Keys
	serial uint32 // of the last request
	told   *told

	pushes int       // since the state was asked for last
	asked  time.Time // when the state was asked for last
	askAt  time.Time // when it is asked for again
	beatAt time.Time // when the next KeepAlive is due
	beat   time.Duration
}

// serve speaks with the daemon until something fails, and says what.
func (c *conn) serve(key *rsa.PrivateKey) failure {
	if err := c.init(key); err != nil {
		return failed(fsm.PartInit, "InitConnect", err, key != nil)
	}
	for {
		if !time.Now().Before(c.askAt) {
			if err := c.global(); err != nil {
				return failed(fsm.PartGlobal, "GetGlobalState", err, key != nil)
			}
		}
		if !time.Now().Before(c.beatAt) {
			if err := c.keepAlive(); err != nil {
				return failed(fsm.PartConnect, "KeepAlive", err, key != nil)
			}
		}
		next := c.askAt
		if c.beatAt.Before(next) {
			next = c.beatAt
		}
		f, err := c.read(next, next.Add(answerWithin))
		switch {
		case err == nil:
			c.hear(f)
		case !errors.Is(err, errSilent):
			return failed(fsm.PartConnect, "", err, key != nil)
		}
	}
}

// init introduces the gateway. It asks for pushes in protobuf, whatever the daemon's push_proto_type is.
func (c *conn) init(key *rsa.PrivateKey) error {
	// 300 is the client version that the official Python SDK gives.
	hello := InitRequest{ClientVer: 300, ClientID: "futuopend-gateway", RecvNotify: true, Algorithm: Unencrypted, PushFormat: int32(Protobuf), Language: "Go"}
	if key != nil {
		hello.Algorithm = AESCBC
		c.keys.Connect = NewRSA(key)
	}
	s2c, err := c.ask(fsm.PartInit, "InitConnect", IDInitConnect, hello.Encode())
	if err != nil {
		return err
	}
	reply, err := DecodeInitReply(s2c)
	if err != nil {
		return err
	}
	if key != nil {
		algorithm := FTAES // what a daemon does that does not know the one asked for
		if reply.IV != "" {
			algorithm = AESCBC
		}
		if c.keys.Session, err = NewAES(algorithm, reply.Key, reply.IV); err != nil {
			return err
		}
	}
	c.beat = beatEvery(reply.KeepAlive)
	c.beatAt = time.Now().Add(c.beat)
	return nil
}

// beatEvery returns the time between two KeepAlives: 4/5 of the interval that the daemon wants, in seconds, as the
// Python SDK does it, and 1 to 16 seconds. The daemon closes a connection after 30 seconds without one, and one may be
// late by what another answer takes. An interval that makes no sense is taken for 10.
func beatEvery(interval int32) time.Duration {
	if interval <= 0 {
		interval = 10
	}
	return min(max(time.Duration(interval)*time.Second*4/5, time.Second), 16*time.Second)
}

// global asks for the daemon's state and tells it.
func (c *conn) global() error {
	c.asked, c.pushes = time.Now(), 0
	c.askAt = c.asked.Add(askEvery)
	s2c, err := c.ask(fsm.PartGlobal, "GetGlobalState", IDGetGlobalState, GlobalRequest{}.Encode())
	if err != nil {
		return err
	}
	state, err := DecodeGlobalState(s2c)
	if err != nil {
		return err
	}
	if c.told.global(state); c.told.last.Kind != fsm.APIReady {
		c.askAt = c.asked.Add(askSooner)
	}
	return nil
}

// soon makes the state be asked for as soon as may be.
func (c *conn) soon() {
	if at := c.asked.Add(askAgain); at.Before(c.askAt) {
		c.askAt = at
	}
}

// keepAlive sends the heartbeat. Any answer to it will do.
func (c *conn) keepAlive() error {
	c.beatAt = time.Now().Add(c.beat)
	_, err := c.ask(fsm.PartConnect, "KeepAlive", IDKeepAlive, KeepAlive{time.Now().Unix()}.Encode())
	if refused, ok := errors.AsType[failure](err); ok && refused.answered {
		return nil
	}
	return err
}

// ask sends a request and waits for its answer, at most answerWithin. It returns a failure if the daemon refuses.
func (c *conn) ask(part fsm.Part, name string, id uint32, c2s []byte) ([]byte, error) {
	c.serial++
	due := time.Now().Add(answerWithin)
	c.SetWriteDeadline(due)
	if err := WriteFrame(c.Conn, c.keys, Frame{ID: id, Serial: c.serial, Format: Protobuf, Body: EncodeRequest(c2s)}); err != nil {
		return nil, err
	}
	for {
		f, err := c.read(due, due)
		if err != nil {
			return nil, err
		}
		if f.ID != id || f.Serial != c.serial {
			c.hear(f)
			continue
		}
		if f.Format != Protobuf {
			return nil, errFormat
		}
		r, err := DecodeResponse(f.Body)
		if err != nil {
			return nil, err
		}
		if r.RetType != RetOK {
			return nil, refusal(part, name, r)
		}
		return r.S2C, nil
	}
}

// read returns the next frame, which must be whole at end. It returns errSilent if none began until begin; nothing is
// lost then.
func (c *conn) read(begin, end time.Time) (Frame, error) {
	if !time.Now().Before(begin) {
		return Frame{}, errSilent // whatever is buffered: a stream of pushes does not put off what is due
	}
	c.SetReadDeadline(begin)
	if _, err := c.in.Peek(1); errors.Is(err, os.ErrDeadlineExceeded) {
		return Frame{}, errSilent
	} else if err != nil {
		return Frame{}, err
	}
	c.SetReadDeadline(end)
	f, err := ReadFrame(c.in, c.keys)
	if err == nil && f.ID == IDNotify {
		if c.pushes++; c.pushes > maxPushes {
			return Frame{}, errFlood
		}
	}
	return f, err
}

// hear takes a frame that answers nothing. A push that cannot be read is skipped: it is of a form that is not
// known here, and the state is asked for anyway. What a push says to be good is no proof, so it is asked for at once.
func (c *conn) hear(f Frame) {
	if f.ID != IDNotify || f.Format != Protobuf {
		return
	}
	r, err := DecodeResponse(f.Body)
	if err != nil || r.RetType != RetOK {
		return
	}
	n, err := DecodeNotify(r.S2C)
	if err != nil {
		return
	}
	switch {
	case n.Type == NotifyEvent && n.Event != nil:
		c.told.event(*n.Event)
		c.soon()
	case n.Type == NotifyProgramStatus && n.Program != nil:
		c.told.program(*n.Program)
		c.soon()
	case n.Type == NotifyConnStatus && n.Conn != nil:
		c.told.connection(*n.Conn)
		c.soon()
	case n.Type == NotifyQotRight && n.Rights != nil:
		c.told.rightsAre(n.Rights)
	}
}
