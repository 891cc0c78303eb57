package main

import (
	"bytes"
	"encoding/base64"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// at runs a command at a terminal.
func (p *process) at(args ...string) (tty *os.File, shown *testbed.Tape, wait func() int) {
	p.t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = p.Cmd.Env
	tty, err := pty.Start(cmd)
	if err != nil {
		p.t.Fatal(err)
	}
	shown = testbed.NewTape()
	copied := make(chan struct{})
	go func() { defer close(copied); io.Copy(shown, tty) }() // ends when the command does
	p.t.Cleanup(func() { cmd.Process.Kill(); <-copied; tty.Close() })
	return tty, shown, func() int {
		timer := time.AfterFunc(patience, func() { cmd.Process.Kill() })
		defer timer.Stop()
		cmd.Wait()
		<-copied
		return cmd.ProcessState.ExitCode()
	}
}

func TestACodeIsTypedWhereSomebodyWatches(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=captcha-sms"))
	p.state(fsm.AwaitingCaptcha)
	tty, shown, wait := p.at("watch", "-after", "0")
	p.until(shown, "awaiting_captcha: FutuOpenD needs the characters of a picture")
	p.until(shown, "type the characters of the picture")
	tty.WriteString(opendsim.Captcha + "\r")
	p.until(shown, "accepted: FutuOpenD needs an SMS code")
	p.until(shown, "type the SMS code")
	tty.WriteString("000000\r")
	p.until(shown, "rejected: the code was wrong")
	tty.WriteString(opendsim.Code + "\r")
	p.until(shown, "accepted: the account is logged in")
	p.until(shown, "verifying -> connected")
	tty.WriteString("more\r")
	p.until(shown, "nothing is wanted here")
	if !strings.Contains(shown.String(), " boot ") {
		t.Errorf("the first event is missing:\n%s", shown)
	}
	tty.WriteString("\x03")
	if code := wait(); code != 0 {
		t.Errorf("exit code %d after Ctrl-C:\n%s", code, shown)
	}
	if got := strings.Count(shown.String(), " code_typed "); got != 2 {
		t.Errorf("%d codes typed:\n%s", got, shown)
	}
}

func TestAPersonAtATerminalIsAskedBeforeAStartThatIsNotSafe(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=wrong-password"))
	p.state(fsm.Halted)
	for _, c := range []struct {
		typed, told string
		code        int
	}{{"n\r", "nothing was done", 1}, {"\r", "nothing was done", 1}, {"\x03", "nothing was done", 1}, {"y\r", "done", 0}} {
		tty, shown, wait := p.at("init")
		p.until(shown, "not safe: the last login was refused")
		p.until(shown, "do it all the same? y/N")
		tty.WriteString(c.typed)
		if code := wait(); code != c.code || !strings.Contains(shown.String(), c.told) {
			t.Errorf("%q: exit code %d\n%s", c.typed, code, shown)
		}
	}
	p.state(fsm.Halted)
	p.End(syscall.SIGTERM)
	if got := p.kinds(fsm.Start); got != 2 {
		t.Errorf("%d starts, want the first and the one that was confirmed", got)
	}
}

func TestWatchingGoesOnWhenTheGatewayIsBack(t *testing.T) {
	daemon := script(t, "-scenario=ok")
	p := start(t, "FUTU_CMD="+daemon)
	p.state(fsm.Connected)
	_, shown, _ := p.at("watch", "-json", "-after", "0")
	p.until(shown, `"to":"connected"`)
	p.End(syscall.SIGTERM)
	p.until(shown, `"to":"closed"`)
	p.until(shown, "the connection is lost")

	again := prepare(t, nil)
	again.Cmd.Env = p.Cmd.Env
	again.address = p.address
	again.start()
	again.until(shown, `"from":"closed","to":"idle"`)
	seqs := regexp.MustCompile(`"seq":(\d+)`).FindAllStringSubmatch(shown.String(), -1)
	for i := 1; i < len(seqs); i++ {
		if a, b := seqs[i-1][1], seqs[i][1]; len(a) == len(b) && a >= b {
			t.Errorf("event %s comes after %s:\n%s", b, a, shown)
		}
	}
}

func TestACaptchaIsAnsweredAtATerminal(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=captcha"))
	p.state(fsm.AwaitingCaptcha)
	folder := t.TempDir()
	p.Cmd.Env = append(p.Cmd.Env, "TMPDIR="+folder, "TERM=dumb")
	tty, shown, wait := p.at("captcha")
	p.until(shown, "the picture is in "+folder)
	tty.WriteString("XXXX\r")
	if code := wait(); code != 1 || !strings.Contains(shown.String(), "the characters were wrong") {
		t.Errorf("exit code %d:\n%s", code, shown)
	}
	if left, _ := filepath.Glob(folder + "/*"); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	p.Cmd.Env = append(p.Cmd.Env, "TERM=xterm-kitty")
	tty, shown, wait = p.at("captcha")
	p.until(shown, "characters of the picture: ")
	if !strings.Contains(shown.String(), "\x1b_Ga=T,f=100,") {
		t.Errorf("no picture for kitty in %q", shown)
	}
	tty.WriteString(opendsim.Captcha + "\r")
	if code := wait(); code != 0 || !strings.Contains(shown.String(), "accepted") {
		t.Errorf("exit code %d:\n%s", code, shown)
	}
}

func TestAPictureIsShownOnlyByTerminalsThatCan(t *testing.T) {
	png := bytes.Repeat([]byte("picture "), 1000)
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"TERM": "xterm-256color"}, ""},
		{map[string]string{"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, ""},
		{map[string]string{"TERM_PROGRAM": "iTerm.app"}, "\x1b]1337;File=inline=1;size=8000:"},
		{map[string]string{"KITTY_WINDOW_ID": "1"}, "\x1b_Ga=T,f=100,m=1;"},
	} {
		got := inTerminal(png, func(name string) string { return c.env[name] })
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%v: %.40q, want %q", c.env, got, c.want)
		}
	}
	kitty := inTerminal(png, func(name string) string { return map[string]string{"TERM": "xterm-kitty"}[name] })
	var text string
	for _, chunk := range regexp.MustCompile(`(?s)\x1b_G[^;]*;(.*?)\x1b\\`).FindAllStringSubmatch(kitty, -1) {
		if len(chunk[1]) > kittyChunk {
			t.Errorf("a chunk of %d", len(chunk[1]))
		}
		text += chunk[1]
	}
	if got, err := base64.StdEncoding.DecodeString(text); err != nil || !bytes.Equal(got, png) {
		t.Errorf("the chunks are not the picture: %v", err)
	}
}
