package foreign_test

import (
	"os"
	"path/filepath"
	"testing"
)

// The packages that speak to the daemon's WebSocket, and one that gives a Node without WebSocket its own.
var packages = []string{"futu-api@10.11.7108", "moomoo-api@9.6.5608", "ws@8.18.0"}

// npm fetches the packages, once for a test, without running anything of theirs.
func npm(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"private":true,"type":"module"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	fetch(t, dir, "npm", append([]string{"install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"}, packages...)...)
	text, err := os.ReadFile("testdata/client.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "client.mjs"), text, 0o600); err != nil {
		t.Fatal(err)
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
			d := simulate(t, "session-lost", "-pace=200ms")
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
