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

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// topic is the secret of the URLs that messages go to.
const topic = "SecretTopic42"

// mailbox is an ntfy server. It gives the bodies of what came, in order.
func mailbox(t *testing.T) (url string, messages <-chan string) {
	t.Helper()
	came := make(chan string, 16)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/"+topic {
			t.Errorf("a request for %s came, and %v", r.URL.Path, err)
		}
		came <- string(body)
		io.WriteString(w, "{}")
	}))
	t.Cleanup(s.Close)
	return "ntfy://" + s.Listener.Addr().String() + "/" + topic + "?scheme=http&tags=a,b", came
}

func wantMessage(t *testing.T, messages <-chan string, want string) {
	t.Helper()
	select {
	case got := <-messages:
		if got != want {
			t.Errorf("the message is\n%s\nwant\n%s", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("no message came, want\n%s", want)
	}
}

func TestAPersonIsToldOfACodeAndOfTheLogin(t *testing.T) {
	url, messages := mailbox(t)
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "NOTIFY_URLS="+url, "PUBLIC_URL=https://futu.example/")
	const end = "\nAccount: …001\nOpen: https://futu.example/"
	wantMessage(t, messages, "FutuOpenD needs an SMS code."+end)
	c := p.connect()
	c.want("when a code is wanted", requestCode)
	c.send(submit("000000"))
	c.want("after a wrong code", requestCode)
	c.send(submit(opendsim.Code))
	wantMessage(t, messages, "FutuOpenD is logged in again; nothing needs to be done."+end)
	p.End(syscall.SIGTERM)
	if len(messages) != 0 {
		t.Errorf("another message came: %s", <-messages)
	}
	if logs := p.Stdout.String() + p.Stderr.String(); strings.Contains(logs, topic) || !strings.Contains(logs, "A message was sent") {
		t.Errorf("the log tells the secret, or nothing:\n%s", logs)
	}
}

func TestTheLinkOfAMessageAnswersOnceWithoutTheToken(t *testing.T) {
	const token = "0123456789abcdef"
	url, messages := mailbox(t)
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "NOTIFY_URLS="+url, "PUBLIC_URL=https://futu.example/", "SERVER_TOKEN="+token, "LOG_LEVEL=debug")
	var text string
	select {
	case text = <-messages:
	case <-time.After(patience):
		t.Fatal("no message came")
	}
	_, ticket, ok := strings.Cut(text, "\nOpen, once and within 15 minutes: https://futu.example/#ticket=")
	if !ok {
		t.Fatalf("the message has no ticket:\n%s", text)
	}
	send := func(path, body, authorization string, want int) (answer struct{ Token string }) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), "POST", "http://"+p.address+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+authorization)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != want {
			t.Errorf("%s is answered with %s, want %d; %v", path, resp.Status, want, err)
		}
		return answer
	}
	session := send("/ticket", `{"ticket":"`+ticket+`"}`, "", 200).Token
	send("/ticket", `{"ticket":"`+ticket+`"}`, "", 403)
	send("/stop", "", session, 403)
	send("/code", `{"code":"`+opendsim.Code+`"}`, session, 202)
	wantMessage(t, messages, "FutuOpenD is logged in again; nothing needs to be done.\nAccount: …001\nOpen: https://futu.example/")
	p.End(syscall.SIGTERM)
	p.searchFor(ticket, session, token, topic, opendsim.Code)
}

func TestAServerThatTakesNoMessageChangesNothing(t *testing.T) {
	port := testbed.FreePort(t)
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "NOTIFY_URLS=generic://127.0.0.1:"+port+"/"+topic+"?disabletls=yes")
	c := p.connect()
	c.want("when a code is wanted", requestCode)
	p.until(p.Stderr, "the connection was refused")
	c.send(submit(opendsim.Code))
	c.want("after the right code", connected)
	p.state(fsm.Connected)
	if code, took := p.End(syscall.SIGTERM); code != 0 || took > 9*time.Second {
		t.Errorf("exit code %d after %v", code, took)
	}
	if strings.Contains(p.Stderr.String(), topic) {
		t.Errorf("the log tells the secret:\n%s", p.Stderr)
	}
}

// notifyTestWith runs notify-test and returns its exit code.
func notifyTestWith(t *testing.T, env ...string) (code int, stdout, stderr string) {
	t.Helper()
	p := prepare(t, []string{"notify-test"}, env...)
	err := p.Cmd.Run()
	if p.Cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return p.Cmd.ProcessState.ExitCode(), p.Stdout.String(), p.Stderr.String()
}

func TestNotifyTestSendsToEachAndTellsWhichFailed(t *testing.T) {
	url, messages := mailbox(t)
	file := filepath.Join(t.TempDir(), "urls")
	text := url + "\n\ngeneric://127.0.0.1:" + testbed.FreePort(t) + "/" + topic + "?disabletls=yes\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := notifyTestWith(t, "NOTIFY_URLS_FILE="+file)
	wantMessage(t, messages, "This is a test message of futuopend-gateway. When FutuOpenD needs a person, a message comes here.")
	if code != 1 || stdout != "1 ntfy: ok\n2 generic: the connection was refused\n" {
		t.Errorf("exit code %d, and it says\n%s%s", code, stdout, stderr)
	}
	if code, stdout, _ := notifyTestWith(t, "NOTIFY_URLS="+url); code != 0 || stdout != "1 ntfy: ok\n" {
		t.Errorf("with one that works: exit code %d, and it says\n%s", code, stdout)
	}
	if code, _, stderr := notifyTestWith(t); code != 2 || !strings.Contains(stderr, "NOTIFY_URLS is not set") {
		t.Errorf("without any: exit code %d, and it says\n%s", code, stderr)
	}
}

func TestWrongNotifySettingsAreToldWithoutTheirSecrets(t *testing.T) {
	for _, c := range []struct{ setting, want string }{
		{"NOTIFY_URLS=ntfy://ntfy.sh/a telegram://" + topic + "@telegram", "NOTIFY_URLS has a URL that cannot be used, number 2: it begins as one for telegram"},
		{"NOTIFY_URLS=ntfy://ntfy.sh/" + topic + ",ntfy://ntfy.sh/b", "NOTIFY_URLS has a URL that cannot be used, number 1: it is for ntfy and has another URL after a comma"},
		{"NOTIFY_URLS=" + topic, "NOTIFY_URLS has a URL that cannot be used, number 1: it does not begin with a service"},
		{"NOTIFY_URLS_FILE=/nonexistent", "NOTIFY_URLS_FILE cannot be read"},
		{"PUBLIC_URL=http://futu.example/", "PUBLIC_URL is no address of the form https://host/path"},
		{"PUBLIC_URL=https:///x", "PUBLIC_URL is no address of the form https://host/path"},
		{"PUBLIC_URL=https://user:" + topic + "@futu.example", "PUBLIC_URL is no address of the form https://host/path"},
		{"PUBLIC_URL=https://futu.example/#" + topic, "PUBLIC_URL is no address of the form https://host/path"},
	} {
		p := prepare(t, nil, c.setting)
		p.Cmd.Run()
		if got := p.Stderr.String(); p.Cmd.ProcessState.ExitCode() != 2 || !strings.Contains(got, c.want) || strings.Contains(got, topic) {
			t.Errorf("%s: exit code %d, and it says\n%s", c.setting, p.Cmd.ProcessState.ExitCode(), got)
		}
	}
}
