package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestARefusalIsToldOnceWhateverARestartDoes(t *testing.T) {
	url, messages := mailbox(t)
	settings := []string{
		"FUTU_CMD=" + script(t, "-scenario=wrong-password"), "GATEWAY_DATA=" + t.TempDir(), "GATEWAY_NAME=nas", "NOTIFY_URLS=" + url, "PUBLIC_URL=http://nas.local:8000/",
	}
	p := start(t, settings...)
	select {
	case got := <-messages:
		for _, want := range []string{"FutuOpenD is halted. The password is wrong.\nWhat to do: ", "\nIt is not started again automatically.\nMore on this: https://github.com/ostai/futuopend-gateway/blob/main/agent/README.md#password_wrong\nAccount: …001 (nas)\nOpen: http://nas.local:8000/"} {
			if !strings.Contains(got, want) {
				t.Errorf("the message is\n%s\nwant in it\n%s", got, want)
			}
		}
	case <-time.After(patience):
		t.Fatalf("no message came:\n%s", p.Stderr)
	}
	if out, _ := p.command("", "status"); !strings.Contains(out, "why     password_wrong: ") || !strings.Contains(out, "help    https://") || !strings.Contains(out, "\ntold    ") {
		t.Errorf("the status is\n%s", out)
	}
	if logs := p.Stderr.String(); strings.Count(logs, "PUBLIC_URL is not encrypted") != 1 {
		t.Errorf("the log warns otherwise than once:\n%s", logs)
	}
	p.End(syscall.SIGTERM)
	again := start(t, settings...)
	again.state(fsm.Halted)
	again.End(syscall.SIGTERM)
	if len(messages) > 0 {
		t.Errorf("after a restart, another message came:\n%s", <-messages)
	}
}

func TestAMessageWithoutALinkHasTheCommand(t *testing.T) {
	url, messages := mailbox(t)
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "NOTIFY_URLS="+url)
	select {
	case got := <-messages:
		if line := got[strings.LastIndex(got, "\n")+1:]; !strings.HasPrefix(line, "Run: ") || !strings.HasSuffix(line, "futuopend-gateway code 123456") {
			t.Errorf("the message is\n%s", got)
		}
	case <-time.After(patience):
		t.Fatal("no message came")
	}
	p.End(syscall.SIGTERM)
}

// TestAHookIsSignedAndHasTheStateOfTheGateway takes a message as a program would.
func TestAHookIsSignedAndHasTheStateOfTheGateway(t *testing.T) {
	type hooked struct{ signature, body string }
	came := make(chan hooked, 4)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		came <- hooked{r.Header.Get("X-Futuopend-Signature"), string(body)}
	}))
	defer server.Close()
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "NOTIFY_URLS=hook+"+server.URL+"/futu?secret="+topic)
	var got hooked
	select {
	case got = <-came:
	case <-time.After(patience):
		t.Fatal("no message came")
	}
	var said struct {
		Event, State string
		Challenge    struct{ Kind string }
		Trouble      struct{ Class, Advice, Next string }
	}
	if err := json.Unmarshal([]byte(got.body), &said); err != nil || said.State != "awaiting_code" || said.Challenge.Kind != "code" || said.Trouble.Class != "code_wanted" || said.Trouble.Advice == "" || said.Trouble.Next == "" || said.Event == "" {
		t.Errorf("%v, %+v in\n%s", err, said, got.body)
	}
	if !strings.HasPrefix(got.signature, "sha256=") || len(got.signature) != len("sha256=")+64 {
		t.Errorf("the signature is %q", got.signature)
	}
	p.End(syscall.SIGTERM)
	p.searchFor(topic)
}

func TestAHeartbeatIsSentAtAStartAndWhenItIsReadyAndIsASecret(t *testing.T) {
	beats := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { beats <- r.Method + " " + r.URL.Path }))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, []byte(server.URL+"/"+topic+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "HEARTBEAT_URL_FILE="+file, "LOG_LEVEL=debug")
	for _, want := range []string{"GET /" + topic + "/start", "GET /" + topic} {
		select {
		case got := <-beats:
			if got != want {
				t.Errorf("%s came, want %s", got, want)
			}
		case <-time.After(patience):
			t.Fatalf("no %s came", want)
		}
	}
	p.End(syscall.SIGTERM)
	p.searchFor(topic)
}

