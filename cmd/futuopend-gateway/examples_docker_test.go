package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
)

// The examples of docker/examples are run here as far as they need no container; docker/imagetest has the rest.

const (
	exampleToken  = "correct-horse-battery"
	exampleAnswer = "answer-horse-battery"
)

func TestAnSMSIsForwardedByTheExample(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: python3 is not installed; forward.py is not tried")
	}
	const sms = "【富途】验证码 " + opendsim.Code + "，5分钟内有效"
	file := filepath.Join(t.TempDir(), "answer_token")
	if err := os.WriteFile(file, []byte(exampleAnswer+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	begin := func(t *testing.T) (p *process, run func(token string, more ...string) *runningClient) {
		p = start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "SERVER_TOKEN="+exampleToken, "ANSWER_TOKEN="+exampleAnswer)
		p.state(fsm.AwaitingCode)
		return p, func(token string, more ...string) *runningClient {
			command := []string{"env", "GATEWAY=http://" + p.address, "ANSWER_TOKEN_FILE=" + token, "EVERY=0.1"}
			return runClient(t, append(command, more...), "")
		}
	}
	const forward = "../../docker/examples/sms-forward/forward.py"

	t.Run("from a phone, what comes after the start", func(t *testing.T) {
		t.Parallel()
		p, run := begin(t)
		bin := t.TempDir()
		before := []map[string]any{
			{"_id": 7, "type": "inbox", "body": "富途 000000"}, {"_id": 8, "type": "sent", "body": "futu 000000"},
			{"_id": 9, "type": "inbox", "body": "moomoo 000000"},
		}
		has := func(inbox []map[string]any) { // replaced in one step: it is read all the time
			text, err := json.Marshal(inbox)
			if err != nil {
				t.Fatal(err)
			}
			body := fmt.Sprintf("#!/bin/sh\ncat <<'END'\n%s\nEND\n", text)
			if err := os.WriteFile(filepath.Join(bin, "new"), []byte(body), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(bin, "new"), filepath.Join(bin, "termux-sms-list")); err != nil {
				t.Fatal(err)
			}
		}
		has(before)
		c := run(file, "PATH="+bin+":"+os.Getenv("PATH"), python, forward, "termux")
		c.complains("waiting for SMS")
		has(append(before, map[string]any{"_id": 10, "type": "inbox", "body": "come home 000000"}, map[string]any{"_id": 11, "type": "inbox", "body": sms}))
		c.complains("the gateway: taken")
		p.state(fsm.Connected)
		c.end()
		if typed := p.kinds(fsm.CodeTyped); typed != 1 {
			t.Errorf("%d codes were typed, want the one that came after the start", typed)
		}
	})
	t.Run("from a modem, in two parts", func(t *testing.T) {
		t.Parallel()
		p, run := begin(t)
		run(file, "DECODED_PARTS=2", "DECODED_0_TEXT=【富途】验证码 ", "DECODED_1_TEXT="+opendsim.Code+"，5分钟内有效", python, forward, "gammu").finishes()
		p.state(fsm.Connected)
	})
	t.Run("from stdin, with the right token only", func(t *testing.T) {
		t.Parallel()
		p, run := begin(t)
		wrong := filepath.Join(t.TempDir(), "wrong")
		if err := os.WriteFile(wrong, []byte("a-wrong-token-of-somebody"), 0o600); err != nil {
			t.Fatal(err)
		}
		refused := run(wrong, "sh", "-c", `printf %s "$1" | "$0" `+forward, python, sms)
		refused.complains("the gateway refuses: 401")
		if err := refused.cmd.Wait(); err == nil {
			t.Error("it ended well, though the gateway has not taken the code")
		}
		run(file, "sh", "-c", `printf %s "$1" | "$0" `+forward, python, "futu "+strings.Repeat("x", 10)).finishes()
		if p.kinds(fsm.CodeTyped) != 0 {
			t.Error("something was typed")
		}
		last := run(file, "sh", "-c", `printf %s "$1" | "$0" `+forward, python, sms)
		last.finishes()
		p.state(fsm.Connected)
		if strings.Contains(last.complain.String(), opendsim.Code) {
			t.Errorf("it tells the code:\n%s", last.complain)
		}
	})
}

