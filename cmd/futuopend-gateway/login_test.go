package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// post sends a command over HTTP and returns the status.
func (p *process) post(path, body string) int {
	p.t.Helper()
	resp, err := p.client().Post("http://"+p.address+path, "application/json", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // what was read is held to the description
	return resp.StatusCode
}

// client makes requests of a gateway, and holds its answers to the description that it serves.
func (p *process) client() *http.Client {
	return &http.Client{Timeout: patience, Transport: description().Over(p.t, http.DefaultTransport)}
}

var description = sync.OnceValue(func() *testbed.OpenAPI {
	o, err := testbed.ReadOpenAPI("../../transport/openapi.yaml")
	if err != nil {
		panic(err)
	}
	return o
})

// command runs the program beside the gateway and returns what it prints and its exit code.
func (p *process) command(stdin string, args ...string) (string, int) {
	p.t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = p.Cmd.Env
	cmd.Stdin = strings.NewReader(stdin)
	out, _ := cmd.CombinedOutput()
	return string(out), cmd.ProcessState.ExitCode()
}

const testPassword = "hunter22-marker"

func TestADaemonThatAsksIsLoggedIn(t *testing.T) {
	for _, lang := range []string{"chs", "en"} {
		p := start(t, "FUTU_CMD="+script(t, "-scenario=ok", "-generation=interactive", "-password="+testPassword), "FUTU_LANG="+lang,
			"FUTU_LOGIN_PWD_MD5=", "FUTU_LOGIN_PWD="+testPassword)
		p.state(fsm.Connected)
		p.End(syscall.SIGTERM)
		for _, k := range []fsm.Kind{fsm.AccountTyped, fsm.PasswordTyped} {
			if got := p.kinds(k); got != 1 {
				t.Errorf("%s: the journal has %d %s", lang, got, k)
			}
		}
	}
}

func TestADaemonThatRemembersIsNotAsked(t *testing.T) {
	for scenario, typed := range map[string]int{"remember": 1, "remember-dead": 2} {
		t.Run(scenario, func(t *testing.T) {
			daemon, data := script(t, "-scenario="+scenario), t.TempDir()
			var p *process
			for range 2 {
				p = start(t, "FUTU_CMD="+daemon, "GATEWAY_DATA="+data, "FUTU_LOGIN_PWD_MD5=", "FUTU_LOGIN_PWD="+testPassword)
				p.data = data
				p.state(fsm.Connected)
				p.End(syscall.SIGTERM)
			}
			if got := p.kinds(fsm.PasswordTyped); got != typed {
				t.Errorf("the password was typed %d times in two runs, want %d", got, typed)
			}
		})
	}
}

func TestAPasswordIsHandedOverOnATerminalWithoutEcho(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok", "-generation=interactive", "-password="+testPassword))
	p.state(fsm.AwaitingPassword)
	cmd := exec.Command(os.Args[0], "password")
	cmd.Env = p.Cmd.Env
	tty, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	shown := testbed.NewTape()
	copied := make(chan struct{})
	go func() { defer close(copied); io.Copy(shown, tty) }() // ends when the command does
	p.until(shown, "login password:")
	if _, err := tty.WriteString(testPassword + "\r"); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	<-copied
	if got := shown.String(); cmd.ProcessState.ExitCode() != 0 || strings.Contains(got, testPassword) {
		t.Errorf("exit code %d: %s", cmd.ProcessState.ExitCode(), got)
	}
	p.state(fsm.Connected)
	if out, code := p.command("again\n", "password"); code != 1 || !strings.Contains(out, "no password is wanted") {
		t.Errorf("when none is wanted: exit code %d: %s", code, out)
	}
	p.End(syscall.SIGTERM)
	p.searchFor(testPassword)
}

func TestACaptchaIsSeenAndAnswered(t *testing.T) {
	for _, lang := range []string{"chs", "en"} {
		p := start(t, "FUTU_CMD="+script(t, "-scenario=captcha-sms"), "FUTU_LANG="+lang)
		c := p.connect()
		c.want("when it is wanted", `{"type":"REQUEST_CAPTCHA"}`)
		if png := p.picture(); !bytes.HasPrefix(png, []byte("\x89PNG")) {
			t.Errorf("the picture begins with %q", png[:min(8, len(png))])
		}
		if got := p.post("/captcha", `{"answer":"a\rexit"}`); got != http.StatusBadRequest {
			t.Errorf("a command in the answer: %d", got)
		}
		if got := p.post("/captcha", `{"answer":"XXXX"}`); got != http.StatusAccepted {
			t.Errorf("an answer: %d", got)
		}
		c.want("after a wrong answer", `{"type":"REQUEST_CAPTCHA"}`)
		p.post("/captcha", `{"answer":"`+opendsim.Captcha+`"}`)
		c.want("after the right answer", requestCode)
		c.send(submit(opendsim.Code))
		c.want("after the right code", connected)
		p.End(syscall.SIGTERM)
	}
}

// picture waits for the captcha's picture: the Chinese daemon does not say when it is there.
func (p *process) picture() []byte {
	p.t.Helper()
	for range 1000 {
		resp, err := http.Get("http://" + p.address + "/captcha.png")
		if err != nil {
			p.t.Fatal(err)
		}
		png, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err == nil && resp.StatusCode == http.StatusOK {
			return png
		}
	}
	p.t.Fatal("there is no picture")
	return nil
}

func TestAnOldDaemonThatOnlyHintsIsAskedForTheSMS(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=old-hint"), "FUTU_LANG=chs")
	c := p.connect()
	c.want("after the hint", requestCode)
	p.until(p.Stdout, "请求手机验证码成功") // the gateway asked for it
	c.send(submit(opendsim.Code))
	c.want("after the right code", connected)
}

func TestARestartDoesNotSpendAnotherAttemptOnAWrongPassword(t *testing.T) {
	daemon, data := script(t, "-scenario=wrong-password"), t.TempDir()
	for range 3 {
		p := start(t, "FUTU_CMD="+daemon, "GATEWAY_DATA="+data)
		p.data = data
		p.state(fsm.Halted)
		p.End(syscall.SIGTERM)
		if got := p.kinds(fsm.Start); got != 1 {
			t.Fatalf("%d login attempts", got)
		}
	}
	// Another password is worth another attempt, and so is a person's word.
	p := start(t, "FUTU_CMD="+daemon, "GATEWAY_DATA="+data, "FUTU_LOGIN_PWD_MD5="+strings.Repeat("0", 32))
	p.data = data
	c := p.connect()
	c.want("when it was refused", `{"type":"HALTED"}`)
	c.want("when the daemon is gone", closed)
	// A program that says INIT whenever it connects, and one that posts in a loop, spend nothing.
	for range 20 {
		again := p.connect()
		again.want("when it was refused", `{"type":"HALTED"}`)
		again.send(`{"type":"INIT"}`)
		if got, err := again.read(); err != nil || !strings.HasPrefix(got, `{"type":"ERROR","error":"not_safe","message":"the last login was refused`) {
			t.Fatalf("INIT: %s %v", got, err)
		}
		again.conn.CloseNow()
		for _, path := range []string{"/init", "/restart"} {
			if got := p.post(path, ""); got != http.StatusConflict {
				t.Errorf("%s: %d", path, got)
			}
		}
	}
	if got := p.post("/init", `{"again":true}`); got != http.StatusAccepted {
		t.Errorf("INIT: %d", got)
	}
	p.until(p.Stderr, "Someone starts FutuOpenD")
	c.want("afterwards", `{"type":"HALTED"}`)
	p.End(syscall.SIGTERM)
	if got := p.kinds(fsm.Start); got != 3 {
		t.Errorf("%d login attempts, want 3", got)
	}
}

func TestTwoDaemonsNeverShareADevice(t *testing.T) {
	daemon := script(t, "-scenario=ok")
	first := start(t, "FUTU_CMD="+daemon)
	first.state(fsm.Connected)
	second := start(t, "FUTU_CMD="+daemon)
	second.until(second.Stderr, "two on one device")
	second.End(syscall.SIGTERM)
	if got := second.kinds(fsm.Started); got != 0 {
		t.Errorf("%d daemons were started", got)
	}
}

func TestTheConfigFileHasWhatTheSettingsSay(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "kept.xml")
	daemon := filepath.Join(dir, "OpenD")
	// A daemon that keeps a copy of its config file and its command line.
	text := fmt.Sprintf("#!/bin/sh\ncase \"$*\" in *-help*) echo -cfg_file -login_pwd_md5 -login_region; exit;; esac\nfor a; do case $a in -cfg_file=*) cp \"${a#-cfg_file=}\" %[1]q;; esac; done\necho \"$@\" > %[1]q.args\necho 'Login successful'; exec sleep 100\n", kept)
	if err := os.WriteFile(daemon, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "key.pem")
	private, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)})
	if err := os.WriteFile(key, block, 0o600); err != nil {
		t.Fatal(err)
	}
	port := testbed.FreePort(t)
	p := start(t, "FUTU_CMD="+daemon, "FUTU_LOGIN_ACCOUNT=+86 13800000000", "FUTU_GATE=no", "FUTU_IP=0.0.0.0", "FUTU_PORT="+port, "FUTU_TELNET_PORT=22222", "FUTU_WEBSOCKET_PORT=33333",
		"FUTU_WEBSOCKET_KEY_MD5="+strings.Repeat("ab", 16), "FUTU_RSA_PRIVATE_KEY="+key, "FUTU_XML_PUSH_PROTO_TYPE=1", "FUTU_XML_LOG_PATH=/tmp/<a&b>")
	p.state(fsm.Connected)
	p.End(syscall.SIGTERM)
	got, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	want := "<moomoo_opend>\n\t<ip>0.0.0.0</ip>\n\t<api_port>" + port + "</api_port>\n\t<lang>en</lang>\n\t<log_level>no</log_level>\n\t<telnet_port>22222</telnet_port>\n" +
		"\t<websocket_port>33333</websocket_port>\n\t<websocket_key_md5>" + strings.Repeat("ab", 16) + "</websocket_key_md5>\n\t<rsa_private_key>" + key + "</rsa_private_key>\n" +
		"\t<log_path>/tmp/&lt;a&amp;b&gt;</log_path>\n\t<push_proto_type>1</push_proto_type>\n\t<login_account>+86 13800000000</login_account>\n" +
		"\t<login_pwd_md5>" + testMD5 + "</login_pwd_md5>\n</moomoo_opend>\n"
	if string(got) != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	args, _ := os.ReadFile(kept + ".args")
	if s := string(args); !strings.HasSuffix(s, " -login_region=sh\n") || strings.Contains(s, "no_monitor") {
		t.Errorf("the command line is %q: a flag that -help does not list ends the daemon", s)
	}
}

