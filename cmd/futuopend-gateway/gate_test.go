package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// setting is the value of a variable of the gateway.
func (p *process) setting(name string) (value string) {
	for _, e := range p.Cmd.Env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			value = v // the last one counts
		}
	}
	return value
}

// clients is where clients connect.
func (p *process) clients() string { return "127.0.0.1:" + p.setting("FUTU_PORT") }

// enters connects a client, which is given a time to be let in.
func (p *process) enters() net.Conn {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.DialTimeout("tcp", p.clients(), patience)
		if err == nil {
			p.t.Cleanup(func() { c.Close() })
			c.SetDeadline(time.Now().Add(patience))
			return c
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("no client is let in: %v\n%s", err, p.Stderr)
		}
	}
}

// logsIn makes InitConnect on a connection and returns what was answered.
func logsIn(t *testing.T, c net.Conn) openapi.Response {
	t.Helper()
	hello := openapi.InitRequest{ClientVer: 300, ClientID: "test", PushFormat: openapi.PushAsConfigured, Algorithm: openapi.Unencrypted}
	if err := openapi.WriteFrame(c, openapi.Keys{}, openapi.Frame{ID: openapi.IDInitConnect, Serial: 1, Body: openapi.EncodeRequest(hello.Encode())}); err != nil {
		t.Fatal(err)
	}
	f, err := openapi.ReadFrame(c, openapi.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := openapi.DecodeResponse(f.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// keeping is a daemon that keeps a copy of each of its config files, and then is the simulated one.
func keeping(t *testing.T, flags ...string) (daemon string, kept func(n int) string) {
	t.Helper()
	simulated := script(t, flags...)
	dir := filepath.Dir(simulated)
	daemon = filepath.Join(dir, "Keeping")
	text := fmt.Sprintf("#!/bin/sh\nfor a; do case $a in -cfg_file=*) n=$(ls %[1]q | grep -c xml$); cp \"${a#-cfg_file=}\" %[1]q/$n.xml;; esac; done\nexec %[2]q \"$@\"\n", dir, simulated)
	if err := os.WriteFile(daemon, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return daemon, func(n int) string {
		text, err := os.ReadFile(filepath.Join(dir, fmt.Sprint(n)+".xml"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

// rsaKey writes a key as the daemon wants it, and returns its path.
func rsaKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "futu.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// knocks is an SDK that connects as soon as it can, and again and again, until it is let in or ctx ends: then it returns nil.
func knocks(ctx context.Context, address string) net.Conn {
	hello := openapi.InitRequest{ClientVer: 300, ClientID: "knocks", PushFormat: openapi.PushAsConfigured, Algorithm: openapi.Unencrypted}
	first := openapi.Frame{ID: openapi.IDInitConnect, Serial: 1, Body: openapi.EncodeRequest(hello.Encode())}
	for ; ctx.Err() == nil; time.Sleep(time.Millisecond) {
		c, err := net.DialTimeout("tcp", address, patience)
		if err != nil {
			continue
		}
		c.SetDeadline(time.Now().Add(patience))
		if err := openapi.WriteFrame(c, openapi.Keys{}, first); err == nil {
			f, err := openapi.ReadFrame(c, openapi.Keys{})
			if r, bad := openapi.DecodeResponse(f.Body); err == nil && bad == nil && r.RetType == openapi.RetOK {
				return c
			}
		}
		c.Close()
	}
	return nil
}

// early is what the daemon of a script counted of connections before the login.
func early(t *testing.T, script string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(script), ".com.futunn.FutuOpenD", "F3CNN", "opendsim-early"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}

// Each connection while an SMS is awaited makes its code void.
func TestTheFirstRightCodeLogsInAlthoughAnSDKKnocksAllTheTime(t *testing.T) {
	t.Parallel()
	daemon := script(t, "-scenario=sms")
	p := prepare(t, nil, "FUTU_CMD="+daemon)
	ctx, cancel := context.WithCancel(t.Context())
	var knocking sync.WaitGroup
	defer knocking.Wait()
	defer cancel()
	let := make(chan net.Conn, 1)
	knocking.Go(func() { let <- knocks(ctx, p.clients()) }) // from before the gateway runs
	p.start()
	p.state(fsm.AwaitingCode)
	p.connect().send(submit(opendsim.Code))
	e := p.followed(0, fsm.LoggedIn, fsm.CodeRejected, fsm.CodeVoid)
	if e.Kind != fsm.LoggedIn {
		t.Fatalf("the right code became %+v", e)
	}
	c := <-let
	if c == nil {
		t.Fatal("the SDK was not let in")
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	if got := early(t, daemon); got != "" {
		t.Errorf("before the login the daemon was reached: %q", got)
	}
	var told struct {
		Clients []struct{ Door, Address string }
	}
	_, body := p.asks("/clients")
	if err := json.Unmarshal([]byte(body), &told); err != nil || len(told.Clients) != 1 || told.Clients[0].Address != c.LocalAddr().String() || told.Clients[0].Door != "api" {
		t.Errorf("the clients are %s", body)
	}
	if _, body := p.asks("/metrics"); !strings.Contains(body, `futuopend_gateway_gate_clients{door="api"} 1`) {
		t.Error("the metrics do not count it")
	}
	answer, err := http.Post("http://"+p.address+"/clients/close", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("it is not sent away")
	}
}

// What the test above is about: the same SDK, the same daemon, and no gate.
func TestWithoutAGateAnSDKThatKnocksMakesTheCodeVoid(t *testing.T) {
	t.Parallel()
	daemon := script(t, "-scenario=sms")
	p := start(t, "FUTU_CMD="+daemon, "FUTU_GATE=no")
	p.state(fsm.AwaitingCode)
	ctx, cancel := context.WithCancel(t.Context())
	var knocking sync.WaitGroup
	defer knocking.Wait()
	defer cancel()
	knocking.Go(func() {
		if c := knocks(ctx, p.clients()); c != nil {
			c.Close()
		}
	})
	for deadline := time.Now().Add(patience); !strings.Contains(early(t, daemon), "voided"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no code was made void")
		}
	}
	p.connect().send(submit(opendsim.Code))
	if e := p.followed(0, fsm.LoggedIn, fsm.CodeRejected, fsm.CodeVoid); e.Kind == fsm.LoggedIn {
		t.Error("the code logs in: the simulated daemon is too kind for the test above")
	}
}

func TestAClientStaysWhileTheSessionIsLostAndIsCutWhenTheDaemonIsRestarted(t *testing.T) {
	t.Parallel()
	p := start(t, "FUTU_CMD="+script(t, "-scenario=session-lost", "-pace=5ms"))
	c := p.enters()
	if r := logsIn(t, c); r.RetType != openapi.RetOK {
		t.Fatalf("refused: %q", r.RetMsg)
	}
	back := p.happened(fsm.SessionBack, 0)
	p.enters()
	if err := openapi.WriteFrame(c, openapi.Keys{}, openapi.Frame{ID: openapi.IDGetGlobalState, Serial: 2, Body: openapi.EncodeRequest(openapi.GlobalRequest{}.Encode())}); err != nil {
		t.Fatal(err)
	}
	for {
		f, err := openapi.ReadFrame(c, openapi.Keys{})
		if err != nil {
			t.Fatal("the connection did not last: ", err)
		}
		if f.ID == openapi.IDGetGlobalState {
			break
		}
	}
	answer, err := http.Post("http://"+p.address+"/restart", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("it is not cut")
	}
	p.happened(fsm.Started, back.Seq)
	if r := logsIn(t, p.enters()); r.RetType != openapi.RetOK {
		t.Errorf("after the restart it is refused: %q", r.RetMsg)
	}
}

func TestWithoutAGateTheDaemonHasItsPortItself(t *testing.T) {
	t.Parallel()
	daemon, kept := keeping(t, "-scenario=sms")
	p := start(t, "FUTU_CMD="+daemon, "FUTU_GATE=no", "FUTU_IP=127.0.0.1")
	p.state(fsm.AwaitingCode)
	if got := kept(0); !strings.Contains(got, "<ip>127.0.0.1</ip>\n\t<api_port>"+p.setting("FUTU_PORT")+"</api_port>") {
		t.Errorf("the config file is\n%s", got)
	}
	p.enters()
	if _, body := p.asks("/status"); strings.Contains(body, `"gate"`) {
		t.Errorf("the status is %s", body)
	}
	if code, _ := p.asks("/clients"); code != 409 {
		t.Errorf("/clients answers %d", code)
	}
}

// What FUTU_CMD runs may be somebody's script.
func TestADaemonThatDoesNotReadItsConfigFileIsToldOf(t *testing.T) {
	t.Parallel()
	port := testbed.FreePort(t)
	daemon := script(t, "-scenario=ok", "-api_port="+port)
	text, err := os.ReadFile(daemon)
	if err == nil {
		err = os.WriteFile(daemon, bytes.Replace(text, []byte(` "$@"`), nil, 1), 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, "FUTU_CMD="+daemon, "FUTU_PORT="+port)
	p.until(p.Stdout, words.Text(words.English, "hint.gate.passed"))
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		_, body := p.asks("/status")
		if _, why, ok := strings.Cut(body, `"why":"connect to `); ok && strings.Contains(why, "; somebody has "+p.clients()) {
			why, _, _ = strings.Cut(why, `"`)
			if got := words.Detail(words.Chinese, why); !strings.Contains(got, p.clients()) || !strings.Contains(got, "FUTU_GATE=no") {
				t.Errorf("in Chinese %q is %q", why, got)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the status is %s", body)
		}
	}
}

func TestThePortInsideIsTheOneThatIsSetAndWhoHasItIsToldOf(t *testing.T) {
	t.Parallel()
	daemon, kept := keeping(t, "-scenario=ok")
	port := testbed.FreePort(t)
	p := start(t, "FUTU_CMD="+daemon, "FUTU_GATE_PORT="+port)
	p.state(fsm.Connected)
	if got := kept(0); !strings.Contains(got, "<api_port>"+port+"</api_port>") {
		t.Errorf("the config file is\n%s", got)
	}
	logsIn(t, p.enters())
	p.until(p.Stdout, words.Text(words.English, "hint.gate", "address", p.clients()))

	taken := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_GATE_PORT="+port)
	e := taken.happened(fsm.StartFailed, 0)
	if !strings.Contains(e.Detail, "FUTU_GATE_PORT") || taken.kinds(fsm.Started) != 0 {
		t.Errorf("got %+v", e)
	}
	if _, body := taken.asks("/status"); !strings.Contains(body, `"class":"start_failed"`) {
		t.Errorf("the trouble is not told: %s", body)
	}
}

func TestADaemonThatDoesNotGetItsPortIsStartedAgainAndNotCounted(t *testing.T) {
	t.Parallel()
	p := start(t, "FUTU_CMD="+script(t, "-scenario=port-taken"))
	e := p.happened(fsm.ServerFailed, 0)
	if e.To != fsm.Halted || p.kinds(fsm.PortReplaced) != 3 || p.kinds(fsm.Started) != 4 || p.kinds(fsm.LoginFailed) != 0 {
		t.Errorf("got %+v after %d ports and %d starts", e, p.kinds(fsm.PortReplaced), p.kinds(fsm.Started))
	}
}

// Who may trade is the daemon's own rule. It lets in by its key or by being local.
func TestTheDaemonIsOnTheLoopbackOnlyOnceItsKeyIsProven(t *testing.T) {
	t.Parallel()
	daemon, kept := keeping(t, "-scenario=ok")
	key := rsaKey(t)
	p := start(t, "FUTU_CMD="+daemon, "FUTU_IP=0.0.0.0", "FUTU_RSA_PRIVATE_KEY="+key)
	ready := p.happened(fsm.APIReady, 0)
	if got := kept(0); !strings.Contains(got, "<ip>0.0.0.0</ip>") {
		t.Errorf("before the key is proven, the config file is\n%s", got)
	}
	answer, err := http.Post("http://"+p.address+"/restart", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	p.happened(fsm.APIReady, ready.Seq)
	if got := kept(1); !strings.Contains(got, "<ip>127.0.0.1</ip>") {
		t.Errorf("when it is, the config file is\n%s", got)
	}
	p.enters()
}

func TestADaemonThatDoesNotUseItsKeyLetsNobodyIn(t *testing.T) {
	t.Parallel()
	daemon, kept := keeping(t, "-scenario=ok")
	key := rsaKey(t)
	p := prepare(t, nil, "FUTU_CMD="+daemon, "FUTU_IP=0.0.0.0", "FUTU_RSA_PRIVATE_KEY="+key)
	text, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.data, "api-key-proven"), []byte(stampOf(private)), 0o600); err != nil {
		t.Fatal(err)
	}
	// The daemon is given another key than the one that it was proven with: it cannot read what the gateway asks.
	simulated, err := os.ReadFile(daemon)
	if err != nil {
		t.Fatal(err)
	}
	edit := bytes.Replace(simulated, []byte("exec "), []byte("for a; do case $a in -cfg_file=*) sed -i '/rsa_private_key/d' \"${a#-cfg_file=}\";; esac; done\nexec "), 1)
	if err := os.WriteFile(daemon, edit, 0o755); err != nil {
		t.Fatal(err)
	}
	p.start()
	lost := p.happened(fsm.APILost, 0)
	if got := kept(0); !strings.Contains(got, "<ip>127.0.0.1</ip>") {
		t.Errorf("the config file is\n%s", got)
	}
	if c, err := net.Dial("tcp", p.clients()); !errors.Is(err, syscall.ECONNREFUSED) {
		if err == nil {
			c.Close()
		}
		t.Errorf("%+v, and a client is let in: %v", lost, err)
	}
	p.until(p.Stderr, words.Text(words.English, "log.the_key_is_not_proven_any_more"))
	if _, err := os.Stat(filepath.Join(p.data, "api-key-proven")); !os.IsNotExist(err) {
		t.Errorf("the proof is kept: %v", err)
	}
}

func TestTheDaemonsWebSocketIsGatedToo(t *testing.T) {
	t.Parallel()
	daemon, kept := keeping(t, "-scenario=ok")
	port := testbed.FreePort(t)
	p := start(t, "FUTU_CMD="+daemon, "FUTU_WEBSOCKET_PORT="+port)
	p.state(fsm.Connected)
	if got := kept(0); strings.Contains(got, "<websocket_port>"+port) || !strings.Contains(got, "<websocket_port>") {
		t.Errorf("the config file is\n%s", got)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		answer, err := http.Get("http://127.0.0.1:" + port + "/")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode != http.StatusUpgradeRequired {
				t.Errorf("it answers %s", answer.Status)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	if _, body := p.asks("/status"); !strings.Contains(body, `{"door":"websocket","address":"127.0.0.1:`+port+`","open":true`) {
		t.Errorf("the status is %s", body)
	}
}

func TestWhoMayConnectIsSetOrRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  []string
		says string
	}{
		"no network":                        {[]string{"FUTU_ALLOW=10.0.0.0/40"}, "neither an address nor a network"},
		"no gate":                           {[]string{"FUTU_ALLOW=10.0.0.1", "FUTU_GATE=no"}, "FUTU_ALLOW is of no use with FUTU_GATE=no"},
		"no key on an address that is open": {[]string{"FUTU_ALLOW=10.0.0.1", "FUTU_IP=0.0.0.0"}, "FUTU_ALLOW needs FUTU_RSA_PRIVATE_KEY"},
		"a port that is another's":          {[]string{"FUTU_PORT=11111", "FUTU_GATE_PORT=11111"}, "FUTU_GATE_PORT is \"11111\", as another port"},
		"no port":                           {[]string{"FUTU_GATE_PORT=x"}, "FUTU_GATE_PORT"},
		"neither yes nor no":                {[]string{"FUTU_GATE=perhaps"}, "FUTU_GATE"},
	} {
		p := prepare(t, nil, append([]string{"FUTU_CMD=" + script(t, "-scenario=ok")}, c.env...)...)
		p.Start()
		if code := p.Wait(); code != 2 || !strings.Contains(p.Stderr.String(), c.says) {
			t.Errorf("%s: exit code %d\n%s", name, code, p.Stderr)
		}
	}
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_ALLOW=10.0.0.0/8, 127.0.0.9")
	p.happened(fsm.APIReady, 0)
	c := p.enters()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("a stranger is let in")
	}
	// More than once, where a refusal was quicker than the dial that it met.
	counted := regexp.MustCompile(`futuopend_gateway_gate_refused_total\{door="api",reason="address"\} [1-9]`)
	if _, body := p.asks("/metrics"); !counted.MatchString(body) {
		t.Error("it is not counted")
	}
}
