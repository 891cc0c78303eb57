package openapi

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// BenchmarkProof is one GetGlobalState over TCP, from the question to what was told. The daemon's end allocates
// nothing, so that the figures are the client's.
func BenchmarkProof(b *testing.B) {
	for _, c := range []struct {
		name string
		keys Keys
	}{{"plain", Keys{}}, {"AES-CBC", Keys{Session: newAES(b, AESCBC)}}} {
		b.Run(c.name, func(b *testing.B) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			go parrot(l, c.keys)
			socket, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			defer socket.Close()
			proofs := 0
			t := &told{tell: func(fsm.Event) {}, proven: func(time.Time) { proofs++ }}
			on := &conn{Conn: socket, in: bufio.NewReader(socket), keys: c.keys, told: t}
			b.ReportAllocs()
			for b.Loop() {
				if err := on.global(); err != nil {
					b.Fatal(err)
				}
			}
			if proofs == 0 {
				b.Error("nothing was proven")
			}
		})
	}
}

// parrot answers each request of one connection with the same state.
func parrot(l net.Listener, keys Keys) {
	c, err := l.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	var answer bytes.Buffer
	WriteFrame(&answer, keys, Frame{ID: IDGetGlobalState, Body: Response{S2C: ready.Encode()}.Encode()})
	request := make([]byte, 4096)
	for {
		if _, err := io.ReadFull(c, request[:headerLen]); err != nil {
			return
		}
		if _, err := io.ReadFull(c, request[headerLen:headerLen+binary.LittleEndian.Uint32(request[12:])]); err != nil {
			return
		}
		copy(answer.Bytes()[8:12], request[8:12])
		if _, err := c.Write(answer.Bytes()); err != nil {
			return
		}
	}
}
