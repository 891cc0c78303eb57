package transport_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestReadyMeansProvenByTheDaemonsAPI(t *testing.T) { synctest.Test(t, testReady) }
func testReady(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.LoggedIn)
	h.agent.prove()
	h.tells(fsm.Event{Kind: fsm.APIReady, Detail: "10.11.7108"})
	if code, body := h.fetch("/readyz"); code != 200 || body != `{"state":"connected"}`+"\n" {
		t.Errorf("proven: %d %q", code, body)
	}
	time.Sleep(fsm.ProofFor)
	if code, body := h.fetch("/readyz"); code != 200 {
		t.Errorf("with a proof that just holds: %d %q", code, body)
	}
	time.Sleep(time.Nanosecond)
	if code, body := h.fetch("/readyz"); code != 503 || body != `{"state":"connected","missing":"proof"}`+"\n" {
		t.Errorf("with a proof that is too old: %d %q", code, body)
	}
	h.tells(fsm.Event{Kind: fsm.APILost, Detail: "the quote server is not logged in", Part: fsm.PartQuotes})
	if code, body := h.fetch("/readyz"); code != 503 || body != `{"state":"connected","missing":"quotes"}`+"\n" {
		t.Errorf("with quotes lost: %d %q", code, body)
	}
}

func TestTheStatusHasWhatTheAPITold(t *testing.T) { synctest.Test(t, testStatusOfAPI) }
func testStatusOfAPI(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.LoggedIn)
	if _, body := h.fetch("/status"); strings.Contains(body, `"api"`) {
		t.Errorf("before anything was told: %s", body)
	}
	h.agent.prove()
	h.tells(fsm.Event{Kind: fsm.TradeReady}, fsm.Event{Kind: fsm.QuoteRights, Detail: "HK stock LV2"},
		fsm.Event{Kind: fsm.APIReady, Detail: "10.11.7108"})
	time.Sleep(12 * time.Second)
	_, body := h.fetch("/status")
	want := `"ready":true,"api":{"ready":true,"server":"10.11.7108","trade":true,"rights":"HK stock LV2","proven":"2000-01-01T00:00:00Z","age":12}`
	if !strings.Contains(body, want) {
		t.Errorf("the status is\n%s, want in it\n%s", body, want)
	}
	h.tells(fsm.Event{Kind: fsm.SessionLost})
	var now struct {
		State   string
		Ready   bool
		Missing string
	}
	if _, body = h.fetch("/status"); json.Unmarshal([]byte(body), &now) != nil || now.Ready || now.Missing != "login" || now.State != "reconnecting" {
		t.Errorf("with the session lost: %s", body)
	}
	h.happens(false, fsm.PasswordWrong)
	if _, body = h.fetch("/status"); strings.Contains(body, `"api"`) {
		t.Errorf("of a daemon that is gone: %s", body)
	}
}

func TestClientsAreToldWhenSomethingIsPossibleAgain(t *testing.T) {
	synctest.Test(t, testAgainIsPushed)
}
func testAgainIsPushed(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	at := `"2000-01-01T00:00:00Z"`
	c := h.connect2()
	if _, _, err := c.conn.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.happens(false, fsm.CodeSent)
	c.want("when an SMS was sent", `{"type":"STATUS","state":"awaiting_code","status":1,"since":`+at+`,"seq":4,"ready":false,"missing":"login",`+
		`"challenge":{"id":3,"kind":"code","asked":`+at+`,"again":"2000-01-01T00:01:00Z","attempts_left":10}}`)
	h.happens(false, fsm.NetworkFailed)
	c.want("when the login failed", `{"type":"STATUS","state":"closed","status":-2,"since":`+at+`,"seq":5,"ready":false,"missing":"login"}`)
	h.tells(fsm.Event{Kind: fsm.RestartScheduled, Until: time.Now().Add(30 * time.Second).UTC()})
	c.want("when the next start is known", `{"type":"STATUS","state":"closed","status":-2,"since":`+at+`,"seq":6,"ready":false,"missing":"login",`+
		`"next_start":"2000-01-01T00:00:30Z"}`)
}

func TestClientsAreToldWhenReadinessChanges(t *testing.T) { synctest.Test(t, testReadinessIsPushed) }
func testReadinessIsPushed(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.LoggedIn)
	h.agent.prove()
	at := `"2000-01-01T00:00:00Z"`
	c := h.connect2()
	c.want("on connecting", `{"type":"STATUS","state":"connected","status":3,"since":`+at+`,"seq":3,"ready":false,"missing":"connect"}`)
	h.tells(fsm.Event{Kind: fsm.ErrorCode, Detail: "nothing to tell"}, fsm.Event{Kind: fsm.APIReady, Detail: "10.11.7108"})
	c.want("when it is proven", `{"type":"STATUS","state":"connected","status":3,"since":`+at+`,"seq":5,"ready":true,`+
		`"api":{"ready":true,"server":"10.11.7108","trade":false,"proven":`+at+`,"age":0}}`)
	h.tells(fsm.Event{Kind: fsm.APILost, Detail: "closed", Part: fsm.PartConnect})
	c.want("when it is lost", `{"type":"STATUS","state":"connected","status":3,"since":`+at+`,"seq":6,"ready":false,"missing":"connect",`+
		`"api":{"ready":false,"why":"closed","server":"10.11.7108","trade":false,"proven":`+at+`,"age":0}}`)
}
