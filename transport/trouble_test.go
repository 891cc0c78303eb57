package transport_test

import (
	"encoding/json"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// trouble is the member of a STATUS.
var trouble = regexp.MustCompile(`,"trouble":\{[^{}]*\}`)

// untroubled is a STATUS without it.
func untroubled(status string) string { return trouble.ReplaceAllString(status, "") }

// told is what a person reads of a trouble.
type told struct {
	Since                               time.Time
	Class, Reason, Detail, Advice, Next string
	Told                                time.Time
}

// troubles asks for the trouble over HTTP and over version 2, which must say the same.
func (h *house) troubles() *told {
	h.t.Helper()
	var overHTTP, overSocket struct {
		State   fsm.State
		Since   time.Time
		Trouble *told
	}
	c := h.connect2()
	defer c.conn.CloseNow()
	_, frame, err := c.conn.Read(h.t.Context())
	_, body := h.fetch("/status")
	if err != nil || json.Unmarshal(frame, &overSocket) != nil || json.Unmarshal([]byte(body), &overHTTP) != nil {
		h.t.Fatalf("%s and %s: %v", frame, body, err)
	}
	if overHTTP.Since.IsZero() {
		h.t.Errorf("%s since when? %s", overHTTP.State, body)
	}
	if a, b := overHTTP.Trouble, overSocket.Trouble; (a == nil) != (b == nil) || a != nil && *a != *b {
		h.t.Errorf("HTTP says %+v, version 2 %+v", a, b)
	}
	return overHTTP.Trouble
}

func TestTheTroubleIsToldInEveryStateButReady(t *testing.T) { synctest.Test(t, testTrouble) }
func testTrouble(t *testing.T) {
	h := open(t)
	defer h.close()
	begun := time.Now()
	seen := map[fsm.State]bool{}
	for _, c := range []struct {
		kinds               []fsm.Kind
		class, reason, next string
	}{
		{[]fsm.Kind{fsm.Boot}, "boot", "FutuOpenD was not started yet", "It is started when somebody starts it."},
		{[]fsm.Kind{fsm.Start}, "start", "FutuOpenD is logging in", "The login goes on."},
		{[]fsm.Kind{fsm.Question}, "question", "FutuOpenD asks something unknown", "It waits there until a person acts."},
		{[]fsm.Kind{fsm.Silence}, "silence", "Silence in the middle of the login", "It is ended and started again if it stays silent for ten minutes."},
		{[]fsm.Kind{fsm.CodeWanted}, "code_wanted", "An SMS code is wanted", "The login goes on when the code is there."},
		{[]fsm.Kind{fsm.CodeNotSent}, "code_not_sent", "The SMS was not sent", "The login goes on when the code is there."},
		{[]fsm.Kind{fsm.CodeTyped}, "code_verifying", "The code is being checked", "FutuOpenD tells whether the answer was right."},
		{[]fsm.Kind{fsm.CaptchaWanted}, "captcha_wanted", "The characters of a picture are wanted", "The login goes on when the characters are there."},
		{[]fsm.Kind{fsm.PasswordPrompt}, "password_prompt", "FutuOpenD asks for the password", "The login goes on when the password is there."},
		{[]fsm.Kind{fsm.LoggedIn}, "api_lost", "Quotes are not confirmed: the API of FutuOpenD takes no connection", "The gateway asks the API of FutuOpenD again, every few seconds."},
		{[]fsm.Kind{fsm.SessionLost}, "session_lost", "The session with the broker is lost", "FutuOpenD tries to get its session back."},
		{[]fsm.Kind{fsm.NetworkFailed, fsm.Exited}, "network_failed", "The network failed", "It is not started again automatically."},
		{[]fsm.Kind{fsm.Start}, "network_failed", "The network failed", "The login goes on."},
		{[]fsm.Kind{fsm.PasswordWrong}, "password_wrong", "The password is wrong", "It is not started again automatically."},
	} {
		h.happens(false, c.kinds...)
		seen[h.journal.Last().To] = true
		got := h.troubles()
		if got == nil || got.Class != c.class || got.Reason != c.reason || got.Next != c.next || got.Advice == "" || !got.Since.Equal(begun) || !got.Told.IsZero() {
			t.Errorf("after %s: %+v", c.kinds, got)
		}
	}
	for _, s := range fsm.States() {
		if !seen[s] {
			t.Errorf("state %s was not looked at", s)
		}
	}
	time.Sleep(time.Minute)
	h.tells(fsm.Event{Kind: fsm.TroubleTold, Of: fsm.PasswordWrong})
	if got := h.troubles(); got == nil || !got.Told.Equal(time.Now()) || got.Class != "password_wrong" {
		t.Errorf("when a person was told: %+v", got)
	}
	h.happens(false, fsm.Start, fsm.LoggedIn, fsm.APIReady)
	h.agent.prove()
	if got := h.troubles(); got != nil {
		t.Errorf("while it is ready: %+v", got)
	}
	time.Sleep(2 * fsm.ProofFor)
	if got := h.troubles(); got == nil || got.Class != "api_lost" || got.Reason != "Quotes are not confirmed: the last proof is too old" || !got.Since.Equal(time.Now().Add(-fsm.ProofFor)) {
		t.Errorf("when nobody proves it any more: %+v", got)
	}
}

func TestTheNextStartIsWhatHappensNext(t *testing.T) { synctest.Test(t, testNextStart) }
func testNextStart(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.NetworkFailed)
	at := time.Now().Add(90 * time.Second)
	h.tells(fsm.Event{Kind: fsm.RestartScheduled, Until: at})
	if got := h.troubles(); got == nil || got.Next != "It is started again automatically at "+at.Local().Format("2006-01-02 15:04 MST")+"." {
		t.Errorf("%+v", got)
	}
	h.tells(fsm.Event{Kind: fsm.Stop, Detail: fsm.StopByClient})
	if got := h.troubles(); got == nil || got.Class != "stop" || got.Reason != "FutuOpenD was stopped by a person" {
		t.Errorf("stopped by a person: %+v", got)
	}
}
