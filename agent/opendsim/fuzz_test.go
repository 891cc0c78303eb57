package opendsim

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

// A message of a WebSocket is understood or refused, whatever it is: what is understood says again what it said.
func FuzzWebRequest(f *testing.F) {
	request := binary.BigEndian.AppendUint32([]byte(webSign), idInitWebSocket)
	request = binary.BigEndian.AppendUint64(request, 1)
	f.Add(append(bytes.Clone(request), openapi.EncodeRequest([]byte{4<<3 | 2, 3, 'k', 'e', 'y'})...))
	f.Add(request)
	f.Add([]byte("hello"))
	f.Fuzz(func(t *testing.T, message []byte) {
		r, err := parseWebRequest(message)
		if err != nil {
			return
		}
		again := binary.BigEndian.AppendUint32([]byte(webSign), r.id)
		again = binary.BigEndian.AppendUint64(again, r.serial)
		if !bytes.HasPrefix(message, again) {
			t.Errorf("%x was read as %+v", message, r)
		}
		if key, err := webKey(r.c2s); err == nil && len(key) > len(r.c2s) {
			t.Errorf("%x has the key %q", r.c2s, key)
		}
	})
}