func TestSettingsOfTroubleThatCannotBeUsedEndTheStart(t *testing.T) {
	for setting, want := range map[string]string{
		"HEARTBEAT_URL=" + topic:                     "HEARTBEAT_URL is no address of the form https://host/path",
		"HEARTBEAT_URL=ftp://h/" + topic:             "HEARTBEAT_URL is no address of the form https://host/path",
		"HEARTBEAT_URL_FILE=/nonexistent":            "HEARTBEAT_URL_FILE cannot be read",
		"MARKET_OPEN=9:30":                           `MARKET_OPEN is "9:30"`,
		"MARKET_OPEN=25:00@Asia/Hong_Kong":           `MARKET_OPEN is "25:00@Asia/Hong_Kong"`,
		"MARKET_OPEN=09:00@Hong_Kong":                `MARKET_OPEN is "09:00@Hong_Kong"`,
		"GATEWAY_NAME=a\nb":                          "GATEWAY_NAME is ",
		"NOTIFY_URLS=teams://x@y/z/w?host=h":         "it is for teams, which messages reach by way of apprise://",
		"NOTIFY_URLS=hook://h/" + topic:              "it begins as one for hook, and the rest is not what hook wants",
		"PUBLIC_URL=http://8.8.8.8/":                 "PUBLIC_URL is no address of the form https://host/path",
		"PUBLIC_URL=http://example.ts.net.evil.com/": "PUBLIC_URL is no address of the form https://host/path",
	} {
		p := prepare(t, nil, "FUTU_CMD="+script(t, "-scenario=ok"), setting)
		p.Cmd.Run()
		if got := p.Stderr.String(); p.Cmd.ProcessState.ExitCode() != 2 || !strings.Contains(got, want) || strings.Contains(got, topic) {
			t.Errorf("%s: exit code %d, and it says\n%s", setting, p.Cmd.ProcessState.ExitCode(), got)
		}
	}
}

func TestAPublicAddressWithoutEncryptionIsForANetworkOfOnesOwn(t *testing.T) {
	for host, ok := range map[string]bool{
		"192.168.1.5:8000": true, "10.0.0.1": true, "172.16.3.4": true, "100.100.1.2:8000": true, "127.0.0.1": true, "[fd7a:115c:a1e0::1]:8000": true, "[fe80::1]": true,
		"nas.local": true, "NAS.Tail1234.ts.net": true, "nas": true, "nas.lan:8000": true, "localhost": true,
		"100.128.0.1": false, "172.32.0.1": false, "1.1.1.1": false, "[2001:db8::1]": false, "futu.example": false, "local.example": false,
	} {
		var c checker
		c.publicURL("PUBLIC_URL", "http://"+host+"/futu/")
		if (len(c.problems) == 0) != ok || (len(c.notices) == 1) != ok {
			t.Errorf("%s: %v %v", host, c.problems, c.notices)
		}
	}
	var c checker
	if c.publicURL("PUBLIC_URL", "https://futu.example/"); len(c.problems)+len(c.notices) > 0 {
		t.Errorf("with TLS: %v %v", c.problems, c.notices)
	}
}

func TestTheMarketsClockIsUnderstood(t *testing.T) {
	var c checker
	m := c.market("MARKET_OPEN", "09:00@Asia/Hong_Kong")
	if len(c.problems) > 0 {
		t.Fatal(c.problems)
	}
	thursday := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	if got := m.Reminder(thursday).UTC(); got != time.Date(2026, 11, 27, 0, 30, 0, 0, time.UTC) {
		t.Errorf("a person is reminded at %v", got)
	}
	if m := c.market("MARKET_OPEN", ""); m.Zone != nil {
		t.Errorf("off by default, and %v", m)
	}
}
