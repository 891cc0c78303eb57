package inbox

import (
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// wanted is a bot whose chat was asked for a code.
func wanted(t *testing.T) (*desk, *testbed.Telegram) {
	t.Helper()
	s, d := testbed.NewTelegram(t, token), newDesk(t)
	d.kinds(fsm.Start, fsm.CodeWanted)
	d.open(s.URL("7"))
	heard(t, s)
	return d, s
}

func TestWhoGaveACodeHearsWhatBecameOfIt(t *testing.T) {
	for _, c := range []struct {
		kind fsm.Kind
		says string
	}{
		{fsm.CodeRejected, "result.code.rejected"}, {fsm.LoggedIn, "result.code.accepted"}, {fsm.CodeTimeout, "result.timeout"}, {fsm.CodeNotTyped, "result.refused"},
	} {
		d, s := wanted(t)
		id := s.Write(testbed.Wrote{Chat: person, Text: "314159"})
		d.until("an answer came")
		s.Quiet()
		d.kinds(c.kind)
		if got := s.Next(); got.Text != says(c.says) || got.ReplyTo != id {
			t.Errorf("%s: the bot said %+v", c.kind, got)
		}
	}
}

func TestTheResultOfAnotherWayIsNotTold(t *testing.T) {
	d, s := wanted(t)
	d.tell(0, fsm.Event{Kind: fsm.CodeTyped, By: fsm.ByHTTP})
	d.kinds(fsm.CodeRejected)
	heard(t, s)
	s.Write(testbed.Wrote{Chat: person, Text: "314159"})
	d.until("an answer came")
	d.kinds(fsm.CodeRejected)
	if got := s.Next(); got.Text != says("result.code.rejected") {
		t.Errorf("the bot said %q", got.Text)
	}
	d.tell(0, fsm.Event{Kind: fsm.CodeTyped, By: fsm.ByHTTP})
	d.kinds(fsm.LoggedIn)
	heard(t, s)
}

func TestATextThatIsTooOldOrForNobodyIsAnsweredWithWhy(t *testing.T) {
	s, d := testbed.NewTelegram(t, token), newDesk(t)
	d.kinds(fsm.Start)
	d.open(s.URL("7"))
	heard(t, s)
	for _, c := range []struct {
		asked []fsm.Kind
		says  string
	}{
		{nil, "says.initializing"}, {[]fsm.Kind{fsm.CodeWanted}, "inbox.older"}, {[]fsm.Kind{fsm.CaptchaWanted}, "inbox.older"},
		{[]fsm.Kind{fsm.PasswordPrompt}, "says.awaiting_password"}, {[]fsm.Kind{fsm.LoggedIn}, "says.connected"},
	} {
		for _, k := range c.asked {
			d.tell(time.Hour, fsm.Event{Kind: k}) // it will have been asked when this was written
		}
		s.Write(testbed.Wrote{Chat: person, Text: "314159"})
		if got := s.Next(); got.Text != says(c.says) {
			t.Errorf("after %v the bot said %q", c.asked, got.Text)
		}
	}
	if took := d.took(); took != "" {
		t.Errorf("%s was taken", took)
	}
}

func TestAPictureIsSentAndItsCharactersAreTaken(t *testing.T) {
	s, d := testbed.NewTelegram(t, token), newDesk(t)
	d.kinds(fsm.Start)
	d.open(s.URL("7,-100:5"))
	heard(t, s)
	pictures := func(want string) (inGroup testbed.Post) {
		t.Helper()
		for _, chat := range []string{"7", "-100"} {
			got := s.Next()
			if got.Chat != chat || string(got.Picture) != want || got.Text != says("inbox.picture") {
				t.Errorf("the bot sent %+v, want %q to %s", got, want, chat)
			}
			inGroup = got
		}
		return inGroup
	}
	d.kinds(fsm.CaptchaWanted)
	heard(t, s) // the picture is not there yet
	d.mu.Lock()
	d.picture = []byte("\x89PNG one")
	d.mu.Unlock()
	shown := pictures("\x89PNG one")

	s.Write(testbed.Wrote{Chat: group, From: 9, Text: "hello", Thread: 5}) // any word might be the characters
	heard(t, s)
	if took := d.took(); took != "" {
		t.Errorf("%s was taken", took)
	}
	s.Write(testbed.Wrote{Chat: group, From: 9, Text: " K7QX\n", Thread: 5, ReplyTo: shown.ID})
	d.until("an answer came")
	if took := d.took(); took != "/captcha K7QX false telegram" {
		t.Errorf("%s was taken", took)
	}
	d.kinds(fsm.CaptchaRejected)
	if got := s.Next(); got.Text != says("result.captcha.rejected") || got.Chat != "-100" {
		t.Errorf("the bot said %+v", got)
	}
	pictures("\x89PNG one")
	s.Write(testbed.Wrote{Chat: person, Text: "/resend"})
	heard(t, s)
	if took := d.took(); took != "/resend  false telegram" {
		t.Errorf("%s was taken", took)
	}
	d.kinds(fsm.CaptchaAsked) // as the agent writes it
	pictures("\x89PNG one")
	s.Write(testbed.Wrote{Chat: person, Text: "k7qx"})
	d.until("an answer came")
	d.kinds(fsm.LoggedIn)
	if got := s.Next(); got.Text != says("result.captcha.accepted") {
		t.Errorf("the bot said %+v", got)
	}
}

func TestCommandsWork(t *testing.T) {
	d, s := wanted(t)
	ask := func(text, want string) {
		t.Helper()
		s.Write(testbed.Wrote{Chat: person, Text: text})
		if got := s.Next().Text; got != want {
			t.Errorf("%s: the bot said %q, want %q", text, got, want)
		}
	}
	ask("/start", says("inbox.usage"))
	ask("/resend", says("code.resent"))
	sure := says("inbox.restart.sure", "state", says("says.awaiting_code"))
	ask("/restart", sure)
	d.took()
	ask("/restart", says("inbox.restart.done"))
	if took := d.took(); took != "/restart  false telegram" {
		t.Errorf("%s was taken", took)
	}
	d.mu.Lock()
	d.refuse["/restart"] = &fsm.Refusal{Code: "not_safe", Message: "marker"}
	d.refuse["/resend"] = &fsm.Refusal{Code: "too_soon", Wait: 40 * time.Second}
	d.mu.Unlock()
	ask("/resend", says("error.too_soon", "wait", "40"))
	d.took()
	ask("/restart", sure)
	if took := d.took(); took != "" {
		t.Errorf("%s was taken before it was confirmed", took)
	}
	ask("/restart", says("inbox.restart.unsafe", "why", says("risk.other")))
	d.mu.Lock()
	d.refuse["/restart"] = &fsm.Refusal{Code: "too_soon", Wait: 30 * time.Second}
	d.mu.Unlock()
	ask("/restart", says("error.too_soon", "wait", "30"))
	if took := d.took(); took != "/restart  false telegram; /restart  true telegram" {
		t.Errorf("%s was taken", took)
	}
	ask("/restart", sure) // it begins anew
}

func TestARestartIsNotTakenInAGroup(t *testing.T) {
	s, d := testbed.NewTelegram(t, token), newDesk(t)
	d.kinds(fsm.Start, fsm.CodeWanted)
	d.open(s.URL("7,-100,@people"))
	heard(t, s)
	for range 2 {
		s.Write(testbed.Wrote{Chat: group, From: person, Text: "/restart@futu_bot"})
		if got := s.Next(); got.Text != says("inbox.private") {
			t.Errorf("the bot said %q", got.Text)
		}
	}
	if took := d.took(); took != "" {
		t.Errorf("%s was taken", took)
	}
	for chat, want := range map[string]string{"7": "status resend restart", "-100": "status resend", "@people": "status resend"} {
		if got := strings.Join(s.Menu(chat), " "); got != want {
			t.Errorf("the menu of %s is %q, want %q", chat, got, want)
		}
	}
}
