package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
)

const javaScriptPackage = "../../transport/client/js/"

// javaScript runs programs that use the JavaScript package, as it is installed.
type javaScript struct {
	node   []string
	script string
	env    []string
}

// installJavaScript puts the package into a home, for a Node and its flags.
func installJavaScript(t *testing.T, home string, node ...string) javaScript {
	t.Helper()
	if out, err := exec.Command(node[0], javaScriptPackage+"build.mjs", filepath.Join(home, "node_modules", "futuopend-gateway")).CombinedOutput(); err != nil {
		t.Fatalf("build the package: %v\n%s", err, out)
	}
	text, err := os.ReadFile(javaScriptPackage + "tests/flows.mjs")
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(home, "flows.mjs")
	if err := os.WriteFile(script, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return javaScript{node: node, script: script}
}

// with is the same, and more in its environment.
func (js javaScript) with(env ...string) javaScript {
	js.env = append(js.env[:len(js.env):len(js.env)], env...)
	return js
}

// flow begins what a user does.
func (js javaScript) flow(t *testing.T, token, name, address string, more ...string) *runningClient {
	t.Helper()
	command := append([]string{"env"}, js.env...)
	command = append(append(command, js.node...), js.script, name, "http://"+address)
	return runClient(t, append(command, more...), token)
}

func TestTheJavaScriptPackage(t *testing.T) {
	node := runsJavaScript(t)
	installJavaScript(t, t.TempDir(), node...).keepsItsPromises(t)
}

// keepsItsPromises is all that a user may rely on, on whatever Node.
func (js javaScript) keepsItsPromises(t *testing.T) {
	for name, try := range map[string]func(*testing.T, javaScript){
		"gives codes, and follows what happens, across a restart of the gateway": func(t *testing.T, js javaScript) { botGivesCodes(t, js, "bot", "ready: connected true") },
		"does the same with require": func(t *testing.T, js javaScript) {
			botGivesCodes(t, js.with("CJS=yes"), "bot", "ready: connected true")
		},
		"says what is missing when the time is over":              javaScriptWaits,
		"throws each refusal as a class of its own":               javaScriptIsRefused,
		"says at once that a token is wrong or allows too little": javaScriptHasAWrongToken,
		"finds in the journal what became of a code": func(t *testing.T, js javaScript) {
			botLosesTheConnection(t, js.with("CODE=Your Futu code is "+opendsim.Code))
		},
		"says that nobody knows what became of a code":          func(t *testing.T, js javaScript) { botLosesTheGateway(t, js) },
		"says that a code is held":                              javaScriptIsEarly,
		"answers a captcha":                                     javaScriptReadsAPicture,
		"logs in as the original's users do":                    managerLogsIn,
		"keeps the code that came before INIT, as the original": managerIsEarly,
		"greets as the original, and ends when it is idle":      managerIsGreeted,
		"waits for a gateway, and connects again":               managerWaits,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); try(t, js) })
	}
}

func javaScriptWaits(t *testing.T, js javaScript) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	c := js.flow(t, "", "not_ready", p.address)
	c.until("true quotes do not work after 2 s: the state is awaiting_code, and login is missing")
	c.until("cancelled: TimeoutError")
	c.finishes()

	nobody := js.flow(t, "", "not_ready", "127.0.0.1:1")
	nobody.until("true quotes do not work after 2 s: no gateway was reached; then: ")
	nobody.finishes()
}

func javaScriptIsRefused(t *testing.T, js javaScript) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.until(p.Stdout, "requested successfully")
	c := js.flow(t, "", "refusals", p.address)
	for _, line := range []string{
		"12 -> CodeInvalid code_invalid false a code is 4 to 8 digits",
		"no code -> CodeInvalid code_invalid false",
		"resend again -> TooSoon too_soon true another SMS is possible again in",
		"picture -> CaptchaNotWanted captcha_not_wanted false",
		"wrong -> rejected",
		"an SMS -> accepted",
		"one more -> CodeNotWanted code_not_wanted false",
		"lines -> true",
		"start -> connected",
		"closed -> Closed",
	} {
		c.until(line)
	}
	c.finishes()
}

func javaScriptHasAWrongToken(t *testing.T, js javaScript) {
	const read = "read-horse-battery"
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "SERVER_TOKEN="+packageToken, "READ_TOKEN="+read)
	p.state(fsm.AwaitingCode)
	c := js.flow(t, "", "token", p.address, read)
	c.until("wait -> Unauthorized unauthorized")
	c.until("no token -> Unauthorized unauthorized")
	c.until("manager -> Unauthorized unauthorized")
	c.until("read -> awaiting_code")
	c.until("answer -> TokenScope token_scope")
	c.until("onCode -> TokenScope token_scope")
	c.finishes()
}

