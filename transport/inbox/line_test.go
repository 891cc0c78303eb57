package inbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

func TestAfterAConflictOnlyRepliesToOurOwnMessagesCount(t *testing.T) {
	s, d := testbed.NewTelegram(t, token), newDesk(t)
	d.kinds(fsm.Start, fsm.CodeWanted)
	s.Refuse("getUpdates", `409 "description":"Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"`)
	in := d.open(s.URL("7"))
	d.until("another program reads the answers to this bot")
	told := s.Next()
	if told.Text != says("inbox.conflict") {
		t.Errorf("the bot said %q", told.Text)
	}
	const earlier = 3 // a message of this bot, but of another gateway, or of an earlier run
	s.Write(testbed.Wrote{Chat: person, Text: "314159"})
	s.Write(testbed.Wrote{Chat: person, Text: "314159", ReplyTo: earlier})
	s.Write(testbed.Wrote{Chat: person, Text: "/restart"})
	s.Write(testbed.Wrote{Chat: person, Text: "/resend", ReplyTo: told.ID})
	if got := s.Next(); got.Text != says("code.resent") {
		t.Errorf("the bot said %q", got.Text)
	}
	s.Write(testbed.Wrote{Chat: person, Text: "314159", ReplyTo: told.ID})
	d.until("an answer came")
	if took := d.took(); took != "/resend  false telegram; /code 314159 false telegram" {
		t.Errorf("%s was taken", took)
	}
	_ = in
}

func TestTwoListenersOfOneBotAreTold(t *testing.T) {
	s := testbed.NewTelegram(t, token)
	a, b := newDesk(t), newDesk(t)
	for _, d := range []*desk{a, b} {
		d.kinds(fsm.Start, fsm.CodeWanted)
		d.open(s.URL("7"))
	}
	a.until("another program reads the answers to this bot")
	b.until("another program reads the answers to this bot")
}

func TestAChatThatIsNamedTwiceHasOneListener(t *testing.T) {
	s, d := testbed.NewTelegram(t, token), newDesk(t)
	d.kinds(fsm.Start, fsm.CodeWanted)
	in := d.open(s.URL("7"), s.URL("-100"), s.URL("9"))
	heard(t, s)
	if len(in.bots) != 1 || len(in.bots[0].chats) != 3 {
		t.Errorf("%d bots", len(in.bots))
	}
}

func TestALineThatBreaksIsTakenUpAgainAndNothingIsUsedTwice(t *testing.T) {
	d, s := wanted(t)
	d.mu.Lock()
	d.refuse["/code"] = &fsm.Refusal{Code: "code_pending"} // so that the next is taken, too
	d.mu.Unlock()
	code := func() {
		t.Helper()
		s.Write(testbed.Wrote{Chat: person, Text: "314159"})
		if got := s.Next(); got.Text != says("error.code_pending") {
			t.Errorf("the bot said %q", got.Text)
		}
	}
	code()
	s.Cut()
	code()
	s.Refuse("getUpdates", `502 "description":"Bad Gateway"`, `429 "description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}`)
	began := time.Now()
	s.Cut()
	code()
	if took := time.Since(began); took < time.Second {
		t.Errorf("after 429 it was asked again within %v", took)
	}
	s.Repeat()
	heard(t, s)
	s.Renumber(5) // a week without any
	code()
	if took := d.took(); took != strings.TrimSuffix(strings.Repeat("/code 314159 false telegram; ", 4), "; ") {
		t.Errorf("%s was taken", took)
	}
	s.Quiet()
}

func TestAnAnswerThatIsRefusedForNowIsSentLater(t *testing.T) {
	d, s := wanted(t)
	s.Refuse("sendMessage", `429 "description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}`)
	began := time.Now()
	heard(t, s)
	if took := time.Since(began); took < time.Second {
		t.Errorf("it came after %v", took)
	}
	s.Refuse("sendMessage", `400 "description":"Bad Request: chat not found"`)
	s.Write(testbed.Wrote{Chat: person, Text: "/status"})
	d.until("an answer was not sent")
	heard(t, s)
}

func TestATokenThatIsNotTakenIsToldOnce(t *testing.T) {
	s, d := testbed.NewTelegram(t, token), newDesk(t)
	d.kinds(fsm.Start, fsm.CodeWanted)
	refusal := `401 "description":"Unauthorized"`
	s.Refuse("getMe", refusal, refusal, refusal)
	d.open(s.URL("7"))
	d.until("answers are not heard")
	d.until("answers are heard")
	heard(t, s)
	if n := d.logged.FilterMessage("answers are not heard").Len(); n != 1 {
		t.Errorf("it was told %d times", n)
	}
}

func TestAnAnswerThatIsTooLongIsSkipped(t *testing.T) {
	d, s := wanted(t)
	long := testbed.Wrote{Chat: person, Text: strings.Repeat("marker ", maxAnswer/7/2)}
	s.Write(long, long, long)
	d.until("answers are not heard")
	d.until("answers are heard")
	if got := s.Next(); got.Text != says("error.code_invalid") { // the latest is left, and small enough alone
		t.Errorf("the bot said %q", got.Text)
	}
	heard(t, s)
	if n := s.Left(); n > 1 {
		t.Errorf("%d are left", n)
	}
}

func TestAFloodIsLookedAtInPart(t *testing.T) {
	s, d := testbed.NewTelegram(t, token), newDesk(t)
	d.bounded = true
	d.kinds(fsm.Start, fsm.CodeWanted)
	d.refuse["/code"] = &fsm.Refusal{Code: "code_pending"}
	d.open(s.URL("7"))
	for range 300 {
		s.Write(testbed.Wrote{Chat: stranger, Text: "314159"})
	}
	for n := range 200 {
		s.Write(testbed.Wrote{Chat: person, Text: fmt.Sprint(100000 + n)})
	}
	d.until("more than 30 texts came within a minute")
	for limit := time.Now().Add(testbed.Patience); s.Left() > 8; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("%d are left", s.Left())
		}
	}
	if n := strings.Count(d.took(), "/code"); n < textsPerMinute || n > textsPerMinute+15 {
		t.Errorf("%d were taken", n)
	}
	if n := d.logged.FilterMessage("more than 30 texts came within a minute").Len(); n != 1 {
		t.Errorf("it was told %d times", n)
	}
}