// complains waits for a text among what the client prints on stderr.
func (c *runningClient) complains(text string) {
	c.t.Helper()
	c.complain.Until(c.t, text)
}

// render has the templates of Home Assistant rendered by the library that it renders them with.
const render = `import sys, json, jinja2
e = jinja2.Environment(undefined=jinja2.StrictUndefined)
e.filters["to_json"] = json.dumps
job = json.load(sys.stdin)
sys.stdout.write(e.from_string(job["template"]).render(job["values"]))`

func TestTheExampleOfHomeAssistantReadsTellsAndAnswers(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil || exec.Command(python, "-c", "import jinja2").Run() != nil {
		t.Skip("SKIPPED: there is no python3 with Jinja2; the example of Home Assistant is not tried")
	}
	rendered := func(template string, values map[string]any) string {
		t.Helper()
		job, err := json.Marshal(map[string]any{"template": template, "values": values})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(python, "-c", render)
		cmd.Stdin = strings.NewReader(string(job))
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("render %q: %v", template, err)
		}
		return string(out)
	}

	messages := make(chan map[string]any, 8)
	home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m map[string]any
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.Method != http.MethodPost || r.URL.Path != "/api/webhook/a-long-word" {
			t.Errorf("the webhook got %s %s, %v", r.Method, r.URL, err)
		}
		messages <- m
	}))
	t.Cleanup(home.Close)
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "SERVER_TOKEN="+exampleToken, "ANSWER_TOKEN="+exampleAnswer,
		"NOTIFY_URLS=hook+"+home.URL+"/api/webhook/a-long-word", "PUBLIC_URL=https://gw.example.ts.net/")
	p.state(fsm.AwaitingCode)

	// As secrets.yaml of the page has them, with the addresses of this gateway.
	secrets := strings.NewReplacer(
		"futuopend_status", "http://"+p.address+"/status", "futuopend_sms", "http://"+p.address+"/sms",
		"futuopend_token", "Bearer "+exampleAnswer, "futuopend_webhook", "a-long-word")
	type sensor struct {
		Name       string
		Template   string   `yaml:"value_template"`
		Attributes []string `yaml:"json_attributes"`
	}
	type action struct {
		Action string
		Data   struct {
			Title, Message, Text string
			Data                 struct {
				URL     string
				Click   string `yaml:"clickAction"`
				Actions []struct{ Action, Behavior string }
			}
		}
	}
	var house struct {
		Rest []struct {
			Resource string
			Headers  map[string]string
			Sensor   []sensor
			Binary   []sensor `yaml:"binary_sensor"`
		}
		Command map[string]struct {
			URL, Method, Payload string
			ContentType          string `yaml:"content_type"`
			Headers              map[string]string
		} `yaml:"rest_command"`
		Automation []struct {
			Triggers []struct {
				Webhook string            `yaml:"webhook_id"`
				Event   map[string]string `yaml:"event_data"`
			}
			Actions []action
		}
	}
	if err := yaml.Unmarshal([]byte(prose.Read(t, "docker/examples/home-assistant/futuopend.yaml")), &house); err != nil {
		t.Fatal(err)
	}
	ask := func(method, url, kind, body string, headers map[string]string) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, secrets.Replace(url), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range headers {
			request.Header.Set(name, secrets.Replace(value))
		}
		request.Header.Set("Content-Type", kind)
		answer, err := p.client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(text)
	}
	asked := house.Rest[0]
	shows := func(state string) (ready string) {
		t.Helper()
		status, text := ask(http.MethodGet, asked.Resource, "", "", asked.Headers)
		var value map[string]any
		if err := json.Unmarshal([]byte(text), &value); err != nil || status != http.StatusOK {
			t.Fatalf("%d %s: %v", status, text, err)
		}
		values := map[string]any{"value_json": value}
		if got := rendered(asked.Sensor[0].Template, values); got != state {
			t.Errorf("%s shows %q, want %s", asked.Sensor[0].Name, got, state)
		}
		for _, name := range asked.Sensor[0].Attributes {
			if _, ok := value[name]; !ok && state != "connected" {
				t.Errorf("there is no attribute %s in %s", name, text)
			}
		}
		return rendered(asked.Binary[0].Template, values)
	}
	if ready := shows("awaiting_code"); ready != "False" {
		t.Errorf("quotes are %s before the login", ready)
	}

	tells, takes := house.Automation[0], house.Automation[1]
	if got := secrets.Replace(tells.Triggers[0].Webhook); got != "a-long-word" {
		t.Errorf("the webhook is %q", got)
	}
	var told map[string]any
	select {
	case told = <-messages:
	case <-time.After(patience):
		t.Fatalf("no message came within %v\n%s", patience, p.Stderr)
	}
	message := map[string]any{"trigger": map[string]any{"json": told}}
	shown := tells.Actions[0].Data
	for _, part := range [][2]string{
		{shown.Title, "SMS code needed"}, {shown.Message, "FutuOpenD needs an SMS code."},
		{shown.Data.URL, "https://gw.example.ts.net/#ticket="}, {shown.Data.Click, "https://gw.example.ts.net/#ticket="},
	} {
		if got := rendered(part[0], message); !strings.HasPrefix(got, part[1]) {
			t.Errorf("%s is %q, want %q", part[0], got, part[1])
		}
	}
	if button := shown.Data.Actions[0]; button.Action != takes.Triggers[0].Event["action"] || button.Behavior != "textInput" {
		t.Errorf("the message asks with %+v, and the answer is awaited as %v", button, takes.Triggers[0].Event)
	}

	reply := map[string]any{"trigger": map[string]any{"event": map[string]any{"data": map[string]any{"reply_text": opendsim.Code}}}}
	name, ok := strings.CutPrefix(takes.Actions[0].Action, "rest_command.")
	command, known := house.Command[name]
	if !ok || !known {
		t.Fatalf("%s is no command of the file", takes.Actions[0].Action)
	}
	body := rendered(command.Payload, map[string]any{"text": rendered(takes.Actions[0].Data.Text, reply)})
	if status, text := ask(strings.ToUpper(command.Method), command.URL, command.ContentType, body, command.Headers); status != http.StatusAccepted {
		t.Fatalf("the answer is answered with %d %s", status, text)
	}
	p.state(fsm.Connected)
	if out, code := p.command("", "wait"); code != 0 {
		t.Fatalf("wait ends with %d: %s", code, out)
	}
	if ready := shows("connected"); ready != "True" {
		t.Errorf("quotes are %s after the login", ready)
	}
}

