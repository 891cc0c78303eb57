package notify

import (
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestEachStateIsToldOrSilentByDecision(t *testing.T) {
	for _, s := range fsm.States() {
		if arrivals[s] == 0 {
			t.Errorf("arrivals in notify.go has no row for %s: say whether a person is told of it", s)
		}
	}
	if len(arrivals) != len(fsm.States()) {
		t.Errorf("arrivals has %d rows for %d states", len(arrivals), len(fsm.States()))
	}
}

func TestATargetSaysWhereItsAnswersComeFrom(t *testing.T) {
	for raw, want := range map[string]string{
		"ntfy://ntfy.example/told?tags=a,b&answers=said&priority=high":  "https://ntfy.example/said",
		"ntfy://u:p@127.0.0.1:81/told?scheme=http&answers=said":         "http://127.0.0.1:81/said",
		"ntfy://ntfy.example/told?disabletls=yes&answers=said":          "http://ntfy.example/said",
		"telegram://1:" + token + "@telegram?chats=-7:3":                telegramAPI,
		"telegram+https://1:" + token + "@bots.example:81/x/?chats=@me": "https://bots.example:81/x",
	} {
		target := targetsOf(t, raw)[0]
		switch {
		case target.Topic != nil && target.Topic.URL == want && target.Chat == nil:
		case target.Chat != nil && target.Chat.API == want && target.Chat.Token == "1:"+token && target.Topic == nil:
		default:
			t.Errorf("%s: %+v and %+v, want %s", raw, target.Topic, target.Chat, want)
		}
	}
	for _, raw := range []string{
		"ntfy://ntfy.example/told?answers=told", "ntfy://ntfy.example/told?answers=", "ntfy://ntfy.example/told?answers=a,b",
		"telegram+ftp://1:" + token + "@bots.example?chats=1", "telegram+https://1:" + token + "@?chats=1",
	} {
		if targets, err := Targets(raw); err == nil || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %d targets and %v", raw, len(targets), err)
		}
	}
}

func TestTheLatestMessagesOfAChatAreKnownAsOurs(t *testing.T) {
	var c Chat
	for id := range int64(maxWrote + 2) {
		c.Wrote(id)
	}
	if c.Own(1) || !c.Own(2) || !c.Own(maxWrote+1) || len(c.wrote) != maxWrote {
		t.Errorf("it knows %v", c.wrote)
	}
	chat, _ := serverThat(t, accepts)
	target := telegramAt(t, chat.URL, "7")[0]
	if err := Try(t.Context(), target, Message{Text: "x"}); err != nil || !target.Chat.Own(1) {
		t.Errorf("%v, and it knows %v", err, target.Chat.wrote)
	}
}

func TestAMessageSaysThatItMayBeAnsweredWhereSomebodyListens(t *testing.T) {
	const written, published = "\nOr answer this message with the code, or with the whole SMS.", "\nOr publish the code, or the whole SMS, in the topic of answers."
	chat, atChat := serverThat(t, accepts)
	ntfy, atNtfy := serverThat(t, accepts)
	for _, listens := range []bool{true, false} {
		targets := append(telegramAt(t, chat.URL, "7"), targetsOf(t, ntfyURL(ntfy)+"&answers=said")...)
		for i := range targets {
			targets[i].Listens = listens
		}
		s := newStory()
		run(t, New(Config{Journal: s.Journal, Log: zap.NewNop(), Targets: targets, Lang: "en", Account: "12345678"}))
		s.tell(fsm.Start, fsm.CodeWanted)
		if got := next(t, atChat).body; strings.Contains(got, written[1:]) != listens {
			t.Errorf("listens %v: Telegram got %s", listens, got)
		}
		if got := next(t, atNtfy).body; strings.Contains(got, published) != listens {
			t.Errorf("listens %v: ntfy got %s", listens, got)
		}
	}
}
