package transport_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/ostai/futuopend-gateway/fsm"
)

// connect2 connects a client that speaks version 2.
func (h *house) connect2() client {
	h.t.Helper()
	conn, _, err := websocket.Dial(h.t.Context(), "ws://127.0.0.1:8000/", &websocket.DialOptions{
		HTTPClient: h.pipes.Client(), Subprotocols: []string{"futuopend.v2"},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if conn.Subprotocol() != "futuopend.v2" {
		h.t.Fatalf("the subprotocol is %q", conn.Subprotocol())
	}
	return client{h.t, conn}
}

// at is the time in the bubble.
const at = `"2000-01-01T00:00:00Z"`

func TestALoginInVersion2(t *testing.T) { synctest.Test(t, testVersion2) }
func testVersion2(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start)
	c := h.connect2()
	c.want("on connecting", `{"type":"STATUS","state":"initializing","status":0,"since":`+at+`,"seq":2,"ready":false,"missing":"login"}`)
	h.happens(false, fsm.CodeWanted)
	open := `"challenge":{"id":3,"kind":"code","asked":` + at + `,"attempts_left":10}`
	c.want("when a code is wanted", `{"type":"STATUS","state":"awaiting_code","status":1,"since":`+at+`,"seq":3,"ready":false,"missing":"login",`+open+`}`)
	c.send(`{"type":"VERIFY_CODE","code":"123456","id":"a"}`)
	c.want("in answer", `{"type":"ACK","id":"a","state":"awaiting_code","challenge":3}`)
	h.happens(false, fsm.CodeTyped, fsm.CodeRejected)
	c.want("when it was typed", `{"type":"STATUS","state":"verifying","status":2,"since":`+at+`,"seq":4,"ready":false,"missing":"login","challenge":{"id":3,"kind":"code","asked":`+at+`,"attempts_left":9}}`)
	c.want("when it was wrong", `{"type":"CODE_RESULT","challenge":3,"kind":"code","result":"rejected"}`)
	c.want("and wanted again", `{"type":"STATUS","state":"awaiting_code","status":1,"since":`+at+`,"seq":5,"ready":false,"missing":"login","challenge":{"id":5,"kind":"code","asked":`+at+`,"attempts_left":9}}`)
	h.happens(false, fsm.CodeTyped, fsm.LoggedIn)
	c.want("when the next was typed", `{"type":"STATUS","state":"verifying","status":2,"since":`+at+`,"seq":6,"ready":false,"missing":"login","challenge":{"id":5,"kind":"code","asked":`+at+`,"attempts_left":8}}`)
	c.want("when it was right", `{"type":"CODE_RESULT","challenge":5,"kind":"code","result":"accepted"}`)
	c.want("and logged in", `{"type":"STATUS","state":"connected","status":3,"since":`+at+`,"seq":7,"ready":false,"missing":"connect"}`)
	c.send(`{"type":"STATUS","id":7}`)
	c.want("when asked", `{"type":"STATUS","id":7,"state":"connected","status":3,"since":`+at+`,"seq":7,"ready":false,"missing":"connect"}`)
}

func TestASubscriberGetsEveryEntryFromWhereItWants(t *testing.T) { synctest.Test(t, testSubscribe) }
func testSubscribe(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.Version)
	c := h.connect2()
	c.want("on connecting", `{"type":"STATUS","state":"initializing","status":0,"since":`+at+`,"seq":3,"ready":false,"missing":"login"}`)
	c.send(`{"type":"SUBSCRIBE","after":1,"id":1}`)
	// The answer and the first events come from two goroutines; either may be first.
	want := map[string]bool{
		`{"type":"ACK","id":1,"state":"initializing"}`:                                                        true,
		`{"type":"EVENT","seq":2,"at":` + at + `,"kind":"start","from":"idle","to":"initializing"}`:           true,
		`{"type":"EVENT","seq":3,"at":` + at + `,"kind":"version","from":"initializing","to":"initializing"}`: true,
	}
	for range 3 {
		_, b, err := c.conn.Read(t.Context())
		if err != nil || !want[string(b)] {
			t.Fatalf("got %s and %v", b, err)
		}
		delete(want, string(b))
	}
	h.happens(false, fsm.LoggedIn)
	c.want("live", `{"type":"EVENT","seq":4,"at":`+at+`,"kind":"logged_in","from":"initializing","to":"connected"}`)
	c.want("and the state", `{"type":"STATUS","state":"connected","status":3,"since":`+at+`,"seq":4,"ready":false,"missing":"connect"}`)
}

