package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/client"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// says runs a command and compares its exit code and what it prints.
func (p *process) says(exit int, want string, args ...string) string {
	p.t.Helper()
	out, code := p.command("", args...)
	if code != exit || !strings.Contains(out, want) {
		p.t.Errorf("%q: exit code %d, want %d and %q in:\n%s", args, code, exit, want, out)
	}
	return out
}

func TestStatusIsToldInAFewPlainLines(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	out := p.says(0, "awaiting_code: FutuOpenD needs an SMS code", "status")
	for _, want := range []string{"since ", "wanted  code, asked ", "futuopend-gateway code CODE", "10 codes may be typed"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	p.until(p.Stdout, "requested successfully") // after that, nothing changes
	resp, err := http.Get("http://" + p.address + "/status")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	want, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if out := p.says(0, `"state":"awaiting_code"`, "status", "-json"); out != string(want) {
		t.Errorf("-json: %s, want %s", out, want)
	}
	p.says(2, "the number of arguments is 1, and not 0", "status", "now")
}

func TestStatusSaysWhyTheGatewayIsHalted(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=wrong-password"))
	p.state(fsm.Halted)
	out := p.says(0, "halted: ", "status")
	for _, want := range []string{"why     password_wrong", "advice  " + clause("advice.password_wrong")} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}

func TestStatusOfEachKind(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for want, s := range map[string]client.Status{
		"another SMS may be asked for at ":   {State: "awaiting_code", Challenge: &client.Challenge{Kind: "code", Again: now.Add(time.Minute)}},
		"the daemon is started again at ":    {State: "closed", NextStart: now.Add(90 * time.Second)},
		"(in 1 min 30 s)":                    {State: "closed", NextStart: now.Add(90 * time.Second)},
		"(2 h ago)":                          {State: "closed", Since: now.Add(-2 * time.Hour)},
		"a state that this version does not": {State: "dancing"},
		"halted: Halted":                     {State: "halted", Halted: &client.Halted{Class: "budget_spent"}, NextStart: now.Add(time.Hour)},
		"advice  one more start now could":   {State: "halted", Halted: &client.Halted{Class: "budget_spent"}, NextStart: now.Add(time.Hour)},
		"halted: it is not tried again":      {State: "halted", Halted: &client.Halted{Class: "password_wrong"}},
		"next    Every 30 seconds the":       {State: "halted", Halted: &client.Halted{Class: "server_failed"}, Trouble: &client.Trouble{Class: "server_failed"}},
		"unknown 5 of the daemon's lines":    {State: "connected", Unknown: []client.Unknown{{Line: "a", Count: 2}, {Line: "b", Count: 3}}},
	} {
		var out bytes.Buffer
		if err := printStatus(&out, s, now, false); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
	for _, s := range fsm.States() {
		if clause("says."+string(s)) == "" {
			t.Errorf("there are no words for %s", s)
		}
		if wants := s.Wants(); wants != "" && words.Text(words.English, "talk.watch."+string(wants)) == "" {
			t.Errorf("watch has no line that asks for the %s of %s; write talk.watch.%s", wants, s, wants)
		}
	}
}

func TestStatusSaysWhetherQuotesWouldWork(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	proven := client.API{Ready: true, Server: "10.11.7108", Trade: true, Rights: "HK stock LV2", Proven: now, Age: 12}
	for _, c := range []struct {
		status client.Status
		want   string
	}{
		{client.Status{State: "connected", Ready: true, API: &proven},
			"ready   yes; quotes proven 12 s ago; trading logged in; server 10.11.7108\nrights  HK stock LV2\n"},
		{client.Status{State: "connected", Missing: "quotes", API: &client.API{Why: "the quote server is away", Server: "10.11.7108"}},
			"ready   no, quotes: the quote server is away; trading not logged in; server 10.11.7108\n"},
		{client.Status{State: "connected", Missing: "proof", API: &client.API{Ready: true, Trade: true, Proven: now, Age: 75}},
			"ready   no, proof: the last proof is too old; quotes proven 1 min 15 s ago; trading logged in\n"},
		{client.Status{State: "awaiting_code", Missing: "login"}, "ready   no, login: the account is not logged in\n"},
		{client.Status{State: "connected", Missing: "music"}, "ready   no, music: a part that this version does not know\n"},
		{client.Status{State: "connected", Ready: true}, ""}, // a gateway that tells neither
	} {
		var out bytes.Buffer
		if err := printStatus(&out, c.status, now, false); err != nil {
			t.Fatal(err)
		}
		if _, got, _ := strings.Cut(out.String(), "\n"); got != c.want {
			t.Errorf("%+v: got\n%swant\n%s", c.status, got, c.want)
		}
	}
	for _, part := range []fsm.Part{
		fsm.PartLogin, fsm.PartConnect, fsm.PartInit, fsm.PartGlobal, fsm.PartQuotes, fsm.PartProgram, fsm.PartProof,
	} {
		if clause("missing."+string(part)) == "" {
			t.Errorf("there are no words for %s", part)
		}
	}
}

func TestEachCommandWithoutAGatewayExitsWithThree(t *testing.T) {
	p := prepare(t, nil, "FUTU_CMD="+script(t))
	for _, args := range [][]string{
		{"status"}, {"watch"}, {"code", "123456"}, {"captcha"}, {"captcha", "K7QX"}, {"resend"}, {"init"}, {"restart"}, {"stop"},
	} {
		p.says(3, "reach the gateway", args...)
		p.says(3, "reach the gateway", append([]string{args[0], "-url", "http://127.0.0.1:1"}, args[1:]...)...)
		p.says(2, "no address", append([]string{args[0], "-url", "ftp://127.0.0.1:1"}, args[1:]...)...)
		p.says(2, "there is no flag -nonsense", args[0], "-nonsense")
		p.says(2, "cannot be read", append([]string{args[0], "-token-file", "/nowhere/token"}, args[1:]...)...)
	}
	if out, code := p.command("secret\n", "password"); code != 3 || !strings.Contains(out, "reach the gateway") {
		t.Errorf("password: exit code %d: %s", code, out)
	}
}

func TestCommandsWithATokenFromAFile(t *testing.T) {
	const token = "correct-horse-battery"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "FUTU_INIT_ON_START=no", "SERVER_TOKEN="+token)
	p.says(0, "idle", "status")
	p.Cmd.Env = append(p.Cmd.Env, "SERVER_TOKEN=")
	p.says(1, "-token-file", "status")
	p.says(0, "idle", "status", "-token-file", file)
}

func TestTheDaemonIsStartedRestartedAndStopped(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_INIT_ON_START=no")
	p.says(1, "no code is wanted", "resend")
	p.says(0, "risk: this is one more login", "init")
	p.state(fsm.Connected)
	p.says(0, "runs already", "init")
	c := p.connect()
	c.want("when logged in", connected)
	p.says(0, "risk: this is one more login", "restart")
	c.want("when stopped to be restarted", closed)
	c.want("when logged in again", connected)
	p.says(0, "risk: the account is logged out", "stop")
	c.want("when stopped", closed)
	p.End(syscall.SIGTERM)
	if got := p.kinds(fsm.Start); got != 2 {
		t.Errorf("%d starts, want 2", got)
	}
}

func TestAStartThatIsNotSafeWantsYes(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=wrong-password"))
	p.state(fsm.Halted)
	for _, command := range []string{"init", "restart"} {
		out := p.says(1, "not safe: the last login was refused (password_wrong", command)
		if !strings.Contains(out, "nothing was done; with -yes it is done all the same") {
			t.Errorf("%s: %s", command, out)
		}
	}
	p.says(0, "risk: the last login was refused (password_wrong", "init", "-yes")
	overruled := p.happened(fsm.Overruled, 0)
	p.happened(fsm.PasswordWrong, overruled.Seq) // the start waits until the daemon before is gone
	p.End(syscall.SIGTERM)
	if got := p.kinds(fsm.Start); got != 2 {
		t.Errorf("%d starts, want the first and the one with -yes", got)
	}
}

func TestAnotherSMSIsRefusedWithinAMinute(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	// The daemon may have asked for one by itself already, so that this one is granted or not.
	p.command("", "resend")
	p.says(1, "another SMS is possible again in", "resend")
}

func TestACodeNeedNotBeWaitedFor(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	p.says(0, "typed", "code", "-no-wait", "000000")
	p.says(2, "the number of arguments is 2, and not 0-1", "code", "1", "2")
}

func TestACaptchaIsWrittenToAFileAndAnsweredByAnArgument(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=captcha-sms"))
	p.state(fsm.AwaitingCaptcha)
	p.Cmd.Env = append(p.Cmd.Env, "TMPDIR="+t.TempDir())
	out := p.says(0, "captcha ANSWER", "captcha")
	found := regexp.MustCompile(`the picture is in (\S+)`).FindStringSubmatch(out)
	if found == nil {
		t.Fatal(out)
	}
	png, err := os.ReadFile(found[1])
	if info, _ := os.Stat(found[1]); err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) || info.Mode().Perm() != 0o600 {
		t.Errorf("%s: %v, %v", found[1], err, info)
	}
	kept := filepath.Join(t.TempDir(), "picture.png")
	p.says(0, "", "captcha", "-o", kept)
	if again, err := os.ReadFile(kept); err != nil || !bytes.Equal(again, png) {
		t.Errorf("-o: %d bytes, %v", len(again), err)
	}
	p.says(0, "\x89PNG", "captcha", "-o", "-")
	p.says(1, "1 to 8 letters and digits", "captcha", "a-b")
	p.says(2, "the number of arguments is 2, and not 0-1", "captcha", "a", "b")
	p.says(1, "the characters were wrong", "captcha", "XXXX")
	// The next picture is part of the refusal, for as long as the two lines come together.
	p.followed(p.happened(fsm.CaptchaRejected, 0).Seq, fsm.CaptchaStillWanted, fsm.CaptchaSaved)
	p.says(0, "accepted: FutuOpenD needs an SMS code", "captcha", opendsim.Captcha)
	p.says(1, "no captcha is wanted", "captcha")
	p.says(0, "accepted", "code", opendsim.Code)
	p.says(0, "logged in already", "captcha", opendsim.Captcha)
}

