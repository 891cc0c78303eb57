package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
)

const pythonPackage = "../../transport/client/python/"

// python runs programs that use the Python package.
type python struct {
	program string
	path    string // PYTHONPATH, empty where the package is installed
}

// installPython builds the wheel and installs it as a user does. Where Python has no pip it is imported from the wheel.
func installPython(t *testing.T) python {
	t.Helper()
	if _, err := answerOf("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))"); err != nil {
		t.Skip("SKIPPED: there is no python3 from 3.9 on; the Python package is not tried")
	}
	dist, home := t.TempDir(), t.TempDir()
	if out, err := exec.Command("python3", pythonPackage+"backend.py", dist).CombinedOutput(); err != nil {
		t.Fatalf("build the package: %v\n%s", err, out)
	}
	wheels, err := filepath.Glob(filepath.Join(dist, "*.whl"))
	if err != nil || len(wheels) != 1 {
		t.Fatalf("the wheels are %q, %v", wheels, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "python3", "-m", "venv", home).CombinedOutput(); err != nil {
		t.Logf("no pip is here, so Python imports from the wheel: %v\n%s", err, out)
		return python{"python3", wheels[0]}
	}
	program := filepath.Join(home, "bin", "python")
	if out, err := exec.CommandContext(ctx, program, "-m", "pip", "install", "--no-index", wheels[0]).CombinedOutput(); err != nil {
		t.Fatalf("install the package: %v\n%s", err, out)
	}
	return python{program, ""}
}

// flow begins what a user does.
func (p python) flow(t *testing.T, token, name, address string, more ...string) *runningClient {
	t.Helper()
	command := []string{"env", "PYTHONPATH=" + p.path, p.program, "-W", "error", pythonPackage + "tests/flows.py", name, "http://" + address}
	return runClient(t, append(command, more...), token)
}

// finishes reads the rest, and wants it to end well.
func (c *runningClient) finishes() {
	c.t.Helper()
	for c.lines.Scan() {
		c.printed += c.lines.Text() + "\n"
	}
	if err := c.cmd.Wait(); err != nil {
		c.t.Fatalf("it ended with %v; it printed\n%s%s", err, c.printed, c.complain)
	}
}

func TestThePythonPackage(t *testing.T) {
	py := installPython(t)
	for name, try := range map[string]func(*testing.T, python){
		"gives codes, and follows what happens, across a restart of the gateway": pythonBot("bot"),
		"does the same on asyncio":                                pythonBot("bot_async"),
		"says what is missing when the time is over":              pythonWaits,
		"ends a call that is cancelled":                           pythonIsCancelled,
		"raises each refusal as a class of its own":               pythonIsRefused,
		"says at once that a token is wrong or allows too little": pythonHasAWrongToken,
		"finds in the journal what became of a code":              pythonLosesTheConnection,
		"says that nobody knows what became of a code":            pythonLosesTheGateway,
		"says that a code is held":                                pythonIsEarly,
		"answers a captcha":                                       pythonReadsAPicture,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); try(t, py) })
	}
}

const pythonToken = "correct-horse-battery"

func pythonBot(flow string) func(*testing.T, python) {
	return func(t *testing.T, py python) {
		p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "SERVER_TOKEN="+pythonToken)
		c := py.flow(t, pythonToken, flow, p.address)
		c.until("type the SMS code: []")
		c.types("12")
		c.until("type the SMS code: [a code is 4 to 8 digits, for example 123456; nothing was typed]")
		c.types("000000")
		c.until("code_rejected", "type the SMS code: [the code was wrong or too old]")

		p.End(syscall.SIGTERM)
		again := prepare(t, nil)
		again.Cmd.Env, again.address, again.data = p.Cmd.Env, p.address, p.data
		again.start()
		again.state(fsm.AwaitingCode)
		c.types("271828") // for the SMS of the login before: it is not sent
		c.until(" boot: ", "type the SMS code: []")
		c.types("Your Futu code is " + opendsim.Code + ".")
		c.until("-> connected", "ready: connected True None")
		c.until("ended")
		c.finishes()

		if typed := again.kinds(fsm.CodeTyped); typed != 2 {
			t.Errorf("%d codes were typed, want 2", typed)
		}
		for i, seq := range c.seqs { // each event once and in order, also those of the time without a gateway
			if seq != c.seqs[0]+i {
				t.Fatalf("event %d comes after %d:\n%s", seq, c.seqs[i-1], c.printed)
			}
		}
	}
}

