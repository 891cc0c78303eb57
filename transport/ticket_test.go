package transport_test

import (
	"context"
	"encoding/json"
	"net/http"
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

// guarded is a house with a token, in which a code is wanted: challenge 3.
func guarded(t *testing.T) *house {
	h := openWith(t, func(c *transport.Config) { c.Token = token })
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	return h
}

// redeem sends a ticket. It returns the session's token, or the code of the refusal.
func (h *house) redeem(ticket string, header ...string) (session, refusal string) {
	h.t.Helper()
	resp, body := h.post("/ticket", `{"ticket":"`+ticket+`"}`, header...)
	var answer struct{ Token, Code string }
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		h.t.Fatalf("%s: %v", body, err)
	}
	want := http.StatusForbidden
	if answer.Token != "" {
		want = http.StatusOK
	}
	if resp.StatusCode != want {
		h.t.Errorf("%s is answered with %s", body, resp.Status)
	}
	return answer.Token, answer.Code
}

// enter makes a ticket for a challenge and redeems it.
func (h *house) enter(challenge uint64) string {
	h.t.Helper()
	session, refusal := h.redeem(h.tickets.Issue(challenge))
	if session == "" {
		h.t.Fatalf("the ticket is refused: %s", refusal)
	}
	return session
}

// with does a request with a session's token, and returns the status and the code of a refusal.
func (h *house) with(session, method, path, body string) (int, string) {
	h.t.Helper()
	r, err := http.NewRequest(method, "http://127.0.0.1:8000"+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+session)
	resp, err := h.pipes.Poster().Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	var p struct{ Code string }
	if resp.StatusCode >= 400 {
		json.NewDecoder(resp.Body).Decode(&p)
	}
	return resp.StatusCode, p.Code
}

