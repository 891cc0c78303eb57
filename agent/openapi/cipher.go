package openapi

// Cipher turns a plain body into one on the wire, and back.
type Cipher interface {
	Encrypt(plain []byte) ([]byte, error)
	Decrypt(body []byte) ([]byte, error)
}

// Keys are the ciphers of one connection. Nil does not encrypt. A daemon without rsa_private_key has none.
type Keys struct {
	Connect Cipher // InitConnect, both ways: see [NewRSA]
	Session Cipher // everything later: see [NewAES]
}

// of returns the cipher for a protocol.
func (k Keys) of(id uint32) Cipher {
	c := k.Session
	if id == IDInitConnect {
		c = k.Connect
	}
	if c == nil {
		return none{}
	}
	return c
}

type none struct{}

func (none) Encrypt(plain []byte) ([]byte, error) { return plain, nil }
func (none) Decrypt(body []byte) ([]byte, error)  { return body, nil }

// Key is a secret of a connection. It does not print itself.
type Key string

func (Key) String() string   { return "(secret)" }
func (Key) GoString() string { return "(secret)" }
