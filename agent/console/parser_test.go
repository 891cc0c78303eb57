package console_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// read gives p the whole of s and returns its lines.
func read(p *console.Parser, s string) []console.Line {
	lines := slices.Clone(p.Write([]byte(s), time.Time{}))
	return append(lines, p.Close(time.Time{})...)
}

// texts reads s and returns the lines as a person sees them.
func texts(s string) (out []string) {
	for _, l := range read(console.NewParser(nil), s) {
		out = append(out, l.Text)
	}
	return out
}

func TestLinesAreFoundWhateverEndsThem(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"LF":                   {"a\nb\n", []string{"a", "b"}},
		"CR":                   {"a\rb\r", []string{"a", "b"}},
		"CRLF":                 {"a\r\nb\r\n", []string{"a", "b"}},
		"line editor":          {"\ra      \r\n\r>>>\rb      \r\n\r>>>", []string{"a", "b"}},
		"prompts":              {">>>a\n>>> >>>b\n>>>\n", []string{"a", "b"}},
		"padding":              {"  a" + strings.Repeat(" ", 500) + "\n", []string{"a"}},
		"no end":               {"a\nb", []string{"a", "b"}},
		"NUL and BEL":          {"a\x00b\x07c\n", []string{"abc"}},
		"tab":                  {"a\tb\n", []string{"a b"}},
		"colour":               {"\x1b[1;31ma\x1b[0mb\n", []string{"ab"}},
		"title with BEL":       {"\x1b]0;title\x07a\n", []string{"a"}},
		"title with ST":        {"\x1b]0;title\x1b\\a\n", []string{"a"}},
		"title without end":    {"\x1b]0;title\na\n", []string{"a"}},
		"charset":              {"\x1b(Ba\n", []string{"a"}},
		"keypad":               {"\x1b=a\x1b>\n", []string{"a"}},
		"sequence cut by CR":   {"\x1b[12\ra\n", []string{"a"}},
		"cancelled sequence":   {"\x1b[12\x18a\n", []string{"a"}},
		"invalid UTF-8":        {"a\xff\xfeb\n", []string{"a\uFFFDb"}},
		"half a character":     {"a\xe7\x99\n", []string{"a\uFFFD"}},
		"C1 control character": {"a\u009b31mb\n", []string{"a31mb"}},
	} {
		if got := texts(c.in); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestALineWithoutEndCostsBoundedMemory(t *testing.T) {
	p := console.NewParser(nil)
	chunk := []byte(strings.Repeat("x", 1<<16))
	for range 1000 {
		if got := p.Write(chunk, time.Time{}); len(got) != 0 {
			t.Fatalf("got %d lines from a line that does not end", len(got))
		}
	}
	got := p.Write([]byte("\nlogin successful\n"), time.Time{})
	if len(got) != 2 || len(got[0].Text) != 4096 || got[1].Text != "login successful" {
		t.Errorf("got %d lines, the first of %d bytes", len(got), len(got[0].Text))
	}
}

func TestAPromptThatNeverEndsItsLineIsHeard(t *testing.T) {
	p := console.NewParser(nil)
	if got := p.Write([]byte("\r>>>Please enter acc"), time.Time{}); len(got) != 0 {
		t.Fatalf("got %v from half a prompt", got)
	}
	if got := p.Write([]byte("ount: "), time.Time{}); len(got) != 1 || got[0].Event.Kind != fsm.AccountPrompt {
		t.Fatalf("got %v, want the prompt at once", got)
	}
	if got := p.Write([]byte("12345\r\n"), time.Time{}); len(got) != 0 {
		t.Errorf("got %v: what is typed after a prompt is no line", got)
	}
}

// redraw is how the daemon's line editor echoes a line: it draws it anew after each character.
func redraw(line string) string {
	var b strings.Builder
	for i := range len(line) {
		fmt.Fprintf(&b, "\r>>>%s", line[:i+1])
	}
	return b.String() + "\r\n\r>>>"
}

func TestTheEchoOfWhatWasTypedIsNeitherShownNorAnEvent(t *testing.T) {
	p := console.NewParser(nil)
	line := console.InputCode("271828")
	p.Expect(line, "271828")
	if got := read(p, redraw(line)+"登录成功\r\n"); len(got) != 1 || got[0].Text != "登录成功" {
		t.Errorf("got %+v", got)
	}
}

func TestSecretsAreTakenOutOfEveryLine(t *testing.T) {
	const md5 = "0123456789abcdef0123456789abcdef"
	for in, want := range map[string]string{
		"input_phone_verify_code -code=4711":            "input_phone_verify_code -code=******",
		"relogin -login_pwd=hunter2 -x":                 "relogin -login_pwd=****** -x",
		"relogin -login_pwd_md5=abc":                    "relogin -login_pwd_md5=******",
		"you said " + md5 + "!":                         "you said ******!",
		"code 271828 is wrong":                          "code ****** is wrong",
		"启动时间: 2026-02-71 27:18:28":                     "启动时间: 2026-02-71 27:18:28",
		"port 2718281":                                  "port 2718281",
		"365758":                                        "******",
		"Login failed,271828 is not the code of " + md5: "Login failed,****** is not the code of ******",
	} {
		p := console.NewParser([]string{md5})
		p.Expect("", "271828")
		got := read(p, in+"\n")[0]
		if got.Text != want || strings.Contains(got.Event.Detail, "271828") || strings.Contains(got.Event.Detail, md5) {
			t.Errorf("%q: got %q with detail %q, want %q", in, got.Text, got.Event.Detail, want)
		}
	}
}

func TestACommandThatSomebodyTypedIsAnEcho(t *testing.T) {
	got := read(console.NewParser(nil), ">>>req_phone_verify_code\n")[0]
	if !got.Echo || got.Unknown() || got.Event.Kind != "" {
		t.Errorf("got %+v", got)
	}
}

func TestACodeIsFourToEightDigits(t *testing.T) {
	for code, want := range map[string]bool{
		"1234": true, "123456": true, "12345678": true,
		"": false, "123": false, "123456789": false, "12345a": false, "123456\r": false, "１２３４５６": false, " 123456": false, "-12345": false,
	} {
		if got := console.ValidCode(code); got != want {
			t.Errorf("%q: got %v", code, got)
		}
	}
}

func TestTheRingKeepsTheLatest(t *testing.T) {
	var r console.Ring
	if got := r.Latest(5); len(got) != 0 {
		t.Errorf("an empty ring has %q", got)
	}
	for i := range 1000 {
		r.Add(fmt.Sprint(i))
	}
	if got := r.Latest(3); !slices.Equal(got, []string{"997", "998", "999"}) {
		t.Errorf("got %q", got)
	}
	if got := r.Latest(1000); len(got) != console.RingSize || got[0] != "936" {
		t.Errorf("got %d lines from %q on", len(got), got[0])
	}
	r.Add(strings.Repeat("登", 1000))
	if got := r.Latest(1)[0]; len(got) > 512 || strings.Contains(got, "\uFFFD") {
		t.Errorf("a line of %d bytes is kept", len(got))
	}
}