func (h *house) connectWith(session string) client {
	h.t.Helper()
	conn, _, err := websocket.Dial(h.t.Context(), "ws://127.0.0.1:8000/", &websocket.DialOptions{
		HTTPClient: h.pipes.Client(), Subprotocols: []string{"futuopend.v2", session},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return client{h.t, conn}
}

func TestATicketLetsInOnce(t *testing.T) { synctest.Test(t, testTicketOnce) }
func testTicketOnce(t *testing.T) {
	h := guarded(t)
	defer h.close()
	one, another := h.tickets.Issue(3), h.tickets.Issue(3)
	if one == another || !transport.ValidToken(one) || strings.ContainsAny(one, "._~-") {
		t.Errorf("tickets %q and %q", one, another)
	}
	if session, refusal := h.redeem(one); !transport.ValidToken(session) {
		t.Errorf("refused: %s", refusal)
	}
	began := time.Now()
	if _, refusal := h.redeem(one); refusal != "ticket_used" {
		t.Errorf("used twice: %q", refusal)
	}
	if took := time.Since(began); took < time.Second || h.server.Failed() != 1 {
		t.Errorf("a used ticket is refused after %v, and %d failures are counted", took, h.server.Failed())
	}
	if session, refusal := h.redeem(another); session == "" {
		t.Errorf("the ticket of another message is refused: %s", refusal)
	}
}

func TestOfManyWhoUseATicketAtOnceOneGetsIn(t *testing.T) { synctest.Test(t, testTicketRace) }
func testTicketRace(t *testing.T) {
	h := guarded(t)
	defer h.close()
	ticket := h.tickets.Issue(3)
	var all sync.WaitGroup
	answers := make(chan string, 20)
	for range cap(answers) {
		all.Go(func() {
			session, refusal := h.redeem(ticket)
			if session != "" {
				refusal = "in"
			}
			answers <- refusal
		})
	}
	all.Wait()
	close(answers)
	counted := map[string]int{}
	for a := range answers {
		counted[a]++
	}
	if counted["in"] != 1 || counted["ticket_used"] != cap(answers)-1 {
		t.Errorf("answers: %v", counted)
	}
}

func TestATicketThatIsNotOfThisChallengeOrThisRunIsRefused(t *testing.T) {
	synctest.Test(t, testTicketWrong)
}
func testTicketWrong(t *testing.T) {
	h := guarded(t)
	defer h.close()
	other := guarded(t)
	defer other.close()
	good := h.tickets.Issue(3)
	flipped := []byte(good)
	flipped[20] ^= 1 // another letter or digit of the alphabet, or none
	for _, c := range []struct{ ticket, want string }{
		{other.tickets.Issue(3), "ticket_wrong"}, // as after a restart
		{string(flipped), "ticket_wrong"},
		{good[:95], "ticket_wrong"},
		{good + good, "ticket_wrong"},
		{"", "ticket_wrong"},
		{token, "ticket_wrong"},
		{h.tickets.Issue(2), "ticket_expired"},
		{h.tickets.Issue(4), "ticket_expired"},
	} {
		if _, refusal := h.redeem(c.ticket); refusal != c.want {
			t.Errorf("%q: %q, want %s", c.ticket, refusal, c.want)
		}
	}
	for _, body := range []string{"", "{}", `{"ticket":1}`} {
		if resp, _ := h.post("/ticket", body); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %s", body, resp.Status)
		}
	}
	if resp, _ := h.post("/ticket", `{"ticket":"`+good+`"}`, "Origin", "http://evil.example"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %s", resp.Status)
	}
	h.happens(false, fsm.CodeTyped, fsm.CodeRejected)
	if _, refusal := h.redeem(good); refusal != "ticket_expired" {
		t.Errorf("after another challenge was opened: %q", refusal)
	}
	late := h.tickets.Issue(5)
	time.Sleep(15 * time.Minute)
	if _, refusal := h.redeem(late); refusal != "ticket_expired" {
		t.Errorf("after 15 minutes: %q", refusal)
	}
	h.happens(false, fsm.LoggedIn)
	if got := h.tickets.Issue(0); got != "" {
		t.Errorf("without a challenge there is the ticket %q", got)
	}
}

func TestWithoutATokenThereAreNoTickets(t *testing.T) { synctest.Test(t, testNoTickets) }
func testNoTickets(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	if got := h.tickets.Issue(3); got != "" {
		t.Errorf("there is the ticket %q", got)
	}
}

func TestASessionAnswersWhatIsAskedAndNothingElse(t *testing.T) { synctest.Test(t, testScope) }
func testScope(t *testing.T) {
	h := guarded(t)
	defer h.close()
	session := h.enter(3)
	for _, c := range []struct {
		method, path, body string
		status             int
		code               string
	}{
		{"GET", "/status", "", 200, ""},
		{"GET", "/events?after=0", "", 200, ""},
		{"GET", "/lines", "", 200, ""},
		{"GET", "/captcha.png", "", 200, ""},
		{"POST", "/code", `{"code":"123456"}`, 202, ""},
		{"POST", "/resend", "", 202, ""},
		{"POST", "/captcha", `{"answer":"K7QX"}`, 202, ""},
		{"POST", "/init", "", 403, "ticket_scope"},
		{"POST", "/restart", "", 403, "ticket_scope"},
		{"POST", "/stop", "", 403, "ticket_scope"},
		{"POST", "/password", `{"password":"x"}`, 403, "ticket_scope"},
	} {
		if status, code := h.with(session, c.method, c.path, c.body); status != c.status || code != c.code {
			t.Errorf("%s %s: %d %s", c.method, c.path, status, code)
		}
	}
	w := h.connectWith(session)
	if _, _, err := w.conn.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	for frame, want := range map[string]string{
		`{"type":"STATUS"}`: "STATUS", `{"type":"SUBSCRIBE","after":3}`: "ACK", `{"type":"LINES"}`: "LINES",
		`{"type":"VERIFY_CODE","code":"123456"}`: "ACK", `{"type":"VERIFY_CAPTCHA","answer":"K7QX"}`: "ACK",
		`{"type":"RESEND_CODE"}`: "ACK", `{"type":"NEW_CAPTCHA"}`: "ACK",
		`{"type":"INIT"}`: "ticket_scope", `{"type":"RESTART"}`: "ticket_scope", `{"type":"STOP"}`: "ticket_scope",
	} {
		w.send(frame)
		var f struct{ Type, Error string }
		if _, b, err := w.conn.Read(t.Context()); err != nil || json.Unmarshal(b, &f) != nil || f.Type != want && f.Error != want {
			t.Errorf("%s: %s %v", frame, b, err)
		}
	}
	if told := h.agent.all(); strings.Contains(told, "init") || strings.Contains(told, "stop") || strings.Contains(told, "restart") || strings.Contains(told, "password") {
		t.Errorf("the agent was told %q", told)
	}
	old, _, err := h.dial(http.Header{"Authorization": {"Bearer " + session}})
	if err != nil {
		t.Fatal(err)
	}
	one := client{t, old}
	one.want("in version 1", requestCode)
	one.send(`{"type":"INIT"}`)
	one.wantError("in version 1", "ticket_scope")
	old.CloseNow()
	w.conn.CloseNow()
}

func TestASessionGoesOnAfterAWrongCodeAndLooksOnWhenTheLoginIsOver(t *testing.T) {
	synctest.Test(t, testSessionGoesOn)
}
func testSessionGoesOn(t *testing.T) {
	h := guarded(t)
	defer h.close()
	session := h.enter(3)
	answer := func(why string, want int) {
		t.Helper()
		if status, code := h.with(session, "POST", "/code", `{"code":"123456"}`); status != want {
			t.Errorf("%s, a code is answered with %d %s", why, status, code)
		}
	}
	h.happens(false, fsm.CodeTyped, fsm.CodeRejected)
	answer("after a wrong one", 202)
	h.happens(false, fsm.CaptchaWanted)
	answer("when a captcha is wanted", 202)
	h.happens(false, fsm.CaptchaTyped, fsm.LoggedIn)
	answer("after the login", 403)
	time.Sleep(2*time.Minute - time.Second)
	if status, _ := h.with(session, "GET", "/status", ""); status != 200 {
		t.Errorf("two minutes after the login, a look is answered with %d", status)
	}
	time.Sleep(time.Second)
	if status, code := h.with(session, "GET", "/status", ""); status != 401 || code != "unauthorized" {
		t.Errorf("after that, with %d %s", status, code)
	}
}

func TestASessionDoesNotAnswerForALaterLogin(t *testing.T) { synctest.Test(t, testLaterLogin) }
func testLaterLogin(t *testing.T) {
	h := guarded(t)
	defer h.close()
	session := h.enter(3)
	h.happens(false, fsm.Exited, fsm.Start, fsm.CodeWanted)
	if status, code := h.with(session, "POST", "/code", `{"code":"123456"}`); status != 403 || code != "ticket_scope" {
		t.Errorf("%d %s", status, code)
	}
	if got := h.agent.all(); got != "" {
		t.Errorf("the agent was told %q", got)
	}
}

func TestAConnectionIsCutWhenItsSessionIsOver(t *testing.T) { synctest.Test(t, testCut) }
func testCut(t *testing.T) {
	for _, c := range []struct {
		kind  fsm.Kind // what happens after a minute
		after time.Duration
	}{{fsm.LoggedIn, 3 * time.Minute}, {fsm.Exited, 3 * time.Minute}, {fsm.CodeSent, 30 * time.Minute}} {
		h := guarded(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour) // for a connection that is never cut
		w := h.connectWith(h.enter(3))
		followed, err := http.NewRequestWithContext(ctx, "GET", "http://127.0.0.1:8000/events?after=3", nil)
		if err != nil {
			t.Fatal(err)
		}
		followed.Header.Set("Accept", "text/event-stream")
		followed.Header.Set("Authorization", "Bearer "+h.enter(3))
		resp, err := h.pipes.Client().Do(followed)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var reading sync.WaitGroup
		reading.Go(func() {
			buf := make([]byte, 1000)
			for _, err := resp.Body.Read(buf); err == nil; _, err = resp.Body.Read(buf) {
			}
			if took := time.Since(began); took != c.after {
				t.Errorf("%s: what follows the events ended after %v", c.kind, took)
			}
		})
		reading.Go(func() {
			for err == nil {
				_, _, err = w.conn.Read(ctx)
			}
			if took := time.Since(began); took != c.after || websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
				t.Errorf("%s: the connection ended after %v with %v", c.kind, took, err)
			}
		})
		time.Sleep(time.Minute)
		h.happens(false, c.kind)
		reading.Wait()
		resp.Body.Close()
		cancel()
		h.close()
	}
}