func TestWhatIsRefusedInVersion2(t *testing.T) { synctest.Test(t, testRefused2) }
func testRefused2(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot)
	c := h.connect2()
	c.want("on connecting", `{"type":"STATUS","state":"idle","status":-1,"since":`+at+`,"seq":1,"ready":false,"missing":"login"}`)
	h.agent.wrong = &fsm.Refusal{Code: "too_soon", Message: "wait", Wait: 42 * time.Second}
	c.send(`{"type":"RESEND_CODE","id":5}`)
	c.want("too soon", `{"type":"ERROR","id":5,"error":"too_soon","message":"wait","wait":42}`)
	h.agent.wrong = nil
	for _, x := range []struct{ frame, code string }{
		{`hello`, "frame_invalid"},
		{`{"type":"NOTHING"}`, "type_unknown"},
		{`{"type":"VERIFY_CODE","code":1}`, "body_invalid"},
		{`{"type":"SUBSCRIBE","after":"x"}`, "frame_invalid"},
		{`{"type":"VERIFY_PASSWORD","password":"x"}`, "type_unknown"},
	} {
		c.send(x.frame)
		c.wantError(x.frame, x.code)
	}
	for _, x := range []struct{ frame, told, ack string }{
		{`{"type":"INIT","id":{"x":1}}`, "init", `{"type":"ACK","state":"idle"}`},
		{`{"type":"RESTART","id":"r"}`, "restart", `{"type":"ACK","id":"r","state":"idle","risk":"a risk"}`},
		{`{"type":"INIT","again":true}`, "init again", `{"type":"ACK","state":"idle"}`},
		{`{"type":"RESTART","again":true}`, "restart again", `{"type":"ACK","state":"idle","risk":"a risk"}`},
		{`{"type":"STOP"}`, "stop", `{"type":"ACK","state":"idle"}`},
		{`{"type":"RESEND_CODE"}`, "resend", `{"type":"ACK","state":"idle"}`},
		{`{"type":"NEW_CAPTCHA"}`, "new captcha", `{"type":"ACK","state":"idle"}`},
		{`{"type":"VERIFY_CAPTCHA","answer":"K7QX"}`, "captcha K7QX", `{"type":"ACK","state":"idle"}`},
	} {
		c.send(x.frame)
		c.want(x.frame, x.ack)
	}
	if got := h.agent.all(); got != "resend, init, restart, init again, restart again, stop, resend, new captcha, captcha K7QX" {
		t.Errorf("the agent was told %q", got)
	}
}

func TestWhatBecomesOfAnAnswer(t *testing.T) { synctest.Test(t, testResults) }
func testResults(t *testing.T) {
	for _, x := range []struct {
		wanted, typed, then fsm.Kind
		kind, result        string
	}{
		{fsm.CodeWanted, fsm.CodeTyped, fsm.LoggedIn, "code", "accepted"},
		{fsm.CodeWanted, fsm.CodeTyped, fsm.CodeTimeout, "code", "timeout"},
		{fsm.CodeWanted, fsm.CodeTyped, fsm.CodeNotTyped, "code", "refused"},
		{fsm.CodeWanted, fsm.CodeTyped, fsm.LoginFailed, "code", "rejected"},
		{fsm.CaptchaWanted, fsm.CaptchaTyped, fsm.CodeWanted, "captcha", "accepted"},
		{fsm.CaptchaWanted, fsm.CaptchaTyped, fsm.CaptchaRejected, "captcha", "rejected"},
		{fsm.CaptchaWanted, fsm.CaptchaTyped, fsm.CaptchaTimeout, "captcha", "timeout"},
	} {
		h := open(t)
		h.happens(false, fsm.Boot, fsm.Start, x.wanted, x.typed)
		c := h.connect2()
		if _, _, err := c.conn.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.happens(false, x.then)
		c.want(string(x.then), `{"type":"CODE_RESULT","challenge":3,"kind":"`+x.kind+`","result":"`+x.result+`"}`)
		c.conn.CloseNow()
		h.close()
	}
}

func TestAHeldCodeThatWasNotTypedIsTold(t *testing.T) { synctest.Test(t, testHeldCodeRefused) }
func testHeldCodeRefused(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start)
	two, one := h.connect2(), h.connect()
	if _, _, err := two.conn.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.happens(true, fsm.CodeWanted)
	h.tells(fsm.Event{Kind: fsm.CodeRefused, Challenge: 3, Until: time.Now().Add(42 * time.Second)})
	if _, _, err := two.conn.Read(t.Context()); err != nil { // STATUS, because the code is wanted
		t.Fatal(err)
	}
	two.want("in version 2", `{"type":"CODE_RESULT","challenge":3,"kind":"code","result":"refused","wait":42}`)
	one.want("in version 1, which was not asked before", `{"type":"REQUEST_CODE"}`)
}
