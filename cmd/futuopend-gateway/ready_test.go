package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// happened waits until the journal has an entry of a kind after a sequence number, and returns it.
func (p *process) happened(k fsm.Kind, after uint64) fsm.Entry {
	p.t.Helper()
	return p.followed(after, k)
}

// followed waits until the journal has an entry of one of some kinds after a sequence number, and returns it.
func (p *process) followed(after uint64, kinds ...fsm.Kind) fsm.Entry {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s/events?after=%d", p.address, after), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		var e fsm.Entry
		if ok && json.Unmarshal([]byte(data), &e) == nil && slices.Contains(kinds, e.Kind) {
			return e
		}
	}
	p.t.Fatalf("none of %v within %v\n%s", kinds, patience, p.Stderr)
	panic("unreachable")
}

// asks is the answer to a GET.
func (p *process) asks(path string) (int, string) {
	p.t.Helper()
	answer, err := p.client().Get("http://" + p.address + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// healthy runs healthcheck -ready in the environment of the gateway.
func (p *process) healthy() int {
	host, port, _ := strings.Cut(p.address, ":")
	p.t.Setenv("SERVER_HOST", host)
	p.t.Setenv("SERVER_PORT", port)
	return run([]string{"healthcheck", "-ready"})
}

func TestReadyIsProvenByTheDaemonsAPI(t *testing.T) {
	daemon := script(t, "-scenario=sms")
	p := start(t, "FUTU_CMD="+daemon)
	p.state(fsm.AwaitingCode)
	if code, body := p.asks("/readyz"); code != 503 || body != `{"state":"awaiting_code","missing":"login"}`+"\n" {
		t.Errorf("while a code is wanted: %d %s", code, body)
	}
	if code := p.healthy(); code != 1 {
		t.Errorf("healthcheck -ready while a code is wanted: exit code %d", code)
	}
	p.connect().send(submit(opendsim.Code))
	e := p.happened(fsm.APIReady, 0)
	if e.Detail != "10.9.6918" || e.To != fsm.Connected {
		t.Errorf("proven by %+v, want the version of the server", e)
	}
	if code, body := p.asks("/readyz"); code != 200 || body != `{"state":"connected"}`+"\n" {
		t.Errorf("when it is proven: %d %s", code, body)
	}
	if code := p.healthy(); code != 0 {
		t.Errorf("healthcheck -ready when it is proven: exit code %d", code)
	}
	if _, body := p.asks("/status"); !strings.Contains(body, `"ready":true,"api":{"ready":true,"server":"10.9.6918","trade":`) || !strings.Contains(body, `"age":`) {
		t.Errorf("the status is %s", body)
	}
	if early, _ := filepath.Glob(filepath.Join(filepath.Dir(daemon), "*", "opendsim-early")); len(early) > 0 {
		t.Errorf("the API was asked before the login: %q", early)
	}
	if code, _ := p.End(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestReadyIsProvenOverRSA(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "futu.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_RSA_PRIVATE_KEY="+path)
	if e := p.happened(fsm.RSA, 0); e.Detail != "Yes" {
		t.Fatalf("the daemon says of RSA %q", e.Detail)
	}
	p.happened(fsm.APIReady, 0)
}

func TestALoginThatTheAPIDoesNotProveIsNotReady(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok", "-api=drop"))
	e := p.happened(fsm.APILost, 0)
	if e.Part != fsm.PartInit || e.To != fsm.Connected || !strings.Contains(e.Detail, "closed the connection") {
		t.Errorf("got %+v", e)
	}
	if code, body := p.asks("/readyz"); code != 503 || body != `{"state":"connected","missing":"init_connect"}`+"\n" {
		t.Errorf("/readyz: %d %s", code, body)
	}
	p.until(p.Stderr, words.Text(words.English, "missing.init_connect"))
}

// Whoever else listens there would be asked whether this daemon is ready.
func TestAnotherProgramOnTheAPIsPortCostsNoLogin(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_PORT="+port)
	e := p.happened(fsm.StartFailed, 0)
	if e.To != fsm.Closed || !strings.Contains(e.Detail, "FUTU_PORT") {
		t.Errorf("got %+v, want what to do", e)
	}
	if p.kinds(fsm.Started) != 0 {
		t.Error("the daemon was started")
	}
}

func TestASessionThatOnlyTheAPITellsOfIsLostAndBack(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=session-lost", "-pace=5ms"))
	lost := p.happened(fsm.SessionLost, 0)
	if lost.From != fsm.Connected || lost.To != fsm.Reconnecting {
		t.Errorf("got %+v", lost)
	}
	if back := p.happened(fsm.SessionBack, lost.Seq); back.To != fsm.Connected {
		t.Errorf("got %+v", back)
	}
	p.happened(fsm.APIReady, lost.Seq)
	if p.kinds(fsm.Start) != 1 {
		t.Error("the daemon was started again")
	}
}

func TestWhatEndsALoginFromOutsideIsToldByTheAPI(t *testing.T) {
	for scenario, want := range map[string]struct {
		kind fsm.Kind
		to   fsm.State
	}{
		"kicked-out":       {fsm.KickedOut, fsm.Closed},
		"password-changed": {fsm.PasswordNewer, fsm.Halted},
	} {
		t.Run(scenario, func(t *testing.T) {
			p := start(t, "FUTU_CMD="+script(t, "-scenario="+scenario, "-pace=5ms"))
			e := p.happened(want.kind, 0)
			if e.To != want.to {
				t.Errorf("got %+v, want it to lead to %s", e, want.to)
			}
			p.happened(fsm.Exited, e.Seq)
			if p.kinds(fsm.Start) != 1 {
				t.Error("the daemon was started again at once")
			}
		})
	}
}

// Of these nothing is printed and nothing is pushed: who connects to the API is turned away with words.
func TestWhatOnlyARefusalOfTheAPITellsEndsConnected(t *testing.T) {
	for scenario, want := range map[string]struct {
		kind   fsm.Kind
		to     fsm.State
		detail string
	}{
		"turned-password": {fsm.PasswordNewer, fsm.Halted, "登录密码被修改,已退出登录"},
		"turned-logout":   {fsm.ForcedLogout, fsm.Closed, "已退出登录"},
		"turned-kicked":   {fsm.KickedOut, fsm.Closed, "登录设备数超出上限，当前OpenD已退出"},
		"turned-sms":      {fsm.CodeWanted, fsm.AwaitingCode, ""},
	} {
		t.Run(scenario, func(t *testing.T) {
			p := start(t, "FUTU_CMD="+script(t, "-scenario="+scenario, "-pace=5ms"), "FUTU_LANG=chs")
			ready := p.happened(fsm.TradeReady, 0)
			e := p.happened(want.kind, ready.Seq)
			if e.From != fsm.Connected || e.To != want.to || want.detail != "" && e.Detail != want.detail {
				t.Errorf("got %+v, want it to lead to %s with %q", e, want.to, want.detail)
			}
			if _, body := p.asks("/status"); strings.Contains(body, `"trade":true`) || strings.Contains(body, `"ready":true`) {
				t.Errorf("the status is %s", body)
			}
			if p.kinds(fsm.Start) != 1 {
				t.Error("the daemon was started again at once")
			}
		})
	}
}