// futuQuotes stands in for the package futu-api, as far as bot.py uses it: it connects, is pushed one quote, and has no right to
// more. What a context is given is as in the documentation of the package.
const futuQuotes = `RET_OK, RET_ERROR = 0, -1
class SubType: QUOTE = "QUOTE"
class StockQuoteHandlerBase:
    def on_recv_rsp(self, rsp_pb): return RET_OK, rsp_pb
class OpenQuoteContext:
    def __init__(self, host, port):
        import socket
        socket.create_connection((host, port), timeout=30).close()
    def set_handler(self, handler): self.handler = handler
    def get_global_state(self): return RET_OK, {"server_ver": "1011", "qot_logined": True}
    def subscribe(self, codes, kinds):
        self.handler.on_recv_rsp({"code": codes, "last_price": [float(len(kinds))] * len(codes)})
        return RET_ERROR, "no right to these"
`

func TestTheBotOfTheExampleSaysWhatItIsTold(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: python3 is not installed; bot.py is not tried")
	}
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"))
	if out, code := p.command("", "wait"); code != 0 {
		t.Fatalf("wait ends with %d: %s", code, out)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "futu.py"), []byte(futuQuotes), 0o600); err != nil {
		t.Fatal(err)
	}
	c := runClient(t, []string{"env", "PYTHONPATH=" + folder, "FUTU_PORT=" + p.setting("FUTU_PORT"), "CODES=HK.00700 US.AAPL",
		python, "../../docker/examples/python-quotes/bot.py"}, "")
	c.until("connected: 1011 quotes are logged in: True")
	c.until("quote: HK.00700 1.0", "quote: US.AAPL 1.0", "no quotes: no right to these")
	c.end()
}
