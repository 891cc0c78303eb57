package inbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// The chats of these tests: a person's, and a group's.
const (
	person   = int64(7)
	group    = int64(-100)
	stranger = int64(8)
)

// heard waits until the bot has looked at all that was written, by a question that it answers.
func heard(t *testing.T, s *testbed.Telegram) {
	t.Helper()
	s.Write(testbed.Wrote{Chat: person, Text: "/status"})
	if got := s.Next(); !strings.Contains(got.Text, "…678") {
		t.Errorf("the bot said %q first", got.Text)
	}
}

func TestOnlyThoseWhoGotTheMessageAreHeardAndOnlyAnswersOfNow(t *testing.T) {
	const text = "【富途】验证码 314159，marker"
	s := testbed.NewTelegram(t, token)
	s.Ahead = 90 * time.Second // a clock that is wrong makes no answer old
	d := newDesk(t)
	d.kinds(fsm.Start, fsm.CodeWanted)
	d.refuse["/code"] = &fsm.Refusal{Code: "code_pending"}
	in := d.open(s.URL("7,-100:5"))
	ours := int64(55)
	in.bots[0].chats[1].Wrote(ours)
	heard(t, s)
	for name, c := range map[string]struct {
		m     testbed.Wrote
		taken bool
		says  string // empty for silence
	}{
		"a person":                         {testbed.Wrote{Chat: person, Text: text}, true, ""},
		"a person who writes anything":     {testbed.Wrote{Chat: person, Text: "marker"}, false, says("error.code_invalid")},
		"a group":                          {testbed.Wrote{Chat: group, From: 9, Text: text, Thread: 5}, true, ""},
		"a group, as a reply":              {testbed.Wrote{Chat: group, From: 9, Text: "314 159", Thread: 5, ReplyTo: ours}, true, ""},
		"a group, anonymously":             {testbed.Wrote{Chat: group, From: 9, Text: text, Thread: 5, By: "anonymous"}, true, ""},
		"a group that talks":               {testbed.Wrote{Chat: group, From: 9, Text: "marker", Thread: 5}, false, ""},
		"a group that replies with a word": {testbed.Wrote{Chat: group, From: 9, Text: "marker", Thread: 5, ReplyTo: ours}, false, says("error.code_invalid")},
		"another topic of the group":       {testbed.Wrote{Chat: group, From: 9, Text: text, Thread: 6}, false, ""},
		"a stranger":                       {testbed.Wrote{Chat: stranger, Text: text}, false, ""},
		"a stranger's command":             {testbed.Wrote{Chat: stranger, Text: "/restart"}, false, ""},
		"a bot":                            {testbed.Wrote{Chat: group, From: 9, Text: text, Thread: 5, By: "bot"}, false, ""},
		"a channel":                        {testbed.Wrote{Chat: group, From: 9, Text: text, Thread: 5, By: "channel"}, false, ""},
		"our own words":                    {testbed.Wrote{Chat: person, Text: "Run: futuopend-gateway code 123456", By: "forward"}, false, ""},
		"an edit":                          {testbed.Wrote{Chat: person, Text: text, Edited: true}, false, ""},
		"one of before the start":          {testbed.Wrote{Chat: person, Text: text, Age: time.Minute}, false, ""},
		"no text":                          {testbed.Wrote{Chat: person}, false, ""},
		"a command for another bot":        {testbed.Wrote{Chat: group, From: 9, Text: "/status@other_bot", Thread: 5}, false, ""},
		"a command for this bot":           {testbed.Wrote{Chat: group, From: 9, Text: "/status@Futu_Bot", Thread: 5}, false, says("says.awaiting_code") + "\n"},
	} {
		id := s.Write(c.m)
		if c.taken {
			c.says = says("error.code_pending")
		}
		if c.says != "" {
			if got := s.Next(); !strings.HasPrefix(got.Text, c.says) || got.ReplyTo != id || got.Chat != fmt.Sprint(c.m.Chat) || got.Thread != c.m.Thread {
				t.Errorf("%s: the bot said %+v", name, got)
			}
		}
		heard(t, s)
		if took := d.took(); (took == "/code 314159 false telegram") != c.taken || took != "" && !c.taken {
			t.Errorf("%s: %q was taken", name, took)
		}
	}
	s.Quiet()
}
