package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
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

func TestThePythonPackage(t *testing.T) {
	py := installPython(t)
	for name, try := range map[string]func(*testing.T, python){
		"gives codes, and follows what happens, across a restart of the gateway": func(t *testing.T, py python) { botGivesCodes(t, py, "bot", "ready: connected True None") },
		"does the same on asyncio":                                func(t *testing.T, py python) { botGivesCodes(t, py, "bot_async", "ready: connected True None") },
		"says what is missing when the time is over":              pythonWaits,
		"ends a call that is cancelled":                           pythonIsCancelled,
		"raises each refusal as a class of its own":               pythonIsRefused,
		"says at once that a token is wrong or allows too little": pythonHasAWrongToken,
		"finds in the journal what became of a code":              func(t *testing.T, py python) { botLosesTheConnection(t, py) },
		"says that nobody knows what became of a code":            func(t *testing.T, py python) { botLosesTheGateway(t, py) },
		"says that a code is held":                                pythonIsEarly,
		"answers a captcha":                                       pythonReadsAPicture,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); try(t, py) })
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
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "SERVER_TOKEN="+packageToken, "READ_TOKEN="+read)
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
