package transport_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
)

// post sends a body and returns the answer.
func (h *house) post(path, body string, header ...string) (*http.Response, string) {
	h.t.Helper()
	return h.sent(h.pipes.Poster(), http.MethodPost, "", path, strings.NewReader(body), header...)
}

// asked sends a request for a host.
func (h *house) asked(method, host, path string, header ...string) (*http.Response, string) {
	h.t.Helper()
	return h.sent(h.pipes.Client(), method, host, path, nil, header...)
}

// sent is the answer to a request for a host; empty for the gateway's own. Headers are names and values in turn.
func (h *house) sent(by *http.Client, method, host, path string, body io.Reader, header ...string) (*http.Response, string) {
	h.t.Helper()
	r, err := http.NewRequest(method, "http://127.0.0.1:8000"+path, body)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Host = cmp.Or(host, r.Host)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := by.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp, string(text)
}

func TestCommandsOverHTTP(t *testing.T) { synctest.Test(t, testPosts) }
func testPosts(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	for _, c := range []struct{ path, body, told, answer string }{
		{"/init", "", "init", `{"state":"awaiting_code","challenge":3}` + "\n"},
		{"/init", `{"again":false}`, "init", `{"state":"awaiting_code","challenge":3}` + "\n"},
		{"/init", `{"again":true}`, "init again", `{"state":"awaiting_code","challenge":3}` + "\n"},
		{"/restart", `{"again":true}`, "restart again", `{"state":"awaiting_code","challenge":3,"risk":"a risk"}` + "\n"},
		{"/restart", "", "restart", `{"state":"awaiting_code","challenge":3,"risk":"a risk"}` + "\n"},
		{"/stop", "{}", "stop", `{"state":"awaiting_code","challenge":3}` + "\n"},
		{"/resend", "", "resend", `{"state":"awaiting_code","challenge":3}` + "\n"},
		{"/code", `{"code":"123456"}`, "code 123456", `{"state":"awaiting_code","challenge":3}` + "\n"},
		{"/captcha", `{"answer":"K7QX"}`, "captcha K7QX", `{"state":"awaiting_code","challenge":3}` + "\n"},
	} {
		resp, body := h.post(c.path, c.body)
		if resp.StatusCode != http.StatusAccepted || body != c.answer || !strings.HasSuffix(h.agent.all(), c.told) {
			t.Errorf("%s: %d %q; the agent was told %q", c.path, resp.StatusCode, body, h.agent.all())
		}
	}
	h.happens(false, fsm.CaptchaWanted)
	if h.post("/resend", ""); !strings.HasSuffix(h.agent.all(), "new captcha") {
		t.Errorf("/resend while a captcha is wanted: %q", h.agent.all())
	}
	if code, body := h.fetch("/captcha.png"); code != 200 || body != "PNG" {
		t.Errorf("/captcha.png: %d %q", code, body)
	}
	for form, picture := range map[string]string{"image/png": "\x89PNG\r\n\x1a\n", "image/jpeg": "\xff\xd8\xff\xe0"} {
		h.agent.picture = []byte(picture)
		resp, err := h.pipes.Client().Get("http://127.0.0.1:8000/captcha.png")
		if err != nil || resp.Header.Get("Content-Type") != form {
			t.Errorf("a picture as %s: %v, %v", form, resp, err)
			continue
		}
		resp.Body.Close()
	}
}

func TestTheStatusHasEverythingThatAClientNeeds(t *testing.T) { synctest.Test(t, testStatus) }
func testStatus(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start)
	time.Sleep(time.Second)
	h.happens(false, fsm.CodeWanted)
	time.Sleep(time.Second)
	h.happens(false, fsm.CodeSent)
	for _, c := range []struct {
		kind fsm.Kind
		want string
	}{
		{"", `{"state":"awaiting_code","status":1,"since":"2000-01-01T00:00:01Z","seq":4,"ready":false,"missing":"login",` +
			`"challenge":{"id":3,"kind":"code","asked":"2000-01-01T00:00:01Z","again":"2000-01-01T00:01:02Z","attempts_left":10}}`},
		{fsm.CodeTyped, `{"state":"verifying","status":2,"since":"2000-01-01T00:00:02Z","seq":5,"ready":false,"missing":"login",` +
			`"challenge":{"id":3,"kind":"code","asked":"2000-01-01T00:00:01Z","again":"2000-01-01T00:01:02Z","attempts_left":9}}`},
		{fsm.CodeRejected, `{"state":"awaiting_code","status":1,"since":"2000-01-01T00:00:02Z","seq":6,"ready":false,"missing":"login",` +
			`"challenge":{"id":6,"kind":"code","asked":"2000-01-01T00:00:02Z","again":"2000-01-01T00:01:02Z","attempts_left":9}}`},
		{fsm.LoggedIn, `{"state":"connected","status":3,"since":"2000-01-01T00:00:02Z","seq":7,"ready":false,"missing":"connect"}`},
		{fsm.PasswordWrong, `{"state":"halted","status":-3,"since":"2000-01-01T00:00:02Z","seq":8,"ready":false,"missing":"login",` +
			`"halted":{"class":"password_wrong","advice":"` + fsm.PasswordWrong.Advice() + `"}}`},
	} {
		if c.kind != "" {
			h.happens(false, c.kind)
		}
		if code, body := h.fetch("/status"); code != 200 || untroubled(body) != c.want+"\n" {
			t.Errorf("after %q: %d\ngot  %swant %s", c.kind, code, body, c.want)
		}
	}
	h.agent.unknown = []fsm.Unknown{{Text: "谁也不认识", Count: 2, Last: time.Date(2000, 1, 1, 0, 0, 9, 0, time.UTC)}}
	if _, body := h.fetch("/status"); !strings.Contains(body, `,"unknown":[{"line":"谁也不认识","count":2,"last":"2000-01-01T00:00:09Z"}]}`) {
		t.Errorf("a line that no rule knows is not listed: %s", body)
	}
}

