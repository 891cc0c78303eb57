package openapi

import (
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The protocols that are spoken here.
const (
	IDInitConnect    uint32 = 1001
	IDGetGlobalState uint32 = 1002
	IDNotify         uint32 = 1003 // a push, without a request
	IDKeepAlive      uint32 = 1004
)

// The formats of a body. A reply has the format of its request.
const (
	Protobuf byte = 0
	JSON     byte = 1
)

// MaxBody bounds a body on the wire, in bytes. The messages that are read here have a few hundred; the bound keeps
// a wrong length from taking the memory.
const MaxBody = 1 << 20

// headerLen is the length of a header: 2 flag, 4 protocol, 1 format, 1 version, 4 serial, 4 length, 20 SHA-1, 8 reserved,
// little endian.
const headerLen = 44

var (
	// ErrForeign: what was read is no frame. Somebody else listens on the port.
	ErrForeign = errors.New("this is no frame of FutuOpenD's API")
	// ErrGarbled: the body cannot be decrypted, or is not the one that its SHA-1 was taken of. The two ends have
	// different keys, or one of them encrypts and the other does not.
	ErrGarbled = errors.New("the body is not what its SHA-1 says")
)

// Frame is one message. The serial number of a reply is its request's; those of requests increase on a connection.
type Frame struct {
	ID     uint32
	Serial uint32
	Format byte
	Body   []byte // plain
}

// ReadFrame reads one frame and decrypts it. It returns io.EOF if r ends before it, and an error that wraps
// [ErrForeign] or [ErrGarbled] if that is what is wrong. It reads nothing beyond the frame.
func ReadFrame(r io.Reader, keys Keys) (Frame, error) {
	var h [headerLen]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return Frame{}, err
	}
	if h[0] != 'F' || h[1] != 'T' {
		return Frame{}, fmt.Errorf("read frame: %w: it begins with % x", ErrForeign, h[:2])
	}
	size := binary.LittleEndian.Uint32(h[12:])
	if size > MaxBody {
		return Frame{}, fmt.Errorf("read frame: %w: a body of %d bytes", ErrForeign, size)
	}
	f := Frame{ID: binary.LittleEndian.Uint32(h[2:]), Format: h[6], Serial: binary.LittleEndian.Uint32(h[8:])}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF // the frame began
		}
		return Frame{}, err
	}
	plain, err := keys.of(f.ID).Decrypt(body)
	if err != nil {
		return Frame{}, fmt.Errorf("read frame %d: %w: %w", f.ID, ErrGarbled, err)
	}
	if sha1.Sum(plain) != [sha1.Size]byte(h[16:]) {
		return Frame{}, fmt.Errorf("read frame %d: %w", f.ID, ErrGarbled)
	}
	f.Body = plain
	return f, nil
}

// WriteFrame encrypts a frame and writes it in one piece. A body must not be empty: the Python SDK waits for ever
// for the rest of such a frame.
func WriteFrame(w io.Writer, keys Keys, f Frame) error {
	if len(f.Body) == 0 {
		return fmt.Errorf("write frame %d: its body is empty", f.ID)
	}
	body, err := keys.of(f.ID).Encrypt(f.Body)
	if err != nil {
		return fmt.Errorf("write frame %d: %w", f.ID, err)
	}
	if len(body) > MaxBody {
		return fmt.Errorf("write frame %d: a body of %d bytes, %d are allowed", f.ID, len(body), MaxBody)
	}
	b := make([]byte, 0, headerLen+len(body))
	b = append(b, 'F', 'T')
	b = binary.LittleEndian.AppendUint32(b, f.ID)
	b = append(b, f.Format, 0)
	b = binary.LittleEndian.AppendUint32(b, f.Serial)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
	sum := sha1.Sum(f.Body)
	b = append(b, sum[:]...)
	b = append(b, make([]byte, 8)...)
	_, err = w.Write(append(b, body...))
	return err
}