func TestAPictureMayBeAskedForInsteadOfAnSMSThatDoesNotCome(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms-picture"))
	p.state(fsm.AwaitingCode)
	kept := filepath.Join(t.TempDir(), "picture.png")
	p.says(0, "", "captcha", "-new", "-o", kept)
	if png, err := os.ReadFile(kept); err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Errorf("%d bytes, %v", len(png), err)
	}
	p.says(0, "accepted", "captcha", opendsim.Captcha)
}

// through is an address that leads to the gateway. told is closed when the gateway has said a text to somebody there.
func (p *process) through(text string) (address string, told chan struct{}) {
	p.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	told = make(chan struct{})
	said := testbed.NewTape()
	go func() { // ends with the listener, and each copy with its connection
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			gateway, err := net.Dial("tcp", p.address)
			if err != nil {
				client.Close()
				continue
			}
			go func() { io.Copy(gateway, client); gateway.Close() }()
			go func() { io.Copy(io.MultiWriter(client, said), gateway); client.Close() }()
		}
	}()
	go func() {
		defer close(told)
		for {
			got, more := said.Look()
			if strings.Contains(got, text) {
				return
			}
			<-more
		}
	}()
	p.t.Cleanup(func() { l.Close(); io.WriteString(said, text) })
	return l.Addr().String(), told
}

func TestACodeCommandLooksForTheOutcomeWhenTheGatewayIsBack(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms", "-pace=200ms"))
	p.state(fsm.AwaitingCode)
	address, told := p.through(`"type":"ACK","id":"1"`)
	cmd := exec.Command(os.Args[0], "code", "-url", "ws://"+address+"/", opendsim.Code)
	cmd.Env = p.Cmd.Env
	said := testbed.NewTape()
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer timer.Stop()
	select {
	case <-told:
	case <-time.After(patience):
		t.Fatalf("the code is not taken: %s", said)
	}
	p.End(syscall.SIGKILL)

	again := prepare(t, nil)
	again.Cmd.Env, again.address = append(p.Cmd.Env, "FUTU_INIT_ON_START=no"), p.address
	again.start()
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(said.String(), "timeout: no result came after the code") {
		t.Errorf("exit code %d: %s", code, said)
	}
}
