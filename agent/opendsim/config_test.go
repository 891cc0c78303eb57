package opendsim_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "FutuOpenD.xml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const config = "\uFEFF" + `<?xml version="1.0" encoding="utf-8"?>
<futu_opend>
	<!-- <login_account>1</login_account> and <lang>chs</lang> -->
	<ip>0.0.0.0</ip>
	<api_port>12345</api_port>
	<login_account>100000009</login_account>
	<!-- md5 of secret -->
	<login_pwd_md5>5ebe2294ecd0e0f08eab7690d2a6ee69</login_pwd_md5>
	<telnet_port>22222</telnet_port>
	<websocket_port>33333</websocket_port>
	<lang>chs</lang>
</futu_opend>
`

func TestTheConfigFileIsRead(t *testing.T) {
	t.Parallel()
	r := start(t, "-password=secret", "-cfg_file="+writeConfig(t, config))
	r.await(t, "API监听地址: 0.0.0.0:12345", "Telnet监听地址: 127.0.0.1:22222", "登录账号: 100000009", "必要数据准备完毕",
		"WebSocket监听地址: 127.0.0.1:33333")
	r.stop(t)
}

func TestTheCommandLineBeatsTheConfigFile(t *testing.T) {
	t.Parallel()
	r := start(t, "-password=other", "-cfg_file="+writeConfig(t, config),
		"-api_ip=::1", "-api_port=1", "-login_account=5", "-login_pwd=other", "-lang=en")
	r.await(t, "API Listening Address: [::1]:1", "Login Account: 5")
	r.stop(t)
}

func TestAnInteractiveDaemonIgnoresAccountAndPasswordInTheConfigFile(t *testing.T) {
	t.Parallel()
	r := start(t, "-generation=interactive", "-cfg_file="+writeConfig(t, config))
	r.await(t, "API监听地址: 0.0.0.0:12345", "请输入账号")
	r.stop(t)
}

func TestAConfigFileThatCannotBeReadEndsIt(t *testing.T) {
	for name, path := range map[string]string{
		"missing": filepath.Join(t.TempDir(), "none.xml"),
		"broken":  writeConfig(t, "<futu_opend><ip>"),
		"other":   writeConfig(t, "<opend/>"),
	} {
		r := start(t, "-cfg_file="+path)
		r.wantExit(t, 1)
		if got := r.lines(); len(got) != 1 || !strings.HasPrefix(got[0], "simulate: read config file") {
			t.Errorf("%s: got %q, want why", name, got)
		}
	}
}

func TestRSAIsOnOnlyWithAKeyThatCanBeRead(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 1024) // as the daemon's manual has it
	if err != nil {
		t.Fatal(err)
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	r := start(t, "silent", "-rsa_private_key="+writeConfig(t, string(pem.EncodeToMemory(block))))
	r.await(t, "API启用RSA: 是")
	r = start(t, "silent", "-rsa_private_key="+writeConfig(t, "no key"))
	r.await(t, "API启用RSA: 否")
}

func TestTheDeviceKeepsItsIdentity(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	device := filepath.Join(state, ".com.futunn.FutuOpenD", "F3CNN", "Device.dat")
	start(t, "wrong-password", "-state="+state).wantExit(t, 14)
	first, err := os.ReadFile(device)
	if err != nil {
		t.Fatal(err)
	}
	start(t, "wrong-password", "-state="+state).wantExit(t, 14)
	if second, _ := os.ReadFile(device); len(first) == 0 || !bytes.Equal(first, second) {
		t.Errorf("got %q then %q, want one identity", first, second)
	}
}

func TestADataFolderThatCannotBeMadeEndsIt(t *testing.T) {
	t.Parallel()
	file := writeConfig(t, "")
	r := start(t, "-state="+file)
	r.wantExit(t, 1)
	if got := r.lines(); !slices.Equal(got, []string{"Fail to create app dir: Not a directory"}) {
		t.Errorf("got %q", got)
	}
}
