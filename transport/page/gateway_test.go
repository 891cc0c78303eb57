package page_test

import (
	"errors"
	"net/http"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// What the simulated daemon takes for right.
const (
	code    = "314159"
	captcha = "K7QX"
)

// program is the real gateway, built once; forget removes it.
var (
	forget  = func() {}
	program = sync.OnceValues(func() (path string, err error) {
		path, remove, err := testbed.Gateway("../..")
		if err == nil {
			forget = remove
		}
		return path, err
	})
)

// gateway is one that runs, with a simulated daemon.
type gateway struct {
	*testbed.Program
	t       *testing.T
	args    []string
	env     []string
	address string
	data    string
}

// simulate starts a gateway with a scenario, on a free port of the loopback.
func simulate(t *testing.T, scenario string, env ...string) *gateway {
	t.Helper()
	return serve(t, []string{"serve", "-simulate", scenario}, env...)
}

// serve starts a gateway on a free port of the loopback.
func serve(t *testing.T, args []string, env ...string) *gateway {
	t.Helper()
	// Without a browser there is nothing to start it for.
	if _, err := browser(); errors.Is(err, errNoBrowser) {
		t.Skip(err)
	}
	port, api := testbed.FreePort(t), testbed.FreePort(t)
	data := t.TempDir()
	g := &gateway{t: t, address: "127.0.0.1:" + port, args: args, data: data}
	g.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + data, "GATEWAY_DATA=" + data, "XDG_RUNTIME_DIR=" + t.TempDir(),
		"SERVER_HOST=127.0.0.1", "SERVER_PORT=" + port, "FUTU_PORT=" + api, "FUTU_LANG=en",
	}, env...)
	t.Cleanup(g.end)
	g.start()
	return g
}

// start starts it, and returns when it answers.
func (g *gateway) start() {
	g.t.Helper()
	path, err := program()
	if err != nil {
		g.t.Fatal(err)
	}
	g.Program = testbed.NewProgram(g.t, path, g.args, g.env)
	g.Start()
	deadline := time.After(patience)
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		if resp, err := http.Get("http://" + g.address + "/livez"); err == nil {
			resp.Body.Close()
			tick.Stop()
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			g.t.Fatal("the gateway does not answer")
		}
	}
}

func (g *gateway) end() {
	if g.Program == nil {
		return
	}
	g.End(syscall.SIGTERM)
	if g.t.Failed() {
		g.t.Logf("the gateway printed:\n%s%s", g.Stdout, g.Stderr)
	}
}
