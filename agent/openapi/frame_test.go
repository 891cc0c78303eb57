package openapi

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

const (
	testKey Key = "0123456789ABCDEF"
	testIV  Key = "FEDCBA9876543210"
)

// newKey makes an RSA key.
func newKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// newAES makes a session's cipher.
func newAES(t testing.TB, a Algorithm) Cipher {
	t.Helper()
	c, err := NewAES(a, testKey, testIV)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// goldenFrame is a GetGlobalState of serial 258, as the header's table has it. The sum is sha1sum's.
const goldenFrame = "4654 ea030000 00 00 02010000 11000000 ff6bb906e793a22406710b7e9936b8156e14a9f2 0000000000000000"

const goldenBody = "FutuOpenD answers"

func TestAFrameHasTheHeaderOfTheTable(t *testing.T) {
	f := Frame{ID: IDGetGlobalState, Serial: 258, Body: []byte(goldenBody)}
	var b bytes.Buffer
	if err := WriteFrame(&b, Keys{}, f); err != nil {
		t.Fatal(err)
	}
	if want := append(unhex(t, goldenFrame), goldenBody...); !bytes.Equal(b.Bytes(), want) {
		t.Fatalf("got  %x\nwant %x", b.Bytes(), want)
	}
	got, err := ReadFrame(iotest.OneByteReader(&b), Keys{})
	if err != nil || got.ID != f.ID || got.Serial != f.Serial || got.Format != Protobuf || string(got.Body) != goldenBody {
		t.Errorf("read %+v, %v", got, err)
	}
}

func TestTheSumIsTakenOfThePlainBody(t *testing.T) {
	var b bytes.Buffer
	keys := Keys{Session: newAES(t, AESCBC)}
	if err := WriteFrame(&b, keys, Frame{ID: IDGetGlobalState, Body: []byte(goldenBody)}); err != nil {
		t.Fatal(err)
	}
	if want := unhex(t, goldenFrame)[16:36]; !bytes.Equal(b.Bytes()[16:36], want) {
		t.Errorf("got %x, want %x", b.Bytes()[16:36], want)
	}
	if got := b.Bytes()[12]; got != 32 {
		t.Errorf("the length is %d, want 32: as on the wire", got)
	}
}

func TestWhatIsNoFrameIsSaidToBeNone(t *testing.T) {
	whole := append(unhex(t, goldenFrame), goldenBody...)
	with := func(at int, b ...byte) []byte {
		out := bytes.Clone(whole)
		copy(out[at:], b)
		return out
	}
	for name, c := range map[string]struct {
		bytes []byte
		want  error
	}{
		"nothing":              {nil, io.EOF},
		"half a header":        {whole[:20], io.ErrUnexpectedEOF},
		"a header alone":       {whole[:headerLen], io.ErrUnexpectedEOF},
		"half a body":          {whole[:headerLen+3], io.ErrUnexpectedEOF},
		"a web server":         {[]byte("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), ErrForeign},
		"another flag":         {with(0, 'G'), ErrForeign},
		"a body beyond bounds": {with(12, 1, 0, 0x10, 0), ErrForeign},
		"another sum":          {with(16, 0), ErrGarbled},
		"another body":         {with(headerLen, 'G'), ErrGarbled},
	} {
		if _, err := ReadFrame(bytes.NewReader(c.bytes), Keys{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestAFrameThatOthersCannotReadIsNotWritten(t *testing.T) {
	for name, body := range map[string][]byte{"empty": nil, "too long": make([]byte, MaxBody+1)} {
		var b bytes.Buffer
		if err := WriteFrame(&b, Keys{}, Frame{ID: IDNotify, Body: body}); err == nil || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written", name, err, b.Len())
		}
	}
}

// The bodies were made with openssl enc -aes-128-cbc and -aes-128-ecb; those of FTAES with -nopad, from zero-padded
// bytes, and the last block appended.
func TestBodiesAreEncryptedAsOpensslDoes(t *testing.T) {
	const sixteen = "sixteen bytes!!!"
	for _, c := range []struct {
		algorithm Algorithm
		plain     string
		want      string
	}{
		{AESCBC, goldenBody, "dfbf6fe29427e03000ae6115f251134732d81dd41914f925565f565d77b084b3"},
		{AESCBC, sixteen, "8816c033dc82fc5597d2c1f2636c547a2c060da04706382262bb8c9a52c8d302"},
		{AESECB, goldenBody, "3e9d48466da595c6460778f1210352add979f579ccd41920b26f8d3eddee2196"},
		{FTAES, goldenBody, "3e9d48466da595c6460778f1210352ad799cb153b30c0acfbe2b5bec6dec5695" + strings.Repeat("00", 15) + "01"},
		{FTAES, sixteen, "9df5093c24ad912d6ec6f0b45c90a965" + strings.Repeat("00", 16)},
		{Unencrypted, goldenBody, hex.EncodeToString([]byte(goldenBody))},
	} {
		cipher := newAES(t, c.algorithm)
		got, err := cipher.Encrypt([]byte(c.plain))
		if err != nil || hex.EncodeToString(got) != c.want {
			t.Errorf("%d: %q became %x, %v; want %s", c.algorithm, c.plain, got, err, c.want)
		}
		back, err := cipher.Decrypt(unhex(t, c.want))
		if err != nil || string(back) != c.plain {
			t.Errorf("%d: %s became %q, %v; want %q", c.algorithm, c.want, back, err, c.plain)
		}
	}
}

func TestRSAGoesInBlocksOfTheKeysSize(t *testing.T) {
	for _, c := range []struct{ bits, plain, want int }{
		{1024, 1, 128}, {1024, 100, 128}, {1024, 101, 256}, {1024, 250, 384}, {2048, 200, 256}, {2048, 201, 512},
	} {
		cipher := NewRSA(newKey(t, c.bits))
		plain := bytes.Repeat([]byte{'x'}, c.plain)
		body, err := cipher.Encrypt(plain)
		if err != nil || len(body) != c.want {
			t.Errorf("%d bits, %d bytes: %d bytes, %v; want %d", c.bits, c.plain, len(body), err, c.want)
		}
		if back, err := cipher.Decrypt(body); err != nil || !bytes.Equal(back, plain) {
			t.Errorf("%d bits, %d bytes: not the same when decrypted: %v", c.bits, c.plain, err)
		}
	}
	cipher := NewRSA(newKey(t, 1024))
	if _, err := cipher.Encrypt(make([]byte, 100*maxBlocks+1)); err == nil {
		t.Error("more blocks than the bound were encrypted")
	}
	most, err := cipher.Encrypt(make([]byte, 100*maxBlocks))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cipher.Decrypt(most); err != nil {
		t.Error(err)
	}
	if _, err := cipher.Decrypt(append(most, most[:128]...)); err == nil {
		t.Error("more blocks than the bound were decrypted")
	}
}

func TestAPaddingThatIsNoneIsRefused(t *testing.T) {
	block := strings.Repeat("00", 16)
	for name, c := range map[string]struct {
		algorithm Algorithm
		hex       string
	}{
		"FTAES, nothing":             {FTAES, ""},
		"FTAES, the last block only": {FTAES, block},
		"FTAES, more than a block":   {FTAES, block + strings.Repeat("00", 15) + "10"},
		"FTAES, half a block":        {FTAES, block + "0000000000000001"},
		"CBC, nothing":               {AESCBC, ""},
		"CBC, half a block":          {AESCBC, "0000000000000001"},
		"CBC, another key's":         {AESCBC, block},
	} {
		if got, err := newAES(t, c.algorithm).Decrypt(unhex(t, c.hex)); err == nil {
			t.Errorf("%s: %x", name, got)
		}
	}
}

func TestAnotherKeyIsNoticed(t *testing.T) {
	ours, theirs := NewRSA(newKey(t, 1024)), NewRSA(newKey(t, 1024))
	for name, c := range map[string]struct{ write, read Keys }{
		"other RSA key":           {Keys{Connect: ours}, Keys{Connect: theirs}},
		"only the other encrypts": {Keys{Connect: ours}, Keys{}},
		"only we encrypt":         {Keys{}, Keys{Connect: ours}},
	} {
		var b bytes.Buffer
		if err := WriteFrame(&b, c.write, Frame{ID: IDInitConnect, Body: []byte(goldenBody)}); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFrame(&b, c.read); !errors.Is(err, ErrGarbled) {
			t.Errorf("%s: %v, want %v", name, err, ErrGarbled)
		}
	}
}

func TestAKeyIsNotPrinted(t *testing.T) {
	r := InitReply{Key: testKey, IV: testIV}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		s := fmt.Sprintf(verb, r) + fmt.Sprintf(verb, r.Key)
		if strings.Contains(s, string(testKey)) || strings.Contains(s, hex.EncodeToString([]byte(testKey))) || strings.Contains(s, string(testIV)) {
			t.Errorf("%s prints %s", verb, s)
		}
	}
}

func TestAWrongSessionKeyIsAnError(t *testing.T) {
	for _, c := range []struct {
		a       Algorithm
		key, iv Key
	}{{FTAES, "short", ""}, {AESCBC, testKey, ""}, {AESCBC, testKey, "short"}, {3, testKey, testIV}} {
		if cipher, err := NewAES(c.a, c.key, c.iv); err == nil {
			t.Errorf("%+v: %v", c, cipher)
		}
	}
}

// FuzzReadFrame: any bytes are a frame that can be written again as it was read, or an error.
func FuzzReadFrame(f *testing.F) {
	f.Add(append(unhex(f, goldenFrame), goldenBody...))
	f.Add([]byte("FT"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, keys := range []Keys{{}, {Connect: newAES(t, AESCBC), Session: newAES(t, FTAES)}} {
			frame, err := ReadFrame(bytes.NewReader(b), keys)
			if err != nil || len(frame.Body) == 0 {
				continue
			}
			var again bytes.Buffer
			if err := WriteFrame(&again, keys, frame); err != nil {
				t.Fatal(err)
			}
			back, err := ReadFrame(&again, keys)
			if err != nil || back.ID != frame.ID || back.Serial != frame.Serial || back.Format != frame.Format || !bytes.Equal(back.Body, frame.Body) {
				t.Fatalf("%+v became %+v, %v", frame, back, err)
			}
		}
	})
}

// FuzzDecrypt: any bytes are decrypted or refused, and what was encrypted is decrypted again.
func FuzzDecrypt(f *testing.F) {
	key := newKey(f, 1024)
	f.Add([]byte(goldenBody))
	f.Add(make([]byte, 128))
	f.Fuzz(func(t *testing.T, b []byte) {
		ciphers := []Cipher{newAES(t, FTAES), newAES(t, AESECB), newAES(t, AESCBC)}
		if len(b) > 0 && len(b) < 1000 {
			ciphers = append(ciphers, NewRSA(key))
		}
		for _, c := range ciphers {
			c.Decrypt(b)
			if len(b) == 0 {
				continue
			}
			body, err := c.Encrypt(b)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := c.Decrypt(body); err != nil || !bytes.Equal(back, b) {
				t.Fatalf("%T: %x became %x, %v", c, b, back, err)
			}
		}
	})
}
