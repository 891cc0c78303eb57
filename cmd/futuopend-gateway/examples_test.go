package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

func TestTheExamplesOfVersion1LogIn(t *testing.T) {
	gateway := filepath.Join(t.TempDir(), "futuopend-gateway")
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience) // all of it may have to be compiled
	defer cancel()
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", gateway, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, client := range languages {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			run := client.run(t)
			p := prepare(t, []string{"serve", "-simulate", "sms"})
			p.Cmd.Path, p.Cmd.Args[0] = gateway, gateway
			p.start()
			t.Cleanup(func() { p.End(syscall.SIGTERM) })
			logInWith(t, append(run, example(1, client.file), "ws://"+p.address+"/"), "000000", opendsim.Code)
		})
	}
}

// languages are those that there are examples in.
var languages = []struct {
	name, file string
	run        func(t *testing.T) []string // the command line that runs the file
}{
	{"js", "client.mjs", runsJavaScript},
	{"go", "client.go", func(*testing.T) []string { return []string{"go", "run"} }},
	{"python", "client.py", runsPython},
}

// example is the path of an example for a version of the wire.
func example(version int, file string) string {
	return fmt.Sprintf("../../transport/client/examples/v%d/%s", version, file)
}

// logInWith runs a client to its end and types the next code each time it says that one is wanted.
func logInWith(t *testing.T, command []string, codes ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience) // it may have to be compiled
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "no_proxy=*", "NO_PROXY=*")
	// go run has a child of its own; both go when the time is up.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	complaints := testbed.NewTape()
	cmd.Stderr = complaints
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	printed := bufio.NewScanner(out)
	var last string
	for printed.Scan() {
		last = printed.Text()
		if strings.Contains(last, requestCode) && len(codes) > 0 {
			io.WriteString(in, codes[0]+"\n") // a client that is gone is seen by its exit
			codes = codes[1:]
		}
	}
	err = cmd.Wait()
	if err != nil || !strings.HasSuffix(last, connected) || len(codes) > 0 {
		t.Errorf("it ended with %v, its last line is %q, and it did not ask for %d codes\n%s", err, last, len(codes), complaints)
	}
}

// runsJavaScript is Node.js with a WebSocket, or the test is skipped.
func runsJavaScript(t *testing.T) []string {
	t.Helper()
	out, err := answerOf("node", "--version")
	if err != nil {
		t.Skip("node is not installed; the client in JavaScript is not tried")
	}
	major, _, _ := strings.Cut(strings.TrimPrefix(out, "v"), ".")
	switch n, _ := strconv.Atoi(major); {
	case n >= 22:
		return []string{"node"}
	case n >= 20:
		return []string{"node", "--experimental-websocket"}
	}
	t.Skipf("node is %s, and has a WebSocket from 20 on; the client in JavaScript is not tried", strings.TrimSpace(out))
	return nil
}

// runsPython is a Python that has the package websockets, or the test is skipped.
func runsPython(t *testing.T) []string {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if _, err := answerOf(python, "-c", "import websockets"); err == nil {
			return []string{python}
		}
	}
	t.Skip("no python3 has the package websockets; the client in Python is not tried")
	return nil
}

// answerOf is what a command that ends at once prints.
func answerOf(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).Output()
	return string(out), err
}

// futu stands in for the package futu-api: it says what would be connected to.
const futu = `def OpenQuoteContext(host, port):
    print("open", host, port)
`

func TestTheExampleOfTheFirstPageWaitsUntilQuotesWork(t *testing.T) {
	const file = "transport/client/examples/wait.py"
	text := prose.Read(t, file)
	for _, first := range []string{"README.md", "README.zh-CN.md"} {
		if prose.Only(t, first, "python") != text {
			t.Errorf("%s does not show %s, which is\n%s", first, file, text)
		}
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: python3 is not installed; the example of the first page is not tried")
	}
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)

	folder := t.TempDir()
	here := strings.NewReplacer("127.0.0.1:8000", p.address, "time.sleep(2)", `print("not ready", flush=True); time.sleep(0.1)`).Replace(text)
	for name, body := range map[string]string{"wait.py": here, "futu.py": futu} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := runClient(t, []string{python, filepath.Join(folder, "wait.py")}, "")
	c.until("not ready")
	if status := p.post("/code", `{"code":"`+opendsim.Code+`"}`); status != http.StatusAccepted {
		t.Fatalf("the code is answered with %d", status)
	}
	c.until("open 127.0.0.1 11111")
	c.end()
}
