package opendsim_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

func keyFile(t *testing.T) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return key, path
}

func TestWithAKeyEverythingIsEncrypted(t *testing.T) {
	t.Parallel()
	key, path := keyFile(t)
	r, address := serve(t, "ok", "-rsa_private_key="+path)
	r.await(t, "API RSA Enabled: Yes", "Login successful")
	for _, a := range []openapi.Algorithm{openapi.FTAES, openapi.AESECB, openapi.AESCBC, openapi.Unencrypted} {
		c := dial(t, address).with(key)
		if answer, err := c.tryInit(a); err != nil || answer.RetType != openapi.RetOK {
			t.Fatalf("algorithm %d: %+v, %v", a, answer, err)
		}
		if state := c.state(); !state.QotLogined {
			t.Errorf("algorithm %d: got %+v", a, state)
		}
	}
	if answer, err := dial(t, address).with(key).tryInit(9); err != nil || answer.RetType != openapi.RetFailed {
		t.Errorf("algorithm 9: got %+v, %v, want it refused", answer, err)
	}
}

func TestAClientWithoutTheKeyCannotReadTheAnswer(t *testing.T) {
	t.Parallel()
	_, path := keyFile(t)
	r, address := serve(t, "ok", "-rsa_private_key="+path)
	r.await(t, "Login successful")
	c := dial(t, address)
	if _, err := c.tryInit(openapi.Unencrypted); !errors.Is(err, openapi.ErrGarbled) {
		t.Errorf("got %v, want an answer that cannot be read", err)
	}
	c.ended()
}

func TestAClientThatEncryptsIsClosedByADaemonThatDoesNot(t *testing.T) {
	t.Parallel()
	key, _ := keyFile(t)
	r, address := serve(t, "ok")
	r.await(t, "Login successful")
	c := dial(t, address).with(key)
	if answer, err := c.tryInit(openapi.AESCBC); err == nil {
		t.Errorf("got %+v, want no answer", answer)
	}
}
