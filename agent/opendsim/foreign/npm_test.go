package foreign_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// The packages that speak to the daemon's WebSocket, and one that gives a Node without WebSocket its own.
var packages = []string{"futu-api@10.11.7108", "moomoo-api@9.6.5608", "ws@8.18.0"}

// fetched has the packages, without having run anything of theirs, and the clients of testdata.
var fetched = sync.OnceValues(func() (dir string, err error) {
	dir = filepath.Join(filepath.Dir(program), "npm")
	if err := os.CopyFS(dir, os.DirFS("testdata")); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"private":true,"type":"module"}`), 0o600); err != nil {
		return "", err
	}
	args := []string{"install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"}
	return dir, fetch(dir, "npm", append(args, packages...)...)
})

// npm returns the folder of the packages, or skips the test.
func npm(t *testing.T) (dir string) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("SKIPPED:", err)
	}
	dir, err := fetched()
	if err != nil {
		t.Skip(err)
	}
	return dir
}

func TestTheOfficialJavaScriptPackages(t *testing.T) {
	dir := npm(t)
	for _, name := range []string{"futu-api", "moomoo-api"} {
		t.Run(name+" is answered", func(t *testing.T) {
			t.Parallel()
			d := simulate(t, "ok")
			d.says(t, "Required data is ready")
			want(t, run(t, dir, "node", "client.mjs", name, d.web, "", "state"),
				"logged in: true", "qotLogined: true", "trdLogined: true", "serverVer: 1009", "programStatus: 10")
		})
		t.Run(name+" is told that the session is lost and comes back", func(t *testing.T) {
			t.Parallel()
			d := simulate(t, "session-lost", "-pace=20ms")
			d.says(t, "Required data is ready")
			want(t, run(t, dir, "node", "client.mjs", name, d.web, "", "session"),
				"pushed qotLogined: false", "pushed qotLogined: true")
		})
		t.Run(name+" is refused", func(t *testing.T) {
			t.Parallel()
			d := simulate(t, "ok", "-api=refuse")
			d.says(t, "Required data is ready")
			want(t, run(t, dir, "node", "client.mjs", name, d.web, "", "state"), "logged in: false")
		})
		t.Run(name+" needs the right key", func(t *testing.T) {
			t.Parallel()
			d := simulate(t, "ok", "-websocket_key_md5=5ebe2294ecd0e0f08eab7690d2a6ee69")
			d.says(t, "Required data is ready")
			want(t, run(t, dir, "node", "client.mjs", name, d.web, "Secret", "state"), "logged in: false")
			want(t, run(t, dir, "node", "client.mjs", name, d.web, "secret", "state"), "logged in: true")
		})
		t.Run(name+" finds nobody before the login", func(t *testing.T) {
			t.Parallel()
			d := simulate(t, "sms")
			d.says(t, "SMS verification code requested successfully")
			want(t, run(t, dir, "node", "client.mjs", name, d.web, "", "state"), "no connection")
		})
	}
}

// No package of npm speaks to the port of the frames. So the client is ours, but neither the definitions nor the ciphers are.
func TestFutusDefinitionsAndOpenSSLUnderstandTheFrames(t *testing.T) {
	dir := npm(t)
	answered := []string{"InitConnect: 0", "user: 100000001 interval: 10", "qotLogined: true programStatus: 10", "KeepAlive: 0"}
	t.Run("in plain", func(t *testing.T) {
		t.Parallel()
		d := simulate(t, "ok")
		d.says(t, "Login successful")
		want(t, run(t, dir, "node", "frames.mjs", d.api), answered...)
	})
	t.Run("encrypted", func(t *testing.T) {
		t.Parallel()
		key := keyFile(t)
		d := simulate(t, "ok", "-rsa_private_key="+key)
		d.says(t, "API RSA Enabled: Yes")
		d.says(t, "Login successful")
		want(t, run(t, dir, "node", "frames.mjs", d.api, key), answered...)
	})
	t.Run("when the daemon encrypts and the client does not", func(t *testing.T) {
		t.Parallel()
		d := simulate(t, "ok", "-rsa_private_key="+keyFile(t))
		d.says(t, "Login successful")
		want(t, run(t, dir, "node", "frames.mjs", d.api), "the SHA-1 differs")
	})
	t.Run("when the connection is refused", func(t *testing.T) {
		t.Parallel()
		d := simulate(t, "sms", "-lang=chs")
		d.says(t, "请求手机验证码成功")
		want(t, run(t, dir, "node", "frames.mjs", d.api), "InitConnect: -1 需要手机验证码,请求手机验证码失败,短信请求过于频繁，请稍后再试")
	})
}

// keyFile makes a key of the kind that the daemon's manual asks for.
func keyFile(t *testing.T) (path string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
