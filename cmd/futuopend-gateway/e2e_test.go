package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

const (
	requestCode = `{"type":"REQUEST_CODE"}`
	connected   = `{"type":"CONNECTED"}`
	closed      = `{"type":"CLOSED"}`
)

func submit(code string) string { return `{"type":"VERIFY_CODE","code":"` + code + `"}` }

func TestAnAccountIsLoggedInTwiceOnOneJournal(t *testing.T) {
	data := t.TempDir()
	for try := 1; try <= 2; try++ {
		p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "GATEWAY_DATA="+data)
		p.data = data
		c := p.connect()
		c.want("when a code is wanted", requestCode)
		c.send(submit("000000"))
		c.want("after a wrong code", requestCode)
		c.send(submit(opendsim.Code))
		c.want("after the right code", connected)
		if code, _ := p.End(syscall.SIGTERM); code != 0 {
			t.Errorf("exit code %d, want 0\n%s", code, p.Stderr)
		}
		c.want("when the daemon was stopped", closed)
		if _, err := c.read(); websocket.CloseStatus(err) != websocket.StatusGoingAway {
			t.Errorf("goodbye: %v, want 1001", err)
		}
		if got := p.kinds(fsm.Boot); got != try {
			t.Errorf("the journal has %d starts of the gateway, want %d", got, try)
		}
		if err := fsm.Replay(p.entries()); err != nil {
			t.Error(err)
		}
	}
}

func TestTheChineseDaemonIsUnderstood(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms", "-generation=9", "-auto_sms=1"), "FUTU_LANG=chs")
	c := p.connect()
	c.want("when a code is wanted", requestCode)
	c.send(submit(opendsim.Code))
	c.want("after the right code", connected)
}

func TestADeafDaemonDoesNotHoldUpTheEnd(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok", "-deaf"))
	p.state(fsm.Connected)
	child := p.children()
	code, took := p.End(syscall.SIGTERM)
	if code != 0 || took > 9*time.Second {
		t.Errorf("exit code %d after %v, want 0 well inside ten seconds", code, took)
	}
	for _, pid := range child {
		gone(t, pid)
	}
	if last := p.entries(); last[len(last)-1].Detail != "signal 9 (killed)" {
		t.Errorf("the journal ends with %+v", last[len(last)-1])
	}
}

func TestAKilledGatewayLeavesNoDaemonAndAJournalThatGoesOn(t *testing.T) {
	data := t.TempDir()
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "GATEWAY_DATA="+data)
	p.data = data
	c := p.connect()
	c.want("when a code is wanted", requestCode)
	c.send(submit("000000"))
	c.want("after a wrong code", requestCode)
	child := p.children()
	p.End(syscall.SIGKILL)
	if len(child) == 0 {
		t.Fatal("the test sees no daemon")
	}
	for _, pid := range child {
		gone(t, pid)
	}
	if got := p.kinds(fsm.CodeTyped); got != 1 {
		t.Errorf("the journal has %d codes typed, want 1", got)
	}

	again := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "GATEWAY_DATA="+data)
	again.data = data
	again.state(fsm.Connected)
	again.End(syscall.SIGTERM)
	if err := fsm.Replay(again.entries()); err != nil {
		t.Error(err)
	}
}

func TestAWrongPasswordHaltsTheGatewayAndIsNotTriedAgain(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=wrong-password"))
	c := p.connect()
	c.want("when it is halted", `{"type":"HALTED"}`)
	c.want("when the daemon exited", closed)
	c.send(`{"type":"STATUS"}`)
	c.want("the status", `{"type":"STATUS","status":-3}`)
	resp, err := http.Get("http://" + p.address + "/livez")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("/livez: %v %v; the gateway must stay up", resp, err)
	}
	p.End(syscall.SIGTERM)
	var said string
	for _, e := range p.entries() {
		if e.Kind == fsm.Exited {
			said = e.Detail
		}
	}
	if said != "exit code 14" || p.kinds(fsm.Start) != 1 {
		t.Errorf("the daemon ended with %q after %d starts", said, p.kinds(fsm.Start))
	}
}

