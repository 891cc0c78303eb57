package transport_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
	"github.com/ostai/futuopend-gateway/transport/gate"
)

// fakeGate has one door and the clients that a test gives it.
type fakeGate struct {
	mu      sync.Mutex
	door    gate.DoorStatus
	clients []gate.Client
	ended   []string
}

func (g *fakeGate) Doors() []gate.DoorStatus { return []gate.DoorStatus{g.door} }
func (g *fakeGate) Clients() []gate.Client   { return g.clients }
func (g *fakeGate) Before() []string         { return []string{"10.0.0.7:1234"} }
func (g *fakeGate) Attempts() (uint64, bool) { return 40, true }
func (g *fakeGate) End(address string) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = append(g.ended, address)
	return len(g.clients)
}

// asksWith makes a request with a token and returns what is answered.
func (h *house) asksWith(token, method, path, body string) (int, string) {
	h.t.Helper()
	r, err := http.NewRequest(method, "http://127.0.0.1:8000"+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := h.pipes.Client().Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestTheClientsOfTheDaemonAreToldAndSentAway(t *testing.T) { synctest.Test(t, testClients) }
func testClients(t *testing.T) {
	const full, answers, reads = "full-full-full-full", "answers-answers-answers", "reads-reads-reads-reads"
	at := time.Now()
	g := &fakeGate{
		door:    gate.DoorStatus{Name: "api", Address: "0.0.0.0:11111", Since: at, Clients: 1, Oldest: at, Bytes: gate.Bytes{FromClients: 5, ToClients: 7}},
		clients: []gate.Client{{Door: "api", Address: "10.0.0.5:4000", Since: at, Bytes: gate.Bytes{FromClients: 1, ToClients: 2}}},
	}
	h := openWith(t, func(c *transport.Config) { c.Token, c.AnswerToken, c.ReadToken, c.Gate = full, answers, reads, g })
	defer h.close()
	h.happens(false, fsm.Boot)
	now := at.UTC().Format(time.RFC3339Nano)
	status := `"gate":[{"door":"api","address":"0.0.0.0:11111","open":true,"since":"` + now + `","clients":1,"oldest":"` + now + `","from_clients":5,"to_clients":7}]`
	if code, body := h.asksWith(reads, "GET", "/status", ""); code != 200 || !strings.Contains(body, status) {
		t.Errorf("the status is %d %s, without %s", code, body, status)
	}
	want := `{"clients":[{"door":"api","address":"10.0.0.5:4000","since":"` + now + `","from_client":1,"to_client":2}],"before":["10.0.0.7:1234"]}` + "\n"
	for _, token := range []string{full, reads} {
		if code, body := h.asksWith(token, "GET", "/clients", ""); code != 200 || body != want {
			t.Errorf("got %d %s, want %s", code, body, want)
		}
	}
	for _, c := range []struct {
		token, body string
		code        int
		says        string
	}{
		{reads, "", 403, "token_scope"},
		{answers, "", 403, "token_scope"},
		{full, `{"address":"somewhere"}`, 400, "address_invalid"},
		{full, `{"address":5}`, 400, "address_invalid"},
		{full, `nonsense`, 400, "body_invalid"},
		{full, `{"address":"10.0.0.5"}`, 200, `{"ended":1}`},
		{full, `{"address":"[2001:db8::1]:80"}`, 200, `{"ended":1}`},
		{full, ``, 200, `{"ended":1}`},
	} {
		if code, body := h.asksWith(c.token, "POST", "/clients/close", c.body); code != c.code || !strings.Contains(body, c.says) {
			t.Errorf("%s: got %d %s", c.body, code, body)
		}
	}
	if got := strings.Join(g.ended, ","); got != "10.0.0.5,[2001:db8::1]:80," {
		t.Errorf("ended were %q", got)
	}
}

func TestAShutDoorTellsHowManyTried(t *testing.T) { synctest.Test(t, testShutDoor) }
func testShutDoor(t *testing.T) {
	g := &fakeGate{door: gate.DoorStatus{Name: "api", Address: "127.0.0.1:11111", Why: "address already in use"}}
	h := openWith(t, func(c *transport.Config) { c.Gate = g })
	defer h.close()
	h.happens(false, fsm.Boot)
	want := `"gate":[{"door":"api","address":"127.0.0.1:11111","open":false,"why":"address already in use","clients":0,"from_clients":0,"to_clients":0,"attempts":40}]`
	if code, body := h.asksWith("", "GET", "/status", ""); code != 200 || !strings.Contains(body, want) {
		t.Errorf("the status is %d %s, without %s", code, body, want)
	}
}

func TestWithoutAGateNothingIsToldOfClients(t *testing.T) { synctest.Test(t, testNoGate) }
func testNoGate(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	for path, method := range map[string]string{"/clients": "GET", "/clients/close": "POST"} {
		if code, body := h.asksWith("", method, path, ""); code != 409 || !strings.Contains(body, "gate_off") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if _, body := h.asksWith("", "GET", "/status", ""); strings.Contains(body, `"gate"`) {
		t.Errorf("the status is %s", body)
	}
}