func TestAComposeFileOfAnotherImageWorks(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "md5")
	if err := os.WriteFile(secret, []byte(testMD5+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	port := testbed.FreePort(t)
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_LOGIN_ACCOUNT=", "FUTU_LOGIN_PWD_MD5=", "FUTU_PORT=",
		"FUTU_ACCOUNT_ID=100000001", "FUTU_ACCOUNT_PWD_MD5_FILE="+secret, "FUTU_OPEND_IP=127.0.0.2", "FUTU_OPEND_PORT="+port, "FUTU_OPEND_TELNET_PORT=22222")
	p.state(fsm.Connected)
	log := p.Stderr.String()
	if got := strings.Count(log, "settings of another image are understood: "); got != 1 {
		t.Errorf("%d lines say what was read:\n%s", got, log)
	}
	for _, alias := range []string{"FUTU_ACCOUNT_ID", "FUTU_ACCOUNT_PWD_MD5_FILE", "FUTU_OPEND_IP", "FUTU_OPEND_PORT", "FUTU_OPEND_TELNET_PORT", "info"} {
		if !strings.Contains(log, alias+" as FUTU_") {
			t.Errorf("nothing is said of %s:\n%s", alias, log)
		}
	}
	p.until(p.Stdout, "127.0.0.2:"+port)
}