func TestTheOldestSessionGivesWayToANewOne(t *testing.T) { synctest.Test(t, testSessionBound) }
func testSessionBound(t *testing.T) {
	h := guarded(t)
	defer h.close()
	first := h.enter(3)
	w := h.connectWith(first)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for _, _, err := w.conn.Read(t.Context()); err == nil; _, _, err = w.conn.Read(t.Context()) {
		}
	}()
	time.Sleep(time.Second)
	second := h.enter(3)
	for range 63 {
		h.enter(3)
	}
	<-ended // its connection is cut
	if status, _ := h.with(first, "GET", "/status", ""); status != 401 {
		t.Errorf("the oldest of 65 is still let in: %d", status)
	}
	if status, _ := h.with(second, "GET", "/status", ""); status != 200 {
		t.Errorf("the second of 65 is not: %d", status)
	}
}

func TestNoTicketAndNoSessionIsLogged(t *testing.T) { synctest.Test(t, testTicketsAreSecret) }
func testTicketsAreSecret(t *testing.T) {
	core, logged := observer.New(zapcore.DebugLevel)
	h := openWith(t, func(c *transport.Config) { c.Token, c.Log = token, zap.New(core) })
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	ticket := h.tickets.Issue(3)
	session, _ := h.redeem(ticket)
	h.redeem(ticket)
	h.fetch("/status?ticket=" + ticket)
	h.with(ticket, "GET", "/status", "") // a ticket is no token
	h.with(session, "POST", "/stop", "")
	w := h.connectWith(session)
	w.send(`{"type":"STOP","ticket":"` + ticket + `"}`)
	w.conn.CloseNow()
	if logged.Len() < 4 {
		t.Errorf("%d lines are logged: the test proves nothing", logged.Len())
	}
	for _, e := range logged.All() {
		line, err := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()).EncodeEntry(e.Entry, e.Context)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{ticket, session, token} {
			if strings.Contains(line.String(), secret) {
				t.Errorf("the log tells a secret: %s", line)
			}
		}
	}
}

