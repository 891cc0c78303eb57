package inbox

import (
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// ntfyURL is one of NOTIFY_URLS.
func ntfyURL(s *testbed.Ntfy) string {
	return "ntfy://user:TopSecret42@" + s.Server.Listener.Addr().String() + "/told-marker?scheme=http&answers=said-marker"
}

func TestACodeThatIsPublishedIsTakenOnce(t *testing.T) {
	s, d := testbed.NewNtfy(t), newDesk(t)
	s.User = "user:TopSecret42"
	d.kinds(fsm.Start)
	s.Publish("said-marker", "271828", time.Minute) // before the start
	d.open(ntfyURL(s))
	s.Publish("said-marker", "271828", 0) // nobody asked
	s.Publish("told-marker", "271828", 0) // a message of ours
	d.until("an answer was not used")
	d.kinds(fsm.CodeWanted)
	s.Publish("said-marker", "marker", 0)
	d.until("an answer was not used")
	first := s.Publish("said-marker", "【富途】验证码 314159，marker", 0)
	d.until("an answer came")
	if took := d.took(); took != "/code 314159 false ntfy" {
		t.Errorf("%s was taken", took)
	}
	d.kinds(fsm.CodeRejected)
	s.Cut()
	s.Publish("said-marker", strings.Repeat("9", 2*maxLine), 0)
	s.Publish("said-marker", "161803", 0)
	d.until("an answer came")
	if took := d.took(); took != "/code 161803 false ntfy" {
		t.Errorf("%s was taken", took)
	}
	if follows := s.Follows(); follows[len(follows)-1] != first.ID {
		t.Errorf("it went on after %v, want %s", follows, first.ID)
	}
}

func TestATopicThatIsRefusedIsTriedAgain(t *testing.T) {
	s, d := testbed.NewNtfy(t), newDesk(t)
	d.kinds(fsm.Start, fsm.CodeWanted)
	s.Refuse(500, 403, 500)
	d.open(ntfyURL(s))
	d.until("answers are heard")
	s.Publish("said-marker", "314159", 0)
	d.until("an answer came")
	if n := d.logged.FilterMessage("answers are not heard").Len(); n != 1 {
		t.Errorf("it was told %d times", n)
	}
}

func TestAFloodOfATopicIsLookedAtInPart(t *testing.T) {
	s, d := testbed.NewNtfy(t), newDesk(t)
	d.kinds(fsm.Start, fsm.CodeWanted)
	d.refuse["/code"] = &fsm.Refusal{Code: "code_pending"}
	d.open(ntfyURL(s))
	for range 100 {
		s.Publish("said-marker", "314159", 0)
	}
	d.until("more than 30 texts came within a minute")
	if n := strings.Count(d.took(), "/code"); n < textsPerMinute || n > textsPerMinute+15 {
		t.Errorf("%d were taken", n)
	}
}
