package daemon

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEachPartThatAStartDependsOnHasAFingerprintOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := Config{
		Path: put("FutuOpenD", "1"), API: l.Addr().String(), PasswordMD5: "0123456789abcdef0123456789abcdef",
		Items: []Item{{"rsa_private_key", put("rsa.pem", "secret")}, {"websocket_key_md5", "fedcba9876543210fedcba9876543210"}, {"lang", "chs"}},
	}
	before := c.Setup()
	for _, want := range []string{"AppData.dat none", "the port taken"} {
		if !strings.Contains(before, want) {
			t.Errorf("%q is missing in %q", want, before)
		}
	}
	for name, change := range map[string]func(){
		"the program":  func() { put("FutuOpenD", "22") },
		"AppData.dat":  func() { put("AppData.dat", "x") },
		"the RSA key":  func() { put("rsa.pem", "another secret") },
		"the settings": func() { c.Items[2].Value = "en" },
		"the port":     func() { l.Close() },
		"":             func() { c.PasswordMD5, c.Items[1].Value = "", "" }, // what has its own fingerprint, or must have none
	} {
		old := strings.Split(c.Setup(), "; ")
		change()
		var differs []string
		for i, part := range strings.Split(c.Setup(), "; ") {
			if part != old[i] {
				differs = append(differs, part[:strings.LastIndex(part, " ")])
			}
		}
		if got := strings.Join(differs, ", "); got != name {
			t.Errorf("a change of %q changes %q", name, got)
		}
	}
}