func TestTheDaemonsLastLinesAreTold(t *testing.T) { synctest.Test(t, testLines) }
func testLines(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	if code, body := h.fetch("/lines"); code != 200 || body != `{"lines":["a line"]}`+"\n" {
		t.Errorf("%d %s", code, body)
	}
	c := h.connect2()
	c.want("on connecting", `{"type":"STATUS","state":"idle","status":-1,"since":`+at+`,"seq":1,"ready":false,"missing":"login"}`)
	c.send(`{"type":"LINES","id":"x"}`)
	c.want("in answer", `{"type":"LINES","id":"x","lines":["a line"]}`)
}

func TestATicketCannotFillTheJournal(t *testing.T) { synctest.Test(t, testTicketBound) }
func testTicketBound(t *testing.T) {
	h := guarded(t)
	defer h.close()
	session := h.enter(3)
	obeyed := 0
	for began := time.Now(); time.Since(began) < 10*time.Minute; time.Sleep(100 * time.Millisecond) {
		switch status, code := h.with(session, "POST", "/code", `{"code":"123456"}`); {
		case status == 202:
			obeyed++
		case status != 429 || code != "too_soon":
			t.Fatalf("%d %s", status, code)
		}
	}
	if obeyed < 20 || obeyed > 80 {
		t.Errorf("%d answers of 6000 were obeyed", obeyed)
	}
	if status, _ := h.with(token, "POST", "/code", `{"code":"123456"}`); status != 202 {
		t.Errorf("the token: %d", status)
	}
}