func TestWhatIsRefusedOverHTTP(t *testing.T) { synctest.Test(t, testRefusedPosts) }
func testRefusedPosts(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	for _, c := range []struct {
		path, body string
		status     int
		code       string
	}{
		{"/code", strings.Repeat("x", 5000), 413, "body_too_large"},
		{"/code", "hello", 400, "body_invalid"},
		{"/code", "null", 400, "body_invalid"},
		{"/code", "{}", 400, "body_invalid"},
		{"/code", `{"code":123456}`, 400, "body_invalid"},
		{"/init", `{"again":"yes"}`, 400, "body_invalid"},
		{"/restart", `{"again":1}`, 400, "body_invalid"},
		// The peer of a pipe has no address, so it is not this machine.
		{"/password", `{"password":"x"}`, 403, "not_local"},
	} {
		resp, body := h.post(c.path, c.body)
		var p struct{ Title, Detail, Code string }
		if err := json.Unmarshal([]byte(body), &p); err != nil || resp.StatusCode != c.status || p.Code != c.code || p.Detail == "" ||
			resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %.20q: %d %s", c.path, c.body, resp.StatusCode, body)
		}
	}
	if got := h.agent.all(); got != "" {
		t.Errorf("the agent was told %q", got)
	}
	for code, want := range map[string]int{
		"code_pending": 409, "code_not_wanted": 409, "code_invalid": 400, "not_safe": 409, "too_soon": 429, "picture_missing": 404, "journal_unwritable": 503,
	} {
		h.agent.wrong = &fsm.Refusal{Code: code, Message: "no", Wait: 42 * time.Second}
		resp, body := h.post("/code", `{"code":"123456"}`)
		if resp.StatusCode != want || resp.Header.Get("Retry-After") != "42" {
			t.Errorf("%s: %d %v %s", code, resp.StatusCode, resp.Header, body)
		}
	}
	h.agent.wrong = errors.New("the gateway is stopping")
	if resp, _ := h.post("/init", ""); resp.StatusCode != 503 {
		t.Errorf("another error: %d", resp.StatusCode)
	}
}

// Each request is wrong in two ways that are checked one after the other, and the first is told. What the agent checks
// after these is tried with a real one, in cmd.
func TestAPostIsCheckedInTheOrderThatIsPromised(t *testing.T) { synctest.Test(t, testOrder) }
func testOrder(t *testing.T) {
	h := openWith(t, func(c *transport.Config) { c.Token = token })
	defer h.close()
	h.happens(false, fsm.Boot)
	h.agent.wrong = &fsm.Refusal{Code: "code_not_wanted", Message: "no"}
	for _, c := range []struct {
		pair, path, body, token string
		status                  int
		late                    bool // as guessing is answered
	}{
		{"size, JSON", "/code", strings.Repeat("x", 5000), token, 413, false},
		{"authority, size", "/code", `{"code":"` + strings.Repeat("1", 5000) + `"}`, "", 401, true},
		{"authority, size", "/stop", strings.Repeat("x", 5000), "", 401, true},
		{"authority, JSON", "/code", `{"code":`, "", 401, true},
		{"authority, JSON", "/init", `[]`, "", 401, true},
		{"place, JSON", "/password", `{"password":1}`, token, 403, false},
		{"JSON, text", "/code", `{"code":`, token, 400, false},
		{"text, state", "/code", `{"code":123456}`, token, 400, false},
		{"text, state", "/code", ``, token, 400, false},
		{"text, state", "/captcha", `{"code":"K7QX"}`, token, 400, false},
		{"JSON, state", "/code", `{}`, token, 400, false},
		{"authority, state", "/code", `{"code":"123456"}`, "", 401, true},
		{"authority, state", "/code", `{"code":"123456"}`, "wrong-horse-battery", 401, true},
		{"authority, state", "/resend", ``, "", 401, true},
		{"authority, place", "/password", `{"password":"x"}`, "", 401, true},
		{"place, state", "/password", `{"password":"x"}`, token, 403, false},
		{"state", "/code", `{"code":"123456"}`, token, 409, false},
	} {
		told, began := h.agent.all(), time.Now()
		resp, body := h.post(c.path, c.body, "Authorization", "Bearer "+c.token)
		if took := time.Since(began); resp.StatusCode != c.status || (took >= time.Second) != c.late {
			t.Errorf("%s: %s %.30s with token %q: %d after %v, want %d\n%s", c.pair, c.path, c.body, c.token, resp.StatusCode, took, c.status, body)
		}
		if c.status != 409 && h.agent.all() != told {
			t.Errorf("%s: %s %.30s: the agent was told %q", c.pair, c.path, c.body, h.agent.all())
		}
	}
}

