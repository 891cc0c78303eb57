package opendsim_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// recording reads what a real daemon printed; the test is skipped where the recordings are not at hand.
func recording(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../testdata/recordings/" + name)
	if err != nil {
		t.Skip(err)
	}
	return string(text)
}

// cut is the part of a recording that is the daemon's: from one line up to another, neither of them spared if empty.
func cut(t *testing.T, text, first, last string) []string {
	t.Helper()
	list := strings.Split(strings.TrimRight(text, "\n"), "\n")
	from := slices.IndexFunc(list, func(s string) bool { return strings.HasPrefix(s, first) })
	to := slices.IndexFunc(list, func(s string) bool { return strings.HasPrefix(s, last) })
	if from < 0 || to < from {
		t.Fatalf("no %q before %q in the recording", first, last)
	}
	return list[from : to+1]
}

var clock = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`)

// timeless has the same time everywhere, as wide as any.
func timeless(text string) string { return clock.ReplaceAllString(text, "2000-01-01 00:00:00") }

func TestEveryLineIsPaddedToTheTerminalAndFollowedByThePrompt(t *testing.T) {
	for _, c := range []struct {
		name        string
		width       uint16
		file        string
		first, last string
		args        []string
	}{
		{"chinese", 104, "moomoo-8.2.4218-chs-network-error-padded.log", "moomoo OpenD", "登录失败,",
			[]string{"network", "-brand=moomoo", "-generation=9"}},
		{"english", 184, "futu-8.0.4008-en-startup-padded.log", "Futu OpenD version", "Load configuration",
			[]string{"network", "-generation=9", "-lang=en"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			recorded := cut(t, recording(t, c.file), c.first, c.last)
			want := "\r" + strings.Join(recorded, "\r\n\r>>>\r") + "\r\n\r>>>"
			r := startOn(t, c.width, append(c.args, "-no_monitor=1", "-state="+t.TempDir())...)
			r.wantExit(t, 14)
			out, _ := r.bytes()
			if got := timeless(string(out)); !strings.HasPrefix(got, timeless(want)) {
				t.Errorf("got  %q\nwant %q", got, timeless(want))
			}
		})
	}
}

func TestEnglishLinesFillATerminalOf104Columns(t *testing.T) {
	t.Parallel()
	r := startOn(t, 104, "wrong-password", "-lang=en", "-no_monitor=1", "-state="+t.TempDir())
	r.wantExit(t, 14)
	out, _ := r.bytes()
	body, ended := strings.CutSuffix(string(out), "\r\n\r>>>")
	if !ended {
		t.Fatalf("got %q, want a prompt at the end", out)
	}
	for line := range strings.SplitSeq(body, "\r\n\r>>>") {
		if text, ok := strings.CutPrefix(line, "\r"); !ok || len(text) != 104 {
			t.Errorf("got %q of %d bytes, want \\r and 104 columns", line, len(text))
		}
	}
}

func TestAWindowOfNoSizeSwallowsWhatIsTyped(t *testing.T) {
	t.Parallel()
	redraw := recording(t, "moomoo-10.8-en-zero-winsize-redraw.raw")
	r := startOn(t, 0, "silent", "-lang=en", "-no_monitor=1", "-state="+t.TempDir())
	r.until(t, "the last line and its prompt", func(out []byte) bool {
		return strings.HasSuffix(string(out), "\rAPI RSA Enabled: No\r\n\r>>>")
	})
	r.enter(t, "x")
	r.until(t, "what a real one drew", func(out []byte) bool { return strings.HasSuffix(string(out), redraw) })

	if err := pty.Setsize(r.tty, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	r.enter(t, "x")
	r.await(t, "x", "Unknown command")
	r.stop(t)
}

func TestTypedTextIsRedrawnAndErased(t *testing.T) {
	t.Parallel()
	r := start(t, "silent")
	r.await(t, "API启用RSA: 否")
	r.enter(t, "aé中\x7f\x1b[A")
	want := "\r>>>a\r>>>a\r>>>aé\r>>>aé\r>>>aé\r>>>aé中\r>>>aé  \r>>>aé\r>>>aé\r>>>aé\r>>>aé\r\n\r>>>\r未知命令"
	r.until(t, want, func(out []byte) bool { return strings.Contains(string(out), want) })
	r.stop(t)
}

// wordsOf are the lines of a run with the time made equal.
func wordsOf(out []string) []string { return strings.Split(timeless(strings.Join(out, "\n")), "\n") }

func TestWordingIsThatOfTheRecordings(t *testing.T) {
	for _, c := range []struct {
		file        string
		first, last string
		args        []string
		omit        string // a line that the recording lacks
	}{
		{"futu-9.4.5408-chs-start-until-login.log", "Futu", "正在登录",
			[]string{"silent-login", "-generation=9"}, "API启用RSA: 否"},
		{"moomoo-8.2.4218-chs-network-error-padded.log", "moomoo", "登录失败,",
			[]string{"network", "-generation=9", "-brand=moomoo"}, ""},
		{"futu-2025-04-chs-after-sms-to-ready.log", "行情连接", "必要数据",
			[]string{"ok", "-generation=9", "-login_account=xxxxxxxx"}, ""},
		{"futuopend-1.03-chs-full-start-and-quote-kick.log", "FutuOpenD", "A股市场",
			[]string{"kicked", "-generation=2018", "-login_account=xxxxxxx", "-telnet_port=22222"}, ""},
		{"moomoo-8.1.4108-en-app-version-too-low.log", "moomoo", "moomoo OpenD exited",
			[]string{"version", "-generation=9", "-brand=moomoo", "-lang=en"}, ""},
		{"moomoo-10.9.6918-en-start-prompt-lines.log", "moomoo", "Logging in",
			[]string{"wrong-password", "-brand=moomoo", "-lang=en"}, ""},
		{"moomoo-10.9.6918-en-wrong-password-exit14.log", "Login failed,", "moomoo OpenD has exited",
			[]string{"wrong-password", "-brand=moomoo", "-lang=en"}, ""},
		{"moomoo-10.11.7108-en-interactive-login-pty.log", "moomoo", "Please enter account",
			[]string{"ok", "-generation=interactive", "-brand=moomoo", "-lang=en"}, "Start Time: 2000-01-01 00:00:00"},
		{"futu-8.0.4008-en-login-failed-moomoo-id.log", "Logging in", "Login failed",
			[]string{"brand", "-generation=9", "-lang=en"}, ""},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			text := strings.NewReplacer("*", "", "_Futu", "Futu", "     ← exit_code = 14", "").Replace(recording(t, c.file))
			want := wordsOf(lines([]byte(strings.Join(cut(t, text, c.first, c.last), "\n"))))
			r := start(t, c.args...)
			r.until(t, strings.Join(want, "\n"), func(out []byte) bool {
				got := slices.DeleteFunc(wordsOf(lines(out)), func(s string) bool { return s == c.omit })
				return strings.Contains(strings.Join(got, "\n"), strings.Join(want, "\n"))
			})
		})
	}
}

func TestAQuoteRightThatIsLostIsTakenBack(t *testing.T) {
	t.Parallel()
	text := recording(t, "futuopend-1.03-chs-full-start-and-quote-kick.log")
	_, tail, _ := strings.Cut(text, "必要数据准备完毕\n")
	r := start(t, "kicked", "-generation=2018")
	r.await(t, "必要数据准备完毕")
	r.await(t, strings.Split(strings.TrimSpace(tail), "\n")...)
	r.signal(t, syscall.SIGTERM)
	r.wantExit(t, 0)
}