func TestEachScenarioEndsWhereItShould(t *testing.T) {
	for scenario, want := range map[string]fsm.State{
		"ok": fsm.Connected, "captcha": fsm.AwaitingCaptcha, "network": fsm.Closed, "locked": fsm.Halted,
		"version": fsm.Halted, "agreement": fsm.Halted, "brand": fsm.Halted, "account": fsm.Halted, "region": fsm.Halted, "kicked": fsm.Connected, "crash": fsm.Closed, "flood": fsm.Connected, "sms": fsm.AwaitingCode,
	} {
		for _, lang := range []string{"chs", "en"} {
			t.Run(scenario+" "+lang, func(t *testing.T) {
				t.Parallel()
				p := start(t, "FUTU_CMD="+script(t, "-scenario="+scenario, "-lines=20000"), "FUTU_LANG="+lang)
				p.state(want)
				if code, took := p.End(syscall.SIGTERM); code != 0 || took > 9*time.Second {
					t.Errorf("exit code %d after %v", code, took)
				}
			})
		}
	}
}

func TestAFloodIsReadToItsEndAndDelaysNobody(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=flood", "-lines=100000"))
	c := p.connect()
	c.want("when logged in", connected)
	for range 200 {
		c.send(`{"type":"STATUS"}`)
		c.want("during the flood", `{"type":"STATUS","status":3}`)
	}
}

func TestTheDaemonIsKilledAndStartedAgainAfterASecond(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"))
	c := p.connect()
	c.want("when logged in", connected)
	for _, pid := range p.children() {
		exec.Command("kill", "-9", pid).Run()
	}
	c.want("when it was killed", closed)
	began := time.Now()
	c.want("when it is back", connected)
	if took := time.Since(began); took < 900*time.Millisecond {
		t.Errorf("it was back after %v", took)
	}
}

func TestNoSecretIsLeftAnywhere(t *testing.T) {
	const wrong = "271828"
	run := t.TempDir()
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "LOG_LEVEL=debug", "LOG_FORMAT=console", "XDG_RUNTIME_DIR="+run)
	c := p.connect()
	c.want("when a code is wanted", requestCode)

	// While it runs: neither the command line nor the environment of the daemon has it.
	for _, pid := range p.children() {
		for _, name := range []string{"cmdline", "environ"} {
			text, err := os.ReadFile("/proc/" + pid + "/" + name)
			if err != nil || bytes.Contains(text, []byte(testMD5)) {
				t.Errorf("%s of the daemon has the password, or %v", name, err)
			}
		}
	}
	var files int
	filepath.WalkDir(run, func(path string, d fs.DirEntry, err error) error {
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			files++
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v", path, info.Mode())
			}
		}
		return nil
	})
	if files != 1 {
		t.Errorf("%d files in the run folder, want the config file", files)
	}

	c.send(submit(wrong))
	c.want("after a wrong code", requestCode)
	c.send(submit(opendsim.Code))
	c.want("after the right code", connected)
	p.End(syscall.SIGTERM)

	// Afterwards: it is in no output and in no file.
	for _, secret := range []string{testMD5, wrong, opendsim.Code} {
		if strings.Contains(p.Stdout.String(), secret) || strings.Contains(p.Stderr.String(), secret) {
			t.Errorf("the output has %s", secret)
		}
		for _, dir := range []string{p.data, run} {
			filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if text, err := os.ReadFile(path); err == nil && bytes.Contains(text, []byte(secret)) {
					t.Errorf("%s has %s", path, secret)
				}
				return nil
			})
		}
	}
}