func pythonWaits(t *testing.T, py python) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	c := py.flow(t, "", "not_ready", p.address)
	c.until("quotes do not work after 2 s: the state is awaiting_code, and login is missing")
	c.finishes()

	nobody := py.flow(t, "", "not_ready", "127.0.0.1:1")
	nobody.until("quotes do not work after 2 s: no gateway was reached; then: GET /status: ")
	nobody.finishes()
}

func pythonIsCancelled(t *testing.T, py python) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	c := py.flow(t, "", "cancelled", p.address)
	c.until("cancelled early: True")
	c.finishes()
}

func pythonIsRefused(t *testing.T, py python) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.until(p.Stdout, "requested successfully")
	c := py.flow(t, "", "refusals", p.address)
	for _, line := range []string{
		"12 -> CodeInvalid code_invalid 400 False awaiting_code a code is 4 to 8 digits",
		"resend again -> TooSoon too_soon 429 True awaiting_code another SMS is possible again in",
		"picture -> CaptchaNotWanted captcha_not_wanted 409 False awaiting_code",
		"wrong -> rejected",
		"an SMS -> accepted",
		"one more -> CodeNotWanted code_not_wanted 409 False connected",
		"lines -> True",
		"closed -> Closed",
	} {
		c.until(line)
	}
	c.finishes()
}

func pythonHasAWrongToken(t *testing.T, py python) {
	const read = "read-horse-battery"
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "SERVER_TOKEN="+pythonToken, "READ_TOKEN="+read)
	p.state(fsm.AwaitingCode)
	c := py.flow(t, "", "token", p.address, read)
	c.until("wait -> Unauthorized unauthorized 401")
	c.until("no token -> Unauthorized unauthorized 401")
	c.until("read -> awaiting_code")
	c.until("answer -> TokenScope token_scope 403")
	c.until("on_code ended: True TokenScope")
	c.finishes()
	if strings.Contains(c.complain.String(), opendsim.Code) {
		t.Errorf("the log has the code:\n%s", c.complain)
	}
}

func pythonLosesTheConnection(t *testing.T, py python) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	c := py.flow(t, "", "code", p.cutting("POST /code"))
	c.until("code -> accepted")
	c.finishes()
	if typed := p.kinds(fsm.CodeTyped); typed != 1 {
		t.Errorf("the code was typed %d times", typed)
	}
}

// cutting is an address that leads to the gateway. A connection on which such a request comes is cut instead of answered.
func (p *process) cutting(request string) (address string) {
	p.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { l.Close() })
	pass := func(client net.Conn) { // ends with the connection
		defer client.Close()
		gateway, err := net.Dial("tcp", p.address)
		if err != nil {
			return
		}
		defer gateway.Close()
		first := make([]byte, 4<<10)
		n, _ := client.Read(first)
		gateway.Write(first[:n])
		if !bytes.HasPrefix(first[:n], []byte(request)) {
			go func() { io.Copy(gateway, client); gateway.Close() }()
			io.Copy(client, gateway)
			return
		}
		go io.Copy(gateway, client) // the body
		gateway.Read(first)         // the gateway has answered, and nobody is told
	}
	go func() { // ends with the listener
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go pass(client)
		}
	}()
	return l.Addr().String()
}

func pythonLosesTheGateway(t *testing.T, py python) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	for _, pid := range p.children() { // it will not say whether the code is right
		if out, err := exec.Command("kill", "-STOP", pid).CombinedOutput(); err != nil {
			t.Fatalf("stop the daemon: %v: %s", err, out)
		}
	}
	c := py.flow(t, "", "code", p.address)
	p.state(fsm.Verifying)
	p.End(syscall.SIGKILL)
	again := prepare(t, nil)
	again.Cmd.Env, again.address = append(p.Cmd.Env, "FUTU_INIT_ON_START=no"), p.address
	again.start()
	c.until("code -> timeout")
	c.finishes()
}

func pythonIsEarly(t *testing.T, py python) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "FUTU_INIT_ON_START=no")
	c := py.flow(t, "", "code", p.address)
	c.until("asked for: idle", "code -> held")
	c.finishes()
}

func pythonReadsAPicture(t *testing.T, py python) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=captcha"))
	p.state(fsm.AwaitingCaptcha)
	c := py.flow(t, "", "captcha", p.address)
	c.until(`picture: b'\x89PNG'`)
	c.until("wrong -> rejected")
	c.until("right -> accepted")
	c.finishes()
}