func TestSecretsAreReadFromFilesOrRefused(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct {
		env  []string
		says string
	}{
		"both forms":       {[]string{"FUTU_LOGIN_PWD_MD5_FILE=" + file("a", testMD5)}, "FUTU_LOGIN_PWD_MD5 and FUTU_LOGIN_PWD_MD5_FILE are both set"},
		"empty file":       {[]string{"FUTU_LOGIN_PWD_MD5=", "FUTU_LOGIN_PWD_FILE=" + file("b", "\n")}, "which is empty"},
		"no file":          {[]string{"FUTU_LOGIN_PWD_MD5=", "FUTU_LOGIN_PWD_FILE=" + dir + "/nothing"}, "FUTU_LOGIN_PWD_FILE cannot be read"},
		"no MD5":           {[]string{"FUTU_LOGIN_PWD_MD5=", "FUTU_LOGIN_PWD_MD5_FILE=" + file("c", testPassword)}, "is no MD5"},
		"not its MD5":      {[]string{"FUTU_LOGIN_PWD=" + testPassword}, "is not the MD5 of FUTU_LOGIN_PWD"},
		"nothing":          {[]string{"FUTU_LOGIN_PWD_MD5="}, "neither is FUTU_LOGIN_PWD"},
		"two lines":        {[]string{"FUTU_LOGIN_PWD_MD5=", "FUTU_LOGIN_PWD_FILE=" + file("d", "a\nb\n")}, "must be one line"},
		"PKCS#8":           {[]string{"FUTU_RSA_PRIVATE_KEY=" + file("e", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")}, "PKCS#1"},
		"its own variable": {[]string{"FUTU_XML_API_PORT=1"}, "has a variable of its own"},
		"login in XML":     {[]string{"FUTU_XML_LOGIN_PWD=" + testPassword}, "has a variable of its own"},
		"misspelt":         {[]string{"FUTU_LOGIN_ACCOUNT=", "FUTU_LOGIN_ACOUNT=1"}, "FUTU_LOGIN_ACOUNT is not known"},
	} {
		p := prepare(t, nil, append([]string{"FUTU_CMD=" + script(t)}, c.env...)...)
		if err := p.Cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if code := p.Wait(); code != 2 || !strings.Contains(p.Stderr.String(), c.says) {
			t.Errorf("%s: exit code %d, want 2 and %q:\n%s", name, code, c.says, p.Stderr)
		}
		for _, secret := range []string{testMD5, testPassword} {
			if strings.Contains(p.Stderr.String(), secret) {
				t.Errorf("%s: the message has a secret:\n%s", name, p.Stderr)
			}
		}
	}
}

// searchFor fails the test if a secret is in anything that the run left behind.
func (p *process) searchFor(secrets ...string) {
	p.t.Helper()
	dirs := []string{p.data}
	for _, e := range p.Cmd.Env {
		for _, name := range []string{"FUTU_DATA=", "XDG_RUNTIME_DIR="} {
			if dir, ok := strings.CutPrefix(e, name); ok {
				dirs = append(dirs, dir)
			}
		}
	}
	for _, secret := range secrets {
		for name, out := range map[string]*testbed.Tape{"stdout": p.Stdout, "stderr": p.Stderr} {
			if strings.Contains(out.String(), secret) {
				p.t.Errorf("%s has %q:\n%s", name, secret, out)
			}
		}
		for _, dir := range dirs {
			filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if filepath.Base(path) == "FutuOpenD" {
					return nil // the test's own script
				}
				if text, err := os.ReadFile(path); err == nil && bytes.Contains(text, []byte(secret)) {
					p.t.Errorf("%s has %q", path, secret)
				}
				return nil
			})
		}
	}
}

func TestCheckLooksWithoutLoggingIn(t *testing.T) {
	daemon := script(t, "-scenario=wrong-password")
	p := prepare(t, nil, "FUTU_CMD="+daemon)
	out, code := p.command("", "check")
	if code != 0 || strings.Contains(out, "wrong ") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	for _, item := range []string{"settings", "user", "login", "data folder", "journal", "time", "next login", "device", "gateway port", "API port"} {
		if !strings.Contains(out, item) {
			t.Errorf("nothing is said of the %s:\n%s", item, out)
		}
	}
	if _, err := os.Stat(filepath.Join(p.data, "journal.jsonl")); err == nil {
		t.Error("a journal was begun")
	}
	p.start()
	p.state(fsm.Halted)
	if out, code = p.command("", "check"); code != 0 || !strings.Contains(out, "a gateway runs") || !strings.Contains(out, "(the password is wrong: ") {
		t.Errorf("beside a gateway: exit code %d:\n%s", code, out)
	}
	p.End(syscall.SIGTERM)
	if got := p.kinds(fsm.Start); got != 1 {
		t.Errorf("%d logins", got)
	}
	bad := prepare(t, nil, "FUTU_CMD="+daemon, "FUTU_LANG=klingon", "GATEWAY_DATA=/proc/nowhere")
	if out, code := bad.command("", "check"); code != 1 || !strings.Contains(out, "FUTU_LANG") {
		t.Errorf("with a wrong setting: exit code %d:\n%s", code, out)
	}
	if out, code := prepare(t, nil, "FUTU_CMD="+daemon, "GATEWAY_DATA=/proc/nowhere").command("", "check"); code != 1 || !strings.Contains(out, "wrong    journal") {
		t.Errorf("with a folder that cannot be: exit code %d:\n%s", code, out)
	}
}