func TestEverythingWrongWithTheSettingsIsToldAtOnce(t *testing.T) {
	const secret = "my real password"
	p := prepare(t, nil, "FUTU_LOGIN_ACCOUNT=", "FUTU_LOGIN_PWD_MD5="+secret, "FUTU_LANG=klingon", "SERVER_PORT=80000",
		"FUTU_PORT=tcp://10.0.0.1:11111", "FUTU_SUPERVISE_PROCESS=perhaps", "FUTU_RECLAIM=10s", "FUTU_RELOGIN_AFTER=5m", "SERVER_ORIGINS=a[", "FUTU_CMD=/nowhere/FutuOpenD", "LOG_LEVEL=loud")
	if err := p.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if code := p.Wait(); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	got := p.Stderr.String()
	for _, want := range []string{
		"11 of the settings", "FUTU_LOGIN_ACCOUNT is not set. Example: FUTU_LOGIN_ACCOUNT=12345678", "FUTU_LOGIN_PWD_MD5 is no MD5", "FUTU_LANG", "SERVER_PORT",
		"enableServiceLinks", "FUTU_SUPERVISE_PROCESS", "FUTU_RECLAIM", "FUTU_RELOGIN_AFTER", "10m to 168h", "SERVER_ORIGINS", "FUTU_CMD", "LOG_LEVEL",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
	if strings.Contains(got, secret) {
		t.Errorf("the password is in:\n%s", got)
	}
}

func TestAPortInUseIsToldAndNoDaemonIsStarted(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	p := prepare(t, nil, "FUTU_CMD="+script(t), "SERVER_PORT="+port)
	if err := p.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if code := p.Wait(); code != 1 || !strings.Contains(p.Stderr.String(), "SERVER_PORT") {
		t.Errorf("exit code %d:\n%s", code, p.Stderr)
	}
	if n := len(p.entries()); n != 0 {
		t.Errorf("the journal has %d entries", n)
	}
}

func TestTwoGatewaysDoNotShareAFolder(t *testing.T) {
	first := start(t, "FUTU_CMD="+script(t))
	second := prepare(t, nil, "FUTU_CMD="+script(t), "GATEWAY_DATA="+first.data)
	if err := second.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if code := second.Wait(); code != 1 || !strings.Contains(second.Stderr.String(), "another gateway") {
		t.Errorf("exit code %d:\n%s", code, second.Stderr)
	}
}

func TestServeSimulateNeedsNoSettings(t *testing.T) {
	p := prepare(t, []string{"serve", "-simulate", "sms"}, "FUTU_LOGIN_ACCOUNT=", "FUTU_LOGIN_PWD_MD5=")
	// The program starts itself as the daemon, without the variable that makes a gateway of the test binary.
	p.Cmd.Path = filepath.Join(t.TempDir(), "futuopend-gateway")
	if out, err := exec.Command("go", "build", "-o", p.Cmd.Path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := p.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer p.End(syscall.SIGTERM)
	p.until(p.Stdout, "no account is used")
	for _, want := range []string{"http://" + p.address, words.Text(words.English, "event.code_wanted"), opendsim.Code} {
		p.until(p.Stderr, want)
	}
	code := exec.Command(os.Args[0], "code", opendsim.Code)
	code.Env = p.Cmd.Env
	if out, err := code.CombinedOutput(); err != nil || !strings.Contains(string(out), "accepted") {
		t.Errorf("code: %v: %s", err, out)
	}
}

func TestACodeCommandTellsWhatBecameOfTheCode(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	for _, c := range []struct {
		args []string
		exit int
		says string
	}{
		{[]string{"code", "000000"}, 1, "wrong"},
		{[]string{"code", "12a456"}, 1, "4 to 8 digits"},
		{[]string{"code"}, 2, "give a code, or - to read it from stdin"},
		{[]string{"code", opendsim.Code}, 0, "accepted"},
		{[]string{"code", opendsim.Code}, 0, "logged in already"},
		{[]string{"code", "-url", "ws://127.0.0.1:1/", "000000"}, 3, "reach the gateway"},
	} {
		cmd := exec.Command(os.Args[0], c.args...)
		cmd.Env = p.Cmd.Env
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != c.exit || !strings.Contains(string(out), c.says) {
			t.Errorf("%q: exit code %d and %s", c.args, got, out)
		}
	}
}

func TestACodeCommandSendsTheTokenAndTellsAnEarlyCode(t *testing.T) {
	const token = "correct-horse-battery"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "FUTU_INIT_ON_START=no", "SERVER_TOKEN_FILE="+file)
	if out, code := p.command("", "code", opendsim.Code); code != 0 || !strings.Contains(out, "held for five minutes") {
		t.Errorf("an early code: exit code %d: %s", code, out)
	}
	if got := p.post("/init", ""); got != http.StatusUnauthorized {
		t.Errorf("INIT without a token: %d", got)
	}
	p.Cmd.Env = append(p.Cmd.Env, "SERVER_TOKEN_FILE=")
	if out, code := p.command("", "code", opendsim.Code); code != 1 || !strings.Contains(out, "wants a token") {
		t.Errorf("without a token: exit code %d: %s", code, out)
	}
	p.End(syscall.SIGTERM)
	if strings.Contains(p.Stderr.String(), token) || strings.Contains(p.Stderr.String(), "no SERVER_TOKEN") {
		t.Errorf("the log:\n%s", p.Stderr)
	}
}

func TestReplayOfARecordingAndOfAJournal(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"))
	p.state(fsm.Connected)
	p.End(syscall.SIGTERM)
	for path, want := range map[string][]string{
		"../../testdata/recordings/moomoo-10.9.6918-en-wrong-password-exit14.log": {
			`{"line":1,"kind":"password_wrong","detail":"Password does not match","from":"initializing","to":"halted"}`,
			`{"line":2,"kind":"login_failed","detail":"","from":"halted","to":"halted"}`,
			`{"final":"halted","lines":3,"unknown":0}`,
		},
		filepath.Join(p.data, "journal.jsonl"): {
			`{"line":1,"kind":"boot","detail":"dev","from":"idle","to":"idle","at":"2`, `"to":"connected","at":"2`, `{"final":"closed",`,
		},
	} {
		cmd := exec.Command(os.Args[0], "replay", "-json", path)
		cmd.Env = p.Cmd.Env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v: %s", path, err, out)
		}
		for _, w := range want {
			if !strings.Contains(string(out), w) {
				t.Errorf("%s: no %s in:\n%s", path, w, out)
			}
		}
	}
}

func TestReplayOfABrokenJournalNamesTheLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	good := `{"seq":1,"at":"2026-01-02T03:04:05Z","kind":"boot","from":"idle","to":"idle"}`
	if err := os.WriteFile(path, []byte(good+"\nhello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "replay", path)
	cmd.Env = append(os.Environ(), actVariable+"=1")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "line 2") || !strings.Contains(string(out), "boot") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestAFullDiskCostsNeitherTheSessionNorAnEntry(t *testing.T) {
	data := t.TempDir()
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=128k"); err != nil {
		t.Skip("needs the right to mount a small disk:", err)
	}
	t.Cleanup(func() { syscall.Unmount(data, syscall.MNT_DETACH) })
	rest, full := filepath.Join(data, "rest"), filepath.Join(t.TempDir(), "full")
	p := start(t, "FUTU_CMD="+leaving(t, `echo 'Need a phone verification code'
until [ -e `+full+` ]; do sleep 0.05; done
i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo "API Listening Address: 127.0.0.1:$i"; done
exec sleep 1000`), "GATEWAY_DATA="+data)
	p.data = data
	c := p.connect()
	c.want("when a code is wanted", requestCode)

	f, err := os.Create(rest)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 1<<10))
	}
	f.Close()
	// What is left of the journal's last page fills up with what the daemon says.
	if err := os.WriteFile(full, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.until(p.Stderr, "The journal cannot be written")
	c.send(submit("00000"))
	refused, err := c.read()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(refused, "journal_unwritable") || !strings.Contains(refused, "no space left") {
		t.Fatalf("a code with a full disk is answered with %s", refused)
	}
	if err := os.Remove(rest); err != nil {
		t.Fatal(err)
	}
	p.until(p.Stderr, "The journal can be written again")
	p.End(syscall.SIGTERM)
	entries := p.entries()
	for i, e := range entries {
		if int(e.Seq) != i+1 {
			t.Fatalf("entry %d has seq %d", i+1, e.Seq)
		}
	}
	if err := fsm.Replay(entries); err != nil {
		t.Error(err)
	}
}

// A stuck reader of the output must not hold up the gateway.
func TestOutputThatNobodyTakesHoldsUpNothing(t *testing.T) {
	p := prepare(t, nil, "FUTU_CMD="+script(t, "-scenario=flood", "-lines=50000"))
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p.Cmd.Stdout = w
	p.start()
	w.Close()
	p.state(fsm.Connected)
	c := p.connect()
	c.want("with a full pipe", connected)
	if code, took := p.End(syscall.SIGTERM); code != 0 || took > 9*time.Second {
		t.Errorf("exit code %d after %v", code, took)
	}
	if got := fmt.Sprint(p.kinds(fsm.Exited)); got != "1" {
		t.Errorf("the journal has %s exits", got)
	}
}
