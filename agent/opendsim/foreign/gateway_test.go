package foreign_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// gateway is the whole program with a simulated daemon, and the ports that its clients know.
type gateway struct {
	*testbed.Program
	server, api, web, data string
}

// serve prepares a gateway that has not started. key is the file of an RSA key, or empty.
func serve(t *testing.T, scenario, key string, flags ...string) *gateway {
	t.Helper()
	g := &gateway{server: testbed.FreePort(t), api: testbed.FreePort(t), web: testbed.FreePort(t), data: t.TempDir()}
	g.Program = testbed.NewProgram(t, program, append([]string{"serve", "-simulate", scenario, "--"}, flags...), []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + g.data, "XDG_RUNTIME_DIR=" + t.TempDir(), "GATEWAY_DATA=" + g.data, "FUTU_LANG=en",
		"SERVER_PORT=" + g.server, "FUTU_PORT=" + g.api, "FUTU_WEBSOCKET_PORT=" + g.web, "FUTU_RSA_PRIVATE_KEY=" + key})
	return g
}

// begin starts the gateway, and ends it with the test.
func (g *gateway) begin(t *testing.T) {
	t.Helper()
	g.Start()
	t.Cleanup(func() {
		if code, _ := g.End(syscall.SIGTERM); code != 0 {
			t.Errorf("the gateway ended with %d\n%s", code, g.Stderr)
		}
	})
}

// door is where a client connects.
type door struct {
	name string // as the gateway calls it
	args func(*gateway) []string
}

// doors are each kind of client, with what it is called with after stays.mjs.
func doors(key string) map[string]door {
	npm := func(name string) door {
		return door{"websocket", func(g *gateway) []string { return []string{name, g.web} }}
	}
	return map[string]door{
		"futu-api": npm("futu-api"), "moomoo-api": npm("moomoo-api"),
		"frames that are encrypted": {"api", func(g *gateway) []string { return []string{"frames", g.api, key} }},
	}
}

// stays starts a client that connects again and again until the end of the test.
func stays(t *testing.T, dir string, args []string) *testbed.Program {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal(err)
	}
	client := testbed.NewProgram(t, node, append([]string{"stays.mjs"}, args...), os.Environ())
	client.Cmd.Dir = dir
	client.Start()
	return client
}

// times waits until a text was printed so many times.
func times(t *testing.T, tape *testbed.Tape, text string, n int) {
	t.Helper()
	for deadline := time.After(patience); ; {
		got, more := tape.Look()
		if strings.Count(got, text) >= n {
			return
		}
		select {
		case <-more:
		case <-deadline:
			t.Fatalf("not %d times %q in\n%s", n, text, got)
		}
	}
}

// submit gives the right code.
func (g *gateway) submit(t *testing.T) {
	t.Helper()
	cmd := exec.Command(program, "code", "314159")
	cmd.Env = g.Cmd.Env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the right code: %v\n%s", err, out)
	}
}

// opened is since when a door is open.
func (g *gateway) opened(t *testing.T, name string) time.Time {
	t.Helper()
	answer, err := http.Get("http://127.0.0.1:" + g.server + "/status")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var status struct {
		Gate []struct {
			Door  string
			Since time.Time
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&status); err != nil {
		t.Fatal(err)
	}
	for _, d := range status.Gate {
		if d.Door == name && !d.Since.IsZero() {
			return d.Since
		}
	}
	t.Fatalf("the door %s is not open: %+v", name, status)
	return time.Time{}
}

// restart has the daemon started anew.
func (g *gateway) restart(t *testing.T) {
	t.Helper()
	answer, err := http.Post("http://127.0.0.1:"+g.server+"/restart", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		t.Fatalf("restart: %s", answer.Status)
	}
}

// latest is when a client last tried in vain.
func latest(t *testing.T, client *testbed.Program) time.Time {
	t.Helper()
	text := client.Stdout.String()
	i := strings.LastIndex(text, "refused ")
	if i < 0 {
		return time.Time{}
	}
	var ms int64
	if err := json.NewDecoder(bytes.NewReader([]byte(text[i+len("refused "):]))).Decode(&ms); err != nil {
		t.Fatal(err)
	}
	return time.UnixMilli(ms)
}

// A client that begins before the gateway, and tries again all the time, makes no code void.
func TestAClientConnectsWithItsNextTryAfterTheLoginAndAfterARestart(t *testing.T) {
	dir := npm(t)
	key := keyFile(t)
	for name, door := range doors(key) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := serve(t, "sms", key, "-pace=1ms", "-sms_interval=1s")
			client := stays(t, dir, door.args(g))
			times(t, client.Stdout, "refused", 1)
			g.begin(t)
			for n := 1; n <= 2; n++ { // the second time after a restart
				times(t, g.Stdout, "SMS verification code requested successfully", n)
				times(t, client.Stdout, "refused", strings.Count(client.Stdout.String(), "refused")+2)
				g.submit(t)
				times(t, client.Stdout, "qotLogined: true", n)
				if open, tried := g.opened(t, door.name), latest(t, client); tried.After(open) {
					t.Errorf("open since %v, and a try of %v was refused:\n%s", open, tried, client.Stdout)
				}
				if n == 1 {
					g.restart(t)
					times(t, client.Stdout, "cut", 1)
				}
			}
			if text := client.Stdout.String(); strings.Count(text, "let in") != 2 || strings.Contains(text, "turned away") {
				t.Errorf("the client says\n%s", text)
			}
			if text, err := os.ReadFile(filepath.Join(g.data, "simulated", ".com.futunn.FutuOpenD", "F3CNN", "opendsim-early")); !os.IsNotExist(err) {
				t.Errorf("somebody reached the daemon before the login: %s, %v", text, err)
			}
		})
	}
}

func TestAClientKeepsItsConnectionWhileTheSessionIsLost(t *testing.T) {
	dir := npm(t)
	key := keyFile(t)
	for name, door := range doors(key) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := serve(t, "session-lost", key, "-pace=150ms") // the session is lost six seconds after the login, and a client tries each second
			client := stays(t, dir, door.args(g))
			times(t, client.Stdout, "refused", 1)
			g.begin(t)
			for _, text := range []string{"let in\nqotLogined: true\n", "pushed qotLogined: false\n", "pushed qotLogined: true\nqotLogined: true\n"} {
				times(t, client.Stdout, text, 1)
			}
			if text := client.Stdout.String(); strings.Contains(text, "cut") {
				t.Errorf("the client says\n%s", text)
			}
		})
	}
}

func TestTheBotOfTheExampleIsAnsweredThroughTheGateway(t *testing.T) {
	dir := npm(t)
	text, err := os.ReadFile("../../../docker/examples/python-quotes/bot.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bot.mjs"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	g := serve(t, "sms", "")
	g.begin(t)
	g.Stdout.Until(t, "requested successfully", g.Stderr)
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal(err)
	}
	bot := testbed.NewProgram(t, node, []string{"bot.mjs"}, append(os.Environ(), "FUTU_WEBSOCKET_PORT="+g.web))
	bot.Cmd.Dir = dir
	g.submit(t)
	bot.Start() // the package tries again until the door opens
	bot.Stdout.Until(t, "connected: 1009 quotes are logged in: true", bot.Stderr)
	bot.Stdout.Until(t, "no quotes: ", bot.Stderr) // the simulated daemon has none
}
