package openapi

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// Algorithm is how everything after InitConnect is encrypted, once a key is set on both ends. The client asks for one.
type Algorithm int32

const (
	Unencrypted Algorithm = -1
	FTAES       Algorithm = 0 // AES-ECB with a trailing block of its own; also what is used if none was asked for
	AESECB      Algorithm = 1
	AESCBC      Algorithm = 2 // what the official SDK asks for
)

// NewAES returns the cipher that an InitConnect reply gives. The key has 16 bytes, and so has iv, which only
// [AESCBC] uses: the same for each body.
func NewAES(a Algorithm, key, iv Key) (Cipher, error) {
	if len(key) != aes.BlockSize {
		return nil, fmt.Errorf("AES key: %d bytes instead of %d", len(key), aes.BlockSize)
	}
	block, err := aes.NewCipher([]byte(key))
	if err != nil {
		return nil, err
	}
	switch a {
	case Unencrypted:
		return none{}, nil
	case FTAES:
		return ftaes{ecb{block}}, nil
	case AESECB:
		return padded{ecb{block}}, nil
	case AESCBC:
		if len(iv) != aes.BlockSize {
			return nil, fmt.Errorf("AES iv: %d bytes instead of %d", len(iv), aes.BlockSize)
		}
		return padded{cbc{block, []byte(iv)}}, nil
	}
	return nil, fmt.Errorf("encryption %d is not known", a)
}

var errBlocks = errors.New("decrypt with AES: the body is not in blocks of 16, or its end is not as it should be")

// mode is AES over whole blocks, in place. The standard library has no ECB, for good reasons.
type mode interface {
	encrypt(b []byte)
	decrypt(b []byte)
}

type ecb struct{ block cipher.Block }

func (m ecb) encrypt(b []byte) {
	for ; len(b) > 0; b = b[aes.BlockSize:] {
		m.block.Encrypt(b, b)
	}
}

func (m ecb) decrypt(b []byte) {
	for ; len(b) > 0; b = b[aes.BlockSize:] {
		m.block.Decrypt(b, b)
	}
}

type cbc struct {
	block cipher.Block
	iv    []byte
}

func (m cbc) encrypt(b []byte) { cipher.NewCBCEncrypter(m.block, m.iv).CryptBlocks(b, b) }
func (m cbc) decrypt(b []byte) { cipher.NewCBCDecrypter(m.block, m.iv).CryptBlocks(b, b) }

// padded pads as PKCS#7 does: 1 to 16 bytes, each of which says how many.
type padded struct{ mode }

func (c padded) Encrypt(plain []byte) ([]byte, error) {
	n := aes.BlockSize - len(plain)%aes.BlockSize
	b := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
	c.encrypt(b)
	return b, nil
}

func (c padded) Decrypt(body []byte) ([]byte, error) {
	if len(body) == 0 || len(body)%aes.BlockSize != 0 {
		return nil, errBlocks
	}
	b := bytes.Clone(body)
	c.decrypt(b)
	n := int(b[len(b)-1])
	if n < 1 || n > aes.BlockSize || !bytes.Equal(b[len(b)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil, errBlocks
	}
	return b[:len(b)-n], nil
}

// ftaes pads with zeros, and appends a block that is not encrypted: its last byte is how many bytes of the last
// encrypted block count, 0 for all of them.
type ftaes struct{ ecb }

func (c ftaes) Encrypt(plain []byte) ([]byte, error) {
	rest := len(plain) % aes.BlockSize
	b := bytes.Clone(plain)
	if rest > 0 {
		b = append(b, make([]byte, aes.BlockSize-rest)...)
	}
	c.encrypt(b)
	b = append(b, make([]byte, aes.BlockSize)...)
	b[len(b)-1] = byte(rest)
	return b, nil
}

func (c ftaes) Decrypt(body []byte) ([]byte, error) {
	if len(body) < 2*aes.BlockSize || len(body)%aes.BlockSize != 0 {
		return nil, errBlocks
	}
	rest := int(body[len(body)-1])
	if rest >= aes.BlockSize {
		return nil, errBlocks
	}
	b := bytes.Clone(body[:len(body)-aes.BlockSize])
	c.decrypt(b)
	if rest > 0 {
		b = b[:len(b)-aes.BlockSize+rest]
	}
	return b, nil
}
