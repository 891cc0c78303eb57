package openapi

import (
	"strings"
	"testing"
	"testing/synctest"
)

func TestAnEncryptedDaemonIsProvenToo(t *testing.T) {
	for _, c := range []struct {
		name      string
		algorithm Algorithm
		iv        Key
	}{{"CBC, as asked for", AESCBC, testIV}, {"FTAES, of a daemon that knows no CBC", FTAES, ""}} {
		t.Run(c.name, func(t *testing.T) {
			key := newKey(t, 1024)
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, key, false)
				d := w.accept()
				f := d.hears(IDInitConnect)
				c2s, _ := DecodeRequest(f.Body)
				if hello, err := DecodeInitRequest(c2s); err != nil || hello.Algorithm != AESCBC {
					t.Errorf("asked for %d, %v; want %d", hello.Algorithm, err, AESCBC)
				}
				d.answers(f, Response{S2C: InitReply{ServerVer: 1011, Key: testKey, IV: c.iv, KeepAlive: 10}.Encode()})
				d.keys.Session = newAES(t, c.algorithm)
				d.is(ready)
				w.wants("api_ready 10.11.7108", "trade_ready")
				d.is(noQuotes)
				d.pushes(Notify{Type: NotifyEvent, Event: &GtwEvent{7, "kicked"}})
				w.wants("api_lost [quotes]…", "session_lost…", "kicked_out kicked")
			})
		})
	}
}

func TestKeysThatDifferAreNamedAsTheReason(t *testing.T) {
	key, other := newKey(t, 1024), newKey(t, 1024)
	for name, when := range map[string]func(*daemon){
		"another key": func(d *daemon) {
			d.keys = Keys{}
			f := d.hearsRaw()
			d.keys.Connect = NewRSA(other)
			d.answers(f, Response{})
		},
		"the daemon does not encrypt": func(d *daemon) {
			f := d.hearsRaw()
			d.keys = Keys{}
			d.answers(f, Response{RetType: RetFailed, RetMsg: "what?"})
		},
	} {
		t.Run(name, inBubble(func(t *testing.T) {
			w := newWorld(t, key, false)
			when(w.accept())
			w.wants("api_lost [init_connect] " + keysDiffer)
		}))
	}
	t.Run("only the daemon encrypts", inBubble(func(t *testing.T) {
		w := newWorld(t, nil, false)
		d := w.accept()
		f := d.hears(IDInitConnect)
		d.keys.Connect = NewRSA(key)
		d.answers(f, Response{RetType: RetFailed, RetMsg: "what?"})
		w.wants("api_lost [init_connect] " + keysDiffer)
	}))
	t.Run("a daemon that closes instead", inBubble(func(t *testing.T) {
		w := newWorld(t, key, false)
		d := w.accept()
		d.hearsRaw()
		d.Close()
		w.wants("api_lost [init_connect] the daemon closed the connection before it answered InitConnect: it is not ready, or its rsa_private_key is not the key that FUTU_RSA_PRIVATE_KEY names")
	}))
	if len(keysDiffer) > maxSentence || !strings.Contains(keysDiffer, "FUTU_RSA_PRIVATE_KEY") {
		t.Error("the reason does not say what to do")
	}
}

func TestASessionKeyThatIsNoneIsAReason(t *testing.T) {
	key := newKey(t, 1024)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, key, false)
		d := w.accept()
		d.answers(d.hears(IDInitConnect), Response{S2C: InitReply{ServerVer: 1011, Key: "short"}.Encode()})
		w.wants("api_lost [init_connect] AES key: 5 bytes instead of 16")
	})
}

// hearsRaw reads the next request without decrypting it.
func (d *daemon) hearsRaw() Frame {
	d.w.Helper()
	var h [headerLen]byte
	b := make([]byte, 4096)
	n, err := d.Read(b)
	if err != nil || n < len(h) {
		d.w.Fatalf("%d bytes, %v", n, err)
	}
	return Frame{ID: IDInitConnect, Serial: uint32(b[8])}
}