func javaScriptIsEarly(t *testing.T, js javaScript) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "FUTU_INIT_ON_START=no")
	c := js.flow(t, "", "code", p.address)
	c.until("asked for -> idle")
	c.until("code -> held")
	c.finishes()
}

func javaScriptReadsAPicture(t *testing.T, js javaScript) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=captcha"))
	p.state(fsm.AwaitingCaptcha)
	c := js.flow(t, "", "captcha", p.address)
	c.until("picture: PNG")
	c.until("wrong -> rejected")
	c.until("right -> accepted")
	c.finishes()
}

// The manager is for programs that were written for the image that this one replaces: they rely on what its manager does.

func managerLogsIn(t *testing.T, js javaScript) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "FUTU_INIT_ON_START=no")
	c := js.with("CJS=yes").flow(t, "", "manager", p.address)
	says := func(line string, want ...string) { c.types(line); c.until(want...) }
	says("ready", "ready -> done")
	says("status", "status -> ORIGIN")
	says("init", `{"type":"REQUEST_CODE"}`)
	says("status", "status -> REQUESTING_VERIFICATION_CODE")
	says("init", "init -> done") // it runs already, and nothing comes of it
	says("sendCode 000000", `{"type":"REQUEST_CODE"}`)
	says("sendCode "+opendsim.Code, `{"type":"CONNECTED"}`)
	says("status", "status -> CONNECTED")
	says("sendCode "+opendsim.Code, `{"type":"ERROR","error":"code_not_wanted"`)
	p.post("/stop", "")
	c.until(`{"type":"CLOSED"}`)
	says("status", "status -> CLOSED")
	c.types("exit")
	c.finishes()
	if n := strings.Count(c.printed, `{"type":"REQUEST_CODE"}`); n != 2 {
		t.Errorf("REQUEST_CODE came %d times:\n%s", n, c.printed)
	}
}

func managerIsEarly(t *testing.T, js javaScript) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "FUTU_INIT_ON_START=no", "SERVER_TOKEN="+packageToken)
	c := js.flow(t, packageToken, "manager", p.address)
	for _, line := range []string{"ready", "sendCode 000000", "sendCode " + opendsim.Code, "init"} {
		c.types(line)
	}
	c.until(`{"type":"CONNECTED"}`)
	c.types("exit")
	c.finishes()
	if strings.Contains(c.printed, "REQUEST_CODE") {
		t.Errorf("while a code is held nobody is asked for one:\n%s", c.printed)
	}
	if typed := p.kinds(fsm.CodeTyped); typed != 1 {
		t.Errorf("%d codes were typed; the last one wins", typed)
	}
}

func managerIsGreeted(t *testing.T, js javaScript) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	c := js.with("IDLE=300").flow(t, "", "manager", p.address)
	c.until(`{"type":"REQUEST_CODE"}`)
	p.post("/code", `{"code":"`+opendsim.Code+`"}`)
	p.state(fsm.Connected)
	p.hasClients(0) // nobody used it for so long; asking it would be a use
	c.types("sendCode 1")
	c.until("sendCode 1 -> Unreachable")
	c.types("ready")
	c.until(`{"type":"CONNECTED"}`, "ready -> done")
	c.types("exit")
	c.finishes()
}

// hasClients waits until so many are connected by WebSocket, which the gateway tells nobody of its own accord.
func (p *process) hasClients(n int) {
	p.t.Helper()
	want := fmt.Sprintf("\nfutuopend_gateway_clients %d\n", n)
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		resp, err := p.client().Get("http://" + p.address + "/metrics")
		if err != nil {
			p.t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			p.t.Fatal(err)
		}
		if strings.Contains(string(text), want) {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("there is no %q within %v in\n%s", want, patience, text)
		}
	}
}

func managerWaits(t *testing.T, js javaScript) {
	p := prepare(t, nil, "FUTU_CMD="+script(t, "-scenario=sms"))
	c := js.flow(t, "", "manager", p.address)
	c.types("sendCode 271828")
	c.until("sendCode 271828 -> Unreachable")
	c.types("status")
	p.start()
	p.state(fsm.AwaitingCode)
	c.until(`{"type":"REQUEST_CODE"}`)

	p.End(syscall.SIGKILL)
	again := prepare(t, nil)
	again.Cmd.Env, again.address = p.Cmd.Env, p.address
	again.start()
	c.until(`{"type":"REQUEST_CODE"}`)
	c.types("sendCode " + opendsim.Code)
	c.until(`{"type":"CONNECTED"}`)
	c.types("exit")
	c.finishes()
}
