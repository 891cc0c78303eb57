package main

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// Marker secrets of an inbox: the bot's token, and words of the texts.
const (
	botSecret = "BotSecret42"
	botToken  = "123456:" + botSecret
	marker    = "MarkerOfAText"
	wrongCode = "271828"
)

// reading is what the bot says, until one contains a text.
func reading(t *testing.T, s *testbed.Telegram, text string) testbed.Post {
	t.Helper()
	for {
		if p := s.Next(); strings.Contains(p.Text, text) {
			return p
		}
	}
}

// by is how the latest entry of a kind came in.
func (p *process) by(k fsm.Kind) (by []fsm.By) {
	for _, e := range p.entries() {
		if e.Kind == k {
			by = append(by, e.By)
		}
	}
	return by
}

func TestACodeIsAnsweredWhereTheMessageIs(t *testing.T) {
	bot := testbed.NewTelegram(t, botToken)
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "NOTIFY_URLS="+bot.URL("7"), "INBOX=telegram", "LOG_LEVEL=debug", "SERVER_TOKEN=0123456789abcdef")
	asked := reading(t, bot, words.Text(words.English, "says.awaiting_code"))
	if !strings.Contains(asked.Text, words.Text(words.English, "message.reply.code")) {
		t.Errorf("the message does not say that it may be answered:\n%s", asked.Text)
	}
	p.until(p.Stderr, "Answers to messages are heard")
	for range 100 {
		bot.Write(testbed.Wrote{Chat: 8, Text: opendsim.Code}) // a stranger
	}
	bot.Write(testbed.Wrote{Chat: 7, Text: opendsim.Code, Age: time.Hour}) // of long ago
	bot.Write(testbed.Wrote{Chat: 7, Text: "【富途】验证码 " + wrongCode + " " + marker, ReplyTo: asked.ID})
	reading(t, bot, words.Text(words.English, "result.code.rejected"))
	bot.Write(testbed.Wrote{Chat: 7, Text: "【富途】验证码 " + opendsim.Code + " " + marker})
	reading(t, bot, words.Text(words.English, "result.code.accepted"))
	bot.Write(testbed.Wrote{Chat: 7, Text: "/status"})
	reading(t, bot, words.Text(words.English, "says.connected"))
	p.End(syscall.SIGTERM)
	if by := p.by(fsm.CodeTyped); fmt.Sprint(by) != "[telegram telegram]" {
		t.Errorf("codes came by %v", by)
	}
	p.searchFor(botSecret, marker, wrongCode, opendsim.Code)
}

func TestAPictureIsReadAndAnsweredInAChat(t *testing.T) {
	bot := testbed.NewTelegram(t, botToken)
	p := start(t, "FUTU_CMD="+script(t, "-scenario=captcha"), "NOTIFY_URLS="+bot.URL("-100"), "INBOX=telegram", "LOG_LEVEL=debug")
	wrong := "ZZ99"
	for _, answer := range []string{wrong, opendsim.Captcha} {
		shown := reading(t, bot, words.Text(words.English, "inbox.picture"))
		if !strings.HasPrefix(string(shown.Picture), "\x89PNG") {
			t.Errorf("the picture begins with %.8q", shown.Picture)
		}
		bot.Write(testbed.Wrote{Chat: -100, From: 9, Text: answer, ReplyTo: shown.ID})
		if answer == wrong {
			reading(t, bot, words.Text(words.English, "result.captcha.rejected"))
		}
	}
	p.followed(0, fsm.LoggedIn, fsm.CodeWanted)
	p.End(syscall.SIGTERM)
	if by := p.by(fsm.CaptchaTyped); fmt.Sprint(by) != "[telegram telegram]" {
		t.Errorf("answers came by %v", by)
	}
	p.searchFor(botSecret, wrong, opendsim.Captcha)
}

func TestARestartIsConfirmedInAChat(t *testing.T) {
	bot := testbed.NewTelegram(t, botToken)
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "NOTIFY_URLS="+bot.URL("7"), "INBOX=telegram")
	in := p.happened(fsm.LoggedIn, 0)
	p.until(p.Stderr, "Answers to messages are heard")
	bot.Write(testbed.Wrote{Chat: 7, Text: "/restart"})
	reading(t, bot, "/restart once more")
	if n := p.kinds(fsm.Stop); n != 0 {
		t.Errorf("it was stopped %d times before it was confirmed", n)
	}
	bot.Write(testbed.Wrote{Chat: 7, Text: "/restart"})
	reading(t, bot, words.Text(words.English, "inbox.restart.done"))
	p.happened(fsm.LoggedIn, in.Seq)
}

func TestACodeIsPublishedInATopic(t *testing.T) {
	ntfy := testbed.NewNtfy(t)
	ntfy.User = "user:" + botSecret
	url := "ntfy://user:" + botSecret + "@" + ntfy.Server.Listener.Addr().String() + "/" + topic + "?scheme=http&answers=Said" + topic
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "NOTIFY_URLS="+url, "INBOX=ntfy", "LOG_LEVEL=debug")
	if asked := ntfy.Next(); !strings.Contains(asked.Text, words.Text(words.English, "message.publish")) {
		t.Errorf("the message does not say that an answer may be published:\n%s", asked.Text)
	}
	p.until(p.Stderr, "Answers to messages are heard")
	ntfy.Publish("Said"+topic, "【富途】验证码 "+wrongCode+" "+marker, 0)
	wrong := p.happened(fsm.CodeRejected, 0)
	ntfy.Cut()
	ntfy.Publish("Said"+topic, "【富途】验证码 "+opendsim.Code+" "+marker, 0)
	p.happened(fsm.LoggedIn, wrong.Seq)
	p.End(syscall.SIGTERM)
	if by := p.by(fsm.CodeTyped); fmt.Sprint(by) != "[ntfy ntfy]" {
		t.Errorf("codes came by %v", by)
	}
	p.searchFor(botSecret, marker, topic, wrongCode, opendsim.Code)
}

func TestOneOfTwoWaysAtOnceIsTyped(t *testing.T) {
	bot := testbed.NewTelegram(t, botToken)
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "NOTIFY_URLS="+bot.URL("7"), "INBOX=telegram")
	reading(t, bot, words.Text(words.English, "says.awaiting_code"))
	p.until(p.Stderr, "Answers to messages are heard")
	bot.Write(testbed.Wrote{Chat: 7, Text: opendsim.Code})
	p.post("/code", opendsim.Code)
	p.happened(fsm.LoggedIn, 0)
	p.End(syscall.SIGTERM)
	if by := p.by(fsm.CodeTyped); len(by) != 1 {
		t.Errorf("codes came by %v", by)
	}
}

func TestAnInboxNeedsAURLOfItsKind(t *testing.T) {
	for setting, want := range map[string]string{
		"INBOX=telegram": "INBOX has telegram, and NOTIFY_URLS has no telegram:// URL",
		"INBOX=ntfy":     "INBOX has ntfy, and NOTIFY_URLS has no ntfy:// URL with ?answers=TOPIC",
		"INBOX=pigeon":   `INBOX is "pigeon", which is none of ntfy, telegram`,
	} {
		p := prepare(t, nil, setting, "NOTIFY_URLS=ntfy://ntfy.example/"+topic)
		p.Cmd.Run()
		if got := p.Stderr.String(); p.Cmd.ProcessState.ExitCode() != 2 || !strings.Contains(got, want) || strings.Contains(got, topic) {
			t.Errorf("%s: exit code %d, and it says\n%s", setting, p.Cmd.ProcessState.ExitCode(), got)
		}
	}
}
