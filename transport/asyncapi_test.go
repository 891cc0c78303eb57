package transport_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
)

// description is asyncapi.yaml, as far as the test needs it.
type description struct {
	text     []byte
	messages map[string]any
	compiler *jsonschema.Compiler
}

func describe(t *testing.T) description {
	t.Helper()
	text, err := os.ReadFile("asyncapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	// Through JSON, so that numbers are what the validator knows.
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	d := description{text: text, compiler: jsonschema.NewCompiler()}
	if err := d.compiler.AddResource("asyncapi.json", plain); err != nil {
		t.Fatal(err)
	}
	d.messages = plain.(map[string]any)["components"].(map[string]any)["messages"].(map[string]any)
	return d
}

// fits returns which of the messages of a version that the server sends a frame fits.
func (d description) fits(t *testing.T, frame []byte, names []string) (out []string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(frame))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		schema, err := d.compiler.Compile("asyncapi.json#/components/messages/" + name + "/payload")
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(value) == nil {
			out = append(out, name)
		}
	}
	return out
}

var sent = map[string][]string{
	"version 1": {"requestCode", "requestCaptcha", "requestPassword", "connected", "closed", "halted", "status1", "error1"},
	"version 2": {"status2", "event2", "result2", "ack2", "error2", "lines2"},
}

func TestEveryFrameOfASessionIsDescribed(t *testing.T) { synctest.Test(t, testDescribed) }
func testDescribed(t *testing.T) {
	d := describe(t)
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	seen := map[string]bool{}
	for version, c := range map[string]client{"version 1": h.connect(), "version 2": h.connect2()} {
		synctest.Wait() // both were greeted before anything happens
		frames := make(chan []byte, 1000)
		go func() { // ends with the connection
			for {
				_, b, err := c.conn.Read(t.Context())
				if err != nil {
					close(frames)
					return
				}
				frames <- b
			}
		}()
		for _, frame := range []string{`{"type":"SUBSCRIBE","after":0}`, `{"type":"STATUS","id":"x"}`, `{"type":"INIT","id":1}`, `{"type":"LINES","id":2}`, `nonsense`, `{"type":"VERIFY_CODE","code":"123456"}`} {
			c.send(frame)
		}
		h.happens(false, fsm.Start, fsm.CodeWanted, fsm.CodeSent, fsm.CodeTyped, fsm.LoggedIn, fsm.CaptchaWanted, fsm.CaptchaTyped, fsm.CaptchaTimeout,
			fsm.PasswordPrompt, fsm.PasswordWrong, fsm.Exited, fsm.Start, fsm.NetworkFailed, fsm.Start, fsm.LoggedIn)
		h.agent.prove()
		h.tells(fsm.Event{Kind: fsm.Version, Detail: "10.9.6918"}, fsm.Event{Kind: fsm.RSA, Detail: "No"}, fsm.Event{Kind: fsm.Quota, Detail: "x"},
			fsm.Event{Kind: fsm.QuoteRight, Detail: "US: LV1"}, fsm.Event{Kind: fsm.Connection, Detail: "x"}, fsm.Event{Kind: fsm.TradeReady}, fsm.Event{Kind: fsm.QuoteRights, Detail: "HK stock LV2"}, fsm.Event{Kind: fsm.APIReady, Detail: "10.11.7108"},
			fsm.Event{Kind: fsm.APILost, Detail: "why", Part: fsm.PartQuotes}, fsm.Event{Kind: fsm.Stop})
		c.conn.CloseNow()
		for b := range frames {
			fits := d.fits(t, b, sent[version])
			if len(fits) != 1 {
				t.Errorf("%s: %s fits %q, want one message", version, b, fits)
			}
			for _, name := range fits {
				seen[name] = true
			}
		}
	}
	for _, names := range sent {
		for _, name := range names {
			if !seen[name] {
				t.Errorf("the session has no %s: it proves nothing about it", name)
			}
		}
	}
}

func TestTheDescriptionKnowsEveryStateAndCommand(t *testing.T) {
	d := describe(t)
	for _, s := range fsm.States() {
		if frame := []byte(`{"type":"ACK","state":"` + string(s) + `"}`); len(d.fits(t, frame, []string{"ack2"})) != 1 {
			t.Errorf("state %s is not described", s)
		}
		if frame := fmt.Appendf(nil, `{"type":"STATUS","status":%d}`, s.Status()); len(d.fits(t, frame, []string{"status1"})) != 1 {
			t.Errorf("status %d, which is %s, is not described", s.Status(), s)
		}
	}
	for _, p := range fsm.Parts() {
		if frame := []byte(`{"type":"STATUS","state":"connected","status":3,"seq":1,"ready":false,"missing":"` + string(p) + `"}`); len(d.fits(t, frame, []string{"status2"})) != 1 {
			t.Errorf("the missing part %s is not described", p)
		}
	}
	first, second := transport.Frames()
	for _, c := range slices.Concat(first, second) {
		if !strings.Contains(string(d.text), c) {
			t.Errorf("command %s is not described", c)
		}
	}
	for name := range d.messages {
		if used := strings.Count(string(d.text), "'#/components/messages/"+name+"'"); used != 1 {
			t.Errorf("message %s stands in %d channels", name, used)
		}
	}
}
