package openapi

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
)

// NewRSA returns the cipher of InitConnect: RSA, PKCS#1 v1.5, in blocks, with the public half of the one key that
// both ends have. The padding is the daemon's choice; the key it documents has 1024 bits. Go deprecates the padding,
// because who may try often and see the errors can decrypt; only the daemon could, and it has the key.
func NewRSA(key *rsa.PrivateKey) Cipher { return blocks{key} }

type blocks struct{ key *rsa.PrivateKey }

// maxBlocks bounds what one body costs to decrypt. 64 blocks of a 1024-bit key carry 6400 bytes; an InitConnect has
// about a hundred, and a refusal one sentence.
const maxBlocks = 64

// Encrypt takes 100 bytes a block with a key of 1024 bits, and 200 with 2048, as a comment in the Python SDK has it.
// Whoever decrypts takes shorter blocks as well.
func (c blocks) Encrypt(plain []byte) ([]byte, error) {
	size := c.key.Size() * 100 / 128
	var out []byte
	for n := 0; len(plain) > 0; n++ {
		if n == maxBlocks {
			return nil, fmt.Errorf("encrypt with RSA: more than %d blocks", maxBlocks)
		}
		now := plain[:min(size, len(plain))]
		plain = plain[len(now):]
		//lint:ignore SA1019 the daemon pads its blocks like this, and takes no other
		b, err := rsa.EncryptPKCS1v15(rand.Reader, &c.key.PublicKey, now)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}

func (c blocks) Decrypt(body []byte) ([]byte, error) {
	size := c.key.Size()
	if len(body) == 0 || len(body)%size != 0 || len(body)/size > maxBlocks {
		return nil, fmt.Errorf("decrypt with RSA: %d bytes are not 1 to %d blocks of %d", len(body), maxBlocks, size)
	}
	var out []byte
	for ; len(body) > 0; body = body[size:] {
		//lint:ignore SA1019 the daemon pads its blocks like this, and takes no other
		b, err := rsa.DecryptPKCS1v15(rand.Reader, c.key, body[:size])
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}
