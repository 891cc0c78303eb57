package transport_test

import (
	"bufio"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

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
			HTTPClient: h.pipes.Client(), Subprotocols: c.protocols, HTTPHeader: http.Header{"Authorization": {c.header}},
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
	resp, err := h.pipes.Poster().Do(r)
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

func TestEachTokenAllowsWhatItIsFor(t *testing.T) { synctest.Test(t, testThreeTokens) }
func testThreeTokens(t *testing.T) {
	const answerer, reader = "answers-horse-battery", "reads-horse-battery"
	h := openWith(t, func(c *transport.Config) { c.Token, c.AnswerToken, c.ReadToken = token, answerer, reader })
	defer h.close()
	h.server.Mount("/metrics", http.NotFoundHandler())
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	bodies := map[string]string{"POST /code": `{"code":"123456"}`, "POST /captcha": `{"answer":"K7QX"}`}
	answers := []string{"POST /code", "POST /captcha", "POST /resend"}
	commands := []string{"POST /init", "POST /restart", "POST /stop"}
	reads := []string{"GET /status", "GET /events?after=0", "GET /lines", "GET /captcha.png", "GET /metrics"}
	for given, may := range map[string][]string{
		token: slices.Concat(reads, answers, commands), answerer: slices.Concat(reads, answers), reader: reads,
	} {
		for _, request := range slices.Concat(reads, answers, commands, []string{"POST /password"}) {
			method, path, _ := strings.Cut(request, " ")
			status, code := h.with(given, method, path, bodies[request])
			if denied := status == 403 && code == "token_scope"; denied == slices.Contains(may, request) && (given != token || request != "POST /password") {
				t.Errorf("%s with %s: %d %s", request, given, status, code)
			}
		}
		c := h.connectWith(given)
		if _, _, err := c.conn.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
		for frame, need := range map[string]string{"STATUS": "GET /status", "RESEND_CODE": "POST /resend", "NEW_CAPTCHA": "POST /resend", "INIT": "POST /init", "STOP": "POST /stop", "NOTHING": "POST /init"} {
			c.send(`{"type":"` + frame + `"}`)
			if _, b, err := c.conn.Read(t.Context()); err != nil || strings.Contains(string(b), "token_scope") == slices.Contains(may, need) {
				t.Errorf("%s with %s: %s %v", frame, given, b, err)
			}
		}
		c.conn.CloseNow()
	}
}

func TestGuessingIsSlowHoweverManyGuessAndIsLoggedOnceASecond(t *testing.T) {
	synctest.Test(t, testGuessing)
}
func testGuessing(t *testing.T) {
	core, log := observer.New(zapcore.DebugLevel)
	h := openWith(t, func(c *transport.Config) { c.Token = token; c.Log = zap.New(core) })
	defer h.close()
	h.happens(false, fsm.Boot)
	const guessers = 64
	began := time.Now()
	var guessing sync.WaitGroup
	for range guessers {
		guessing.Go(func() {
			for time.Since(began) < 20*time.Second {
				if resp, _ := h.asked("GET", "127.0.0.1", "/status", "Authorization", "Bearer wrong-horse-battery"); resp.StatusCode != 401 && resp.StatusCode != 429 {
					t.Errorf("a guess: %d", resp.StatusCode)
				}
			}
		})
	}
	time.Sleep(time.Millisecond)
	// The right token waits its turn among them.
	for range 10 {
		if resp, _ := h.asked("GET", "127.0.0.1", "/status", "Authorization", "Bearer "+token); resp.StatusCode == 200 {
			break
		} else if time.Since(began) > 15*time.Second {
			t.Errorf("the right token is still not let in: %d", resp.StatusCode)
		}
	}
	guessing.Wait()
	took := int(time.Since(began).Seconds())
	if n := int(h.server.Failed()); n < 100 || n > 8*(took+1) {
		t.Errorf("%d guesses were looked at in %d seconds", n, took)
	}
	if n := log.FilterMessageSnippet("right token").Len(); n < 2 || n > took+1 {
		t.Errorf("%d lines in %d seconds", n, took)
	}
}
