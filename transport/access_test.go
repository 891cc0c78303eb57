package transport_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
)

const token = "correct-horse-battery"

func TestATokenIsNeededForEverythingButProbes(t *testing.T) { synctest.Test(t, testToken) }
func testToken(t *testing.T) {
	h := openWith(t, func(c *transport.Config) { c.Token = token })
	defer h.close()
	h.happens(false, fsm.Boot)
	for _, path := range []string{"/livez", "/readyz", "/"} {
		if code, _ := h.fetch(path); code == http.StatusUnauthorized {
			t.Errorf("%s wants a token", path)
		}
	}
	for _, path := range []string{"/status", "/events", "/captcha.png"} {
		began := time.Now()
		if code, _ := h.fetch(path); code != http.StatusUnauthorized {
			t.Errorf("%s without a token: %d", path, code)
		}
		if took := time.Since(began); took < time.Second {
			t.Errorf("%s is refused after %v: guessing is cheap", path, took)
		}
	}
	for header, want := range map[string]int{
		"": 401, "Bearer": 401, "Bearer wrong-horse-battery": 401, "Basic " + token: 401, "Bearer " + token: 202,
	} {
		if resp, _ := h.post("/init", "", "Authorization", header); resp.StatusCode != want {
			t.Errorf("%q: %d, want %d", header, resp.StatusCode, want)
		}
	}
	if got := h.agent.all(); got != "init" {
		t.Errorf("the agent was told %q", got)
	}
	for _, c := range []struct {
		protocols []string
		header    string
		want      bool
	}{
		{nil, "", false}, {nil, "Bearer " + token, true}, {[]string{"futuopend.v2"}, "", false},
		{[]string{"futuopend.v2", token}, "", true}, {[]string{"futuopend.v1", token}, "", true}, {[]string{token}, "", false},
		{[]string{"futuopend.v2", "wrong-horse-battery"}, "", false},
	} {
		conn, _, err := websocket.Dial(t.Context(), "ws://127.0.0.1:8000/", &websocket.DialOptions{
			HTTPClient: h.pipes.client(), Subprotocols: c.protocols, HTTPHeader: http.Header{"Authorization": {c.header}},
		})
		if (err == nil) != c.want {
			t.Errorf("%v %q: let in %v, want %v", c.protocols, c.header, err == nil, c.want)
		}
		if conn != nil {
			if conn.Subprotocol() == token {
				t.Error("the token is echoed as the subprotocol")
			}
			conn.CloseNow()
		}
	}
}

func TestEventsAreToldAsLinesOrFollowed(t *testing.T) { synctest.Test(t, testEvents) }
func testEvents(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	two := `{"type":"EVENT","seq":2,"at":"2000-01-01T00:00:00Z","kind":"start","from":"idle","to":"initializing"}`
	three := `{"type":"EVENT","seq":3,"at":"2000-01-01T00:00:00Z","kind":"code_wanted","from":"initializing","to":"awaiting_code"}`
	if code, body := h.fetch("/events?after=1"); code != 200 || body != two+"\n"+three+"\n" {
		t.Errorf("%d %s", code, body)
	}
	if code, body := h.fetch("/events?after=3"); code != 200 || body != "" {
		t.Errorf("nothing new: %d %q", code, body)
	}
	if code, _ := h.fetch("/events?after=x"); code != http.StatusBadRequest {
		t.Errorf("no number: %d", code)
	}
	r, err := http.NewRequest(http.MethodGet, "http://127.0.0.1:8000/events?after=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Last-Event-ID", "2")
	resp, err := h.pipes.client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func() string {
		var block []string
		for lines.Scan() && lines.Text() != "" {
			block = append(block, lines.Text())
		}
		return strings.Join(block, "\n")
	}
	if got, want := next(), "id: 3\nevent: code_wanted\ndata: "+three; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	h.happens(false, fsm.LoggedIn)
	if got := next(); !strings.HasPrefix(got, "id: 4\nevent: logged_in\n") {
		t.Errorf("live: %s", got)
	}
	time.Sleep(20 * time.Second)
	if got := next(); got != ": still here" {
		t.Errorf("when nothing happens: %s", got)
	}
}

func TestATokenHasWhatCanStandInAHeader(t *testing.T) {
	for token, want := range map[string]bool{
		token: true, strings.Repeat("a", 16): true, strings.Repeat("Z", 128): true, "0123456789._~-abc": true,
		"": false, strings.Repeat("a", 15): false, strings.Repeat("a", 129): false, "correct horse battery": false,
		"correct,horse,battery": false, "correct-horse-bättery": false, "correct-horse\r\nbattery": false,
	} {
		if got := transport.ValidToken(token); got != want {
			t.Errorf("%q: %v", token, got)
		}
	}
}
