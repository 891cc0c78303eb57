package main

import (
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
)

func TestACodeIsTypedAtTheContainersOwnTerminalAndIsNotShown(t *testing.T) {
	p := prepare(t, nil, "FUTU_CMD="+script(t, "-scenario=captcha-sms"), "LOG_FORMAT=json")
	tty, shown, wait := p.at("serve")
	p.until(shown, `"to":"awaiting_captcha"`)
	tty.WriteString("input_pic_verify_code -code=" + opendsim.Captcha + "\r")
	p.until(shown, `"to":"awaiting_code"`)
	tty.WriteString("what now\r")
	p.until(shown, "Type the code, the whole SMS")
	tty.WriteString("271828\r")
	p.until(shown, `"kind":"code_rejected"`)
	tty.WriteString("[Futu] " + opendsim.Code + " is your code, until 2026-11-26 15:04\r")
	p.until(shown, `"to":"connected"`)
	tty.WriteString(opendsim.Code + "\r")
	p.until(shown, "It was not typed: no code is wanted")
	tty.WriteString("\x03")
	if code := wait(); code != 0 {
		t.Errorf("exit code %d after Ctrl-C:\n%s", code, shown)
	}
	for _, secret := range []string{opendsim.Code, opendsim.Captcha, "271828"} {
		if strings.Contains(shown.String(), secret) {
			t.Errorf("the terminal shows %s:\n%s", secret, shown)
		}
	}
	ways := map[fsm.By]int{}
	for _, e := range p.entries() {
		if e.Kind == fsm.CodeTyped || e.Kind == fsm.CaptchaTyped {
			ways[e.By]++
		}
	}
	if ways[fsm.ByTerminal] != 3 || len(ways) != 1 {
		t.Errorf("the journal says that answers came by %v", ways)
	}
}

func TestALineOfTheTerminalIsAnAnswerOrNone(t *testing.T) {
	for _, c := range []struct {
		line  string
		state fsm.State
		want  answer
	}{
		{"314159", fsm.AwaitingCode, answer{fsm.ChallengeCode, "314159"}},
		{" 314 159 ", fsm.Initializing, answer{fsm.ChallengeCode, "314159"}},
		{"input_phone_verify_code -code=314159", fsm.AwaitingCode, answer{fsm.ChallengeCode, "314159"}},
		{"input_pic_verify_code -code=K7QX", fsm.AwaitingCode, answer{fsm.ChallengeCaptcha, "K7QX"}},
		{"K7QX", fsm.AwaitingCaptcha, answer{fsm.ChallengeCaptcha, "K7QX"}},
		{"K7QX", fsm.AwaitingCode, answer{}},
		{"code 314159", fsm.AwaitingCode, answer{fsm.ChallengeCode, "314159"}},
		{"code 314159", fsm.Initializing, answer{}},
		{"moomoo code 314159", fsm.Initializing, answer{fsm.ChallengeCode, "314159"}},
		{"relogin -login_pwd=314159", fsm.Connected, answer{}},
		{"", fsm.AwaitingCode, answer{}},
	} {
		if got, ok := answerIn(c.line, c.state); got != c.want || ok != (c.want != answer{}) {
			t.Errorf("%q in %s: %v, %v", c.line, c.state, got, ok)
		}
	}
}
