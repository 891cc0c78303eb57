package foreign_test

import (
	"os"
	"path/filepath"
	"testing"
)

// hyperjiang is a Go SDK that speaks to the daemon's port.
const hyperjiang = "github.com/hyperjiang/futu@v1.7.0"

// sdk builds the client of a Go SDK in a module of its own. It is fetched while the test runs, and Go's checksum database
// tells whether it is what it was. A requirement in go.mod would keep every test here from building where Go's proxy does
// not have it.
func sdk(t *testing.T, folder, module string) (client string) {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile(filepath.Join("testdata", folder, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module client\n\ngo 1.26.0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"get", module}, {"mod", "tidy"}} {
		if err := fetch(dir, "go", args...); err != nil {
			t.Skip(err)
		}
	}
	client = filepath.Join(dir, "client")
	out := run(t, dir, "go", "build", "-o", client, ".")
	if _, err := os.Stat(client); err != nil {
		t.Fatalf("the client of %s does not build:\n%s", module, out)
	}
	return client
}

func TestAGoSDK(t *testing.T) {
	client := sdk(t, "hyperjiang", hyperjiang)
	t.Run("is answered", func(t *testing.T) {
		t.Parallel()
		d := simulate(t, "ok")
		d.says(t, "Login successful")
		want(t, run(t, "", client, "127.0.0.1:"+d.api, "state"), "user: 100000001", "qotLogined: true", "trdLogined: true",
			"serverVer: 1009", "programStatus: ProgramStatusType_Ready")
	})
	t.Run("is refused while an SMS is pending, and makes its code void", func(t *testing.T) {
		t.Parallel()
		d := simulate(t, "sms")
		d.says(t, "SMS verification code requested successfully")
		want(t, run(t, "", client, "127.0.0.1:"+d.api, "state"), "refused: Need a phone verification code")
		d.tty.WriteString("input_phone_verify_code -code=314159\r")
		d.says(t, "-code=314159\r\n\r>>>\rSMS verification code required")
	})
	t.Run("is told that the session is lost and comes back", func(t *testing.T) {
		t.Parallel()
		d := simulate(t, "session-lost", "-pace=20ms")
		d.says(t, "Login successful")
		want(t, run(t, "", client, "127.0.0.1:"+d.api, "session"), "pushed qotLogined: false", "pushed qotLogined: true")
	})
}
