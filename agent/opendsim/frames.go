package opendsim

import (
	"bufio"
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

// headerLen is that of a frame; its protocol and its serial number are read before the rest can be.
const headerLen = 44

// frames is a client on the API's port.
type frames struct {
	socket net.Conn
	in     *bufio.Reader // belongs to read

	mu     sync.Mutex // one frame is written after the other
	keys   openapi.Keys
	pushed uint32 // serial number of the last push
}

// newFrames encrypts if there is a key: InitConnect with RSA, what follows as secure says.
func newFrames(socket net.Conn, key *rsa.PrivateKey) *frames {
	w := &frames{socket: socket, in: bufio.NewReader(socket)}
	if key != nil {
		w.keys.Connect = openapi.NewRSA(key)
	}
	return w
}

// secure makes a cipher that of everything after InitConnect, if anything is encrypted at all.
func (w *frames) secure(session openapi.Cipher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.keys.Connect != nil {
		w.keys.Session = session
	}
}

// read also ends the connection to a client with which no key is shared. A daemon that encrypts answers it, as was
// seen, and the client cannot read it; of one that does not encrypt nothing is known.
func (w *frames) read(wait time.Duration) (request, error) {
	w.socket.SetReadDeadline(time.Now().Add(wait))
	header, err := w.in.Peek(headerLen)
	if err != nil {
		return request{}, err
	}
	r := request{
		id:     binary.LittleEndian.Uint32(header[2:]),
		serial: uint64(binary.LittleEndian.Uint32(header[8:])),
		format: header[6],
	}
	w.mu.Lock()
	keys := w.keys
	w.mu.Unlock()
	frame, err := openapi.ReadFrame(w.in, keys)
	if errors.Is(err, openapi.ErrGarbled) && keys.Connect != nil && r.id == openapi.IDInitConnect {
		w.write(r, openapi.Response{RetType: openapi.RetFailed})
	}
	if err != nil {
		return request{}, err
	}
	if r.format == openapi.Protobuf {
		r.c2s, err = openapi.DecodeRequest(frame.Body)
	}
	return r, err
}

func (w *frames) write(r request, answer openapi.Response) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	frame := openapi.Frame{ID: r.id, Serial: uint32(r.serial), Format: r.format, Body: answer.Encode()}
	if r.id == openapi.IDNotify {
		w.pushed++
		frame.Serial = w.pushed
	}
	if r.format == openapi.JSON {
		frame.Body = inJSON(answer)
	}
	w.socket.SetWriteDeadline(time.Now().Add(writeWait))
	return openapi.WriteFrame(w.socket, w.keys, frame)
}

func (w *frames) close() { w.socket.Close() }