func TestABodyThatDoesNotComeIsNotWaitedForLongAndNotAtAllByWhoIsTurnedAway(t *testing.T) {
	synctest.Test(t, testLateBody)
}
func testLateBody(t *testing.T) {
	const mine, late, readToken = "127.0.0.1:8000\r\nAuthorization: Bearer " + token, 5 * time.Second, "reads-only-reads-only"
	h := openWith(t, func(c *transport.Config) { c.Token, c.ReadToken = token, readToken })
	defer h.close()
	for _, c := range []struct {
		request, host, begun string
		status               int
		after                time.Duration
	}{
		{"POST /code", mine, "Content-Length: 20\r\n\r\n", 400, late},
		{"POST /code", mine, "Content-Length: 20\r\n\r\n{\"co", 400, late},
		{"POST /code", mine, "Content-Length: 4000\r\n\r\n{\"co", 400, late},
		{"POST /code", mine, "Transfer-Encoding: chunked\r\n\r\n", 400, late},
		{"POST /code", mine, "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"c", 400, late},
		// Nobody wants these bodies. The server reads them all the same, unless the request is turned away.
		{"POST /code", "evil.example", "Content-Length: 20\r\n\r\n{\"co", 421, 0},
		{"POST /code", "evil.example", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"c", 421, 0},
		{"POST /nothing", mine, "Content-Length: 20\r\n\r\n", 404, late},
		{"GET /readyz", mine, "Content-Length: 20\r\n\r\n{\"co", 503, late},
		{"GET /status", mine, "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"c", 200, late},
		{"POST /code", "127.0.0.1:8000", "Content-Length: 20\r\n\r\n", 401, time.Second}, // as late as a wrong token
		{"POST /code", "127.0.0.1:8000\r\nAuthorization: Bearer " + readToken, "Content-Length: 20\r\n\r\n", 403, 0},
		{"POST /code", mine + "\r\nSec-Fetch-Site: cross-site", "Content-Length: 20\r\n\r\n", 403, 0},
		{"POST /code", "evil.example", "Content-Length: 20\r\n\r\n{\"co", 421, 0},
		{"POST /code", "evil.example", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"c", 421, 0},
	} {
		// Bytes on the connection, because a client of the library keeps a body that is not whole to itself.
		conn, err := h.pipes.Dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		conn.SetDeadline(began.Add(time.Minute))
		if _, err := io.WriteString(conn, c.request+" HTTP/1.1\r\nHost: "+c.host+"\r\n"+c.begun); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s, %q: %v after %v", c.request, c.begun, err, time.Since(began))
		}
		if took := time.Since(began); resp.StatusCode != c.status || took != c.after {
			t.Errorf("%s, %q: %d after %v, want %d after %v", c.request, c.begun, resp.StatusCode, took, c.status, c.after)
		}
		conn.Close()
	}
}

func TestAClientThatDoesNotReadItsAnswerIsDropped(t *testing.T) { synctest.Test(t, testUnreadAnswer) }
func testUnreadAnswer(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	for range 1000 {
		h.happens(false, fsm.Quota)
	}
	for _, c := range []struct {
		why   string
		after time.Duration
		whole bool
	}{{"in time", 59 * time.Second, true}, {"too late", 61 * time.Second, false}} {
		conn, err := h.pipes.Dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, "GET /events?after=0 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nConnection: close\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(c.after)
		text, _ := io.ReadAll(conn)
		if whole := strings.Contains(string(text), `"seq":1001,`); whole != c.whole {
			t.Errorf("%s: the last entry is there: %v, in %d bytes", c.why, whole, len(text))
		}
		conn.Close()
	}
}

func TestNothingThatActsIsAGetOrAnotherSitesRequest(t *testing.T) { synctest.Test(t, testForged) }
func testForged(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	for _, path := range []string{"/init", "/code", "/captcha", "/resend", "/restart", "/stop", "/password"} {
		if code, _ := h.fetch(path); code != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: %d", path, code)
		}
		if resp, _ := h.post(path, "", "Origin", "http://evil.example"); resp.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s from another site: %d", path, resp.StatusCode)
		}
	}
	if got := h.agent.all(); got != "" {
		t.Errorf("the agent was told %q", got)
	}
}
