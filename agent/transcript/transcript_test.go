package transcript

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// daemon is what a daemon printed, and told is what is left of it: each line without its end.
var daemon = []string{"Futu OpenD版本信息: 9.4.5408(20250713104500)", "API监听地址: 127.0.0.1:11111", "", "正在登录", "登录成功", ">>>"}

// wrap puts something around each line; %s is the line, and %d its number.
func wrap(form string) string {
	var b strings.Builder
	for i, line := range daemon {
		switch {
		case strings.Contains(form, "%[2]d"):
			fmt.Fprintf(&b, form, line, i+1)
		default:
			fmt.Fprintf(&b, form, line)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// read returns the lines that are the daemon's, without blank ones, when the last of them was printed, and how many lines there were.
func read(t testing.TB, text string) (form string, lines []string, last time.Time, count int) {
	t.Helper()
	var all bytes.Buffer
	f, err := Read(strings.NewReader(text), func(at time.Time, piece []byte) {
		all.Write(piece)
		if len(bytes.TrimSpace(piece)) > 0 {
			last = at
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(all.String()) {
		count++
		if line = strings.Trim(line, " \r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	return f.String(), lines, last, count
}

// utf16of encodes a text.
func utf16of(text string, order binary.ByteOrder, mark bool) string {
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	var b bytes.Buffer
	if err := binary.Write(&b, order, units); err != nil {
		panic(err)
	}
	return b.String()
}

const stamped = "2026-11-25T20:01:14.123456789Z"

// log is what the gateway prints beside the daemon's lines.
const log = "2026-11-25 20:01:13 INFO listening {\"address\": \"127.0.0.1:8000\"}\n"

// forms are what people have, and what it is called.
var forms = []struct{ name, text, form string }{
	{"the terminal's bytes", wrap("\r%s    \r"), "terminal bytes"},
	{"LF alone", wrap("%s"), "terminal bytes"},
	{"CRLF", wrap("%s\r"), "terminal bytes"},
	{"the gateway's stdout", wrap("opend | %s"), "the gateway's output"},
	{"docker logs", log + wrap("opend | %s") + log + "state:   connected; Ctrl-C ends it\n", "the gateway's output"},
	{"docker logs -t", stamped + " " + log + wrap(stamped+" opend | %s"), "the gateway's output, with times in front, as of docker logs -t"},
	{"docker logs -t of the daemon alone", wrap(stamped + " %s"), "terminal bytes, with times in front, as of docker logs -t"},
	{"a container's file", wrap(stamped + " stdout F opend | %s"), "the gateway's output, with times in front, as of docker logs -t"},
	{"docker compose logs", "futuopend-1  | " + log + wrap("futuopend-1  | opend | %s") + "db-1         | Login failed\n", "the gateway's output, docker compose logs"},
	{"docker compose logs in colour", wrap("\x1b[36mfutuopend-1  | \x1b[0mopend | %s"), "the gateway's output, docker compose logs"},
	{"docker compose logs of the daemon alone", wrap("futuopend_1  | %s"), "terminal bytes, docker compose logs"},
	{"docker compose logs -t", wrap("futuopend-1  | " + stamped + " opend | %s"), "the gateway's output, with times in front, as of docker logs -t, docker compose logs"},
	{"kubectl logs", log + wrap("opend | %s"), "the gateway's output"},
	{"kubectl logs --prefix", wrap("[pod/futuopend-0/gateway] opend | %s") + "[pod/futuopend-0/proxy] Login failed\n", "the gateway's output, kubectl logs with prefixes"},
	{"kubectl logs --prefix --timestamps", wrap("[pod/futuopend-0/gateway] " + stamped + " opend | %s"), "the gateway's output, with times in front, as of docker logs -t, kubectl logs with prefixes"},
	{"journalctl", "-- Boot 0123456789abcdef --\n" + wrap("Nov 25 20:01:14 nas futuopend-gateway[812]: opend | %s"), "the gateway's output, journalctl"},
	{"journalctl in Chinese", wrap("11月 25 20:01:14 nas futuopend-gateway[812]: opend | %s"), "the gateway's output, journalctl"},
	{"journalctl with others", "Nov 25 20:01:12 nas systemd[1]: Login failed\n" + wrap("Nov  5 20:01:14 nas futuopend-gateway[812]: opend | %s"), "the gateway's output, journalctl"},
	{"journalctl -o short-iso", wrap("2026-11-25T20:01:14+0000 nas futuopend-gateway[812]: opend | %s"), "the gateway's output, journalctl"},
	{"journalctl -o short-full", wrap("Wed 2026-11-25 20:01:14 CST nas futuopend-gateway[812]: opend | %s"), "the gateway's output, journalctl"},
	{"journalctl -o short-unix", wrap("1795636874.123456 nas futuopend-gateway[812]: opend | %s"), "the gateway's output, journalctl"},
	{"journalctl of a container", wrap("Nov 25 20:01:14 nas 0a1b2c3d4e5f[812]: opend | %s"), "the gateway's output, journalctl"},
	{"journalctl of the daemon alone", wrap("Nov 25 20:01:14 nas FutuOpenD[812]: %s"), "terminal bytes, journalctl"},
	{"a mail", wrap("> %s"), "terminal bytes, quoted with >"},
	{"a mail with an answer", "It says:\n" + wrap("> opend | %s") + "What now?\n", "the gateway's output, quoted with >"},
	{"a mail of a mail", wrap(">> %s"), "terminal bytes, quoted with >, quoted with >"},
	{"a mail of a mail with blanks", wrap("> > %s"), "terminal bytes, quoted with >, quoted with >"},
	{"a mail without blanks", wrap(">%s"), "terminal bytes, quoted with >"},
	{"line numbers", wrap("%[2]d %[1]s"), "terminal bytes, with line numbers"},
	{"line numbers of cat", wrap("     %[2]d\t%[1]s"), "terminal bytes, with line numbers"},
	{"line numbers of grep", wrap("%[2]d:%[1]s"), "terminal bytes, with line numbers"},
	{"line numbers of a web page", wrap("%[2]d      %[1]s"), "terminal bytes, with line numbers"},
	{"a web page's blanks", strings.ReplaceAll(wrap("%[2]d | opend | %[1]s"), " ", "\u00a0"), "the gateway's output, with line numbers"},
	{"a mail of docker logs -t", wrap("> " + stamped + " opend | %s"), "the gateway's output, with times in front, as of docker logs -t, quoted with >"},
	{"UTF-16", utf16of(wrap("opend | %s\r"), binary.LittleEndian, true), "the gateway's output, UTF-16"},
	{"UTF-16 with large ends first", utf16of(wrap("%s\r"), binary.BigEndian, true), "terminal bytes, UTF-16"},
	{"UTF-16 without a mark", utf16of(wrap("%s\r"), binary.LittleEndian, false), "terminal bytes, UTF-16"},
	{"UTF-16 with large ends first, without a mark", utf16of(wrap("%s\r"), binary.BigEndian, false), "terminal bytes, UTF-16"},
	{"a BOM", "\xef\xbb\xbf" + wrap("%s\r"), "terminal bytes, with a BOM"},
	{"a log of the daemon", wrap("[20261125 20:01:14.123][I][0x7f] %s") + "[20261125 20:01:15.001][I][0x7f] xx ProgramStatusType_Ready (10)\n", "lines of a GTWLog"},
}

func TestEachFormIsToldAndTakenOff(t *testing.T) {
	for _, c := range forms {
		form, lines, last, count := read(t, c.text)
		if form != c.form {
			t.Errorf("%s: it is called %q, want %q", c.name, form, c.form)
		}
		got := strings.Join(lines, "\n")
		for _, want := range daemon {
			if want != ">>>" && !strings.Contains("\n"+got+"\n", "\n"+want+"\n") && want != "" {
				t.Errorf("%s: %q is missing in:\n%s", c.name, want, got)
			}
		}
		for _, others := range []string{"INFO", "Login failed", "state:", "opend |", "nas"} {
			if strings.Contains(got, others) {
				t.Errorf("%s: %q is left of:\n%s", c.name, others, got)
			}
		}
		if strings.Contains(c.text, stamped) && !last.Equal(time.Date(2026, 11, 25, 20, 1, 14, 123456789, time.UTC)) {
			t.Errorf("%s: the last line is of %v", c.name, last)
		}
		if lf := strings.Count(c.text, "\n"); count != lf {
			t.Errorf("%s: %d lines of %d", c.name, count, lf)
		}
	}
}

func TestUTF16WithoutAMarkIsKnownHoweverMuchOfItIsChinese(t *testing.T) {
	long := strings.Repeat("短信请求过于频繁请稍后再试", 2) + "，"
	for _, text := range []string{
		"登录成功\n", "登录成功\r\n", "登录\n", "Login successful\n", "您可以通过如下命令一键更新：update\r\n", "一键更新，一键登录\n", "（登录成功）。\r\n",
		strings.Repeat(long+"\n", 300),
	} {
		for order, name := range map[binary.ByteOrder]string{binary.LittleEndian: "little", binary.BigEndian: "large"} {
			form, lines, _, _ := read(t, utf16of(text, order, false))
			if want := strings.Split(strings.TrimRight(strings.ReplaceAll(text, "\r", ""), "\n"), "\n"); form != "terminal bytes, UTF-16" || strings.Join(lines, "\n") != strings.Join(want, "\n") {
				t.Errorf("%.40q with %s ends first: %s, %.40q", text, name, form, lines)
			}
		}
	}
}

func TestANULOrTwoInATerminalsBytesAreNoUTF16(t *testing.T) {
	for _, text := range []string{
		"Futu OpenD is running\x00\n", "\x00登录成功\n", "登录成功\x00\x00\n", "登录\x00成功\xe7\n", ">>>\x00\n",
		strings.Repeat("正在登录, 错误码: 5\x00\n", 50), "\x00\x00\x00\x00", "登录成功登录成功", "12\x00",
	} {
		if form, _, _, _ := read(t, text); form != "terminal bytes" {
			t.Errorf("%.40q: %s", text, form)
		}
	}
}

func TestTheStatusInALogOfTheDaemonIsFoundWhereverItStands(t *testing.T) {
	_, lines, _, _ := read(t, "2026 I NotifyProgramStatus, type = ProgramStatusType_NeedPhoneVerifyCode, ext = \nxx: IsAllowStartUpOpenD 3\n")
	if lines[0] != "ProgramStatusType_NeedPhoneVerifyCode" {
		t.Errorf("got %q", lines)
	}
}

func TestWhatIsNoneOfTheseFormsStaysAsItIs(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/recordings/*.[lr][oa][gw]")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d recordings, %v", len(paths), err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		form, err := Read(bytes.NewReader(text), func(_ time.Time, piece []byte) { got.Write(piece) })
		if err != nil || form.String() != "terminal bytes" || !bytes.Equal(got.Bytes(), text) {
			t.Errorf("%s: %q, %v, %d of %d bytes", path, form, err, got.Len(), len(text))
		}
	}
	for _, text := range []string{"", "\n", ">>>\n>>>登录成功\n>>>", "2026-08-02 09:00:00 x\n", "12 登录成功\n", "5\n4\n3\n2\n", "a | b\nc | d\n", "\x00", "\xff\xfe"} {
		if form, _, _, _ := read(t, text); strings.Contains(form, ",") && text != "\xff\xfe" {
			t.Errorf("%q: %q", text, form)
		}
	}
}

func TestALineWithoutEndCostsBoundedMemory(t *testing.T) {
	long := "opend | a\nopend | " + strings.Repeat("x", 3*sampled) + "\nopend | 登录成功\n" + strings.Repeat("y", 3*sampled)
	pieces := 0
	_, err := Read(strings.NewReader(long), func(_ time.Time, piece []byte) {
		if len(piece) > sampled {
			t.Fatalf("a piece of %d bytes", len(piece))
		}
		pieces++
	})
	if err != nil || pieces < 5 {
		t.Errorf("%d pieces, %v", pieces, err)
	}
	_, lines, _, _ := read(t, long)
	if len(lines) != 3 || lines[0] != "a" || len(lines[1]) != 3*sampled || lines[2] != "登录成功" {
		t.Errorf("got %d lines", len(lines))
	}
}

func FuzzRead(f *testing.F) {
	for _, c := range forms {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		lf := 0
		form, err := Read(bytes.NewReader(text), func(_ time.Time, piece []byte) {
			if len(piece) > 4*sampled {
				t.Errorf("a piece of %d bytes", len(piece))
			}
			lf += bytes.Count(piece, []byte("\n"))
		})
		if err != nil {
			t.Fatal(err)
		}
		// Lines keep their numbers.
		if !strings.Contains(form.String(), "UTF-16") && lf != bytes.Count(text, []byte("\n")) {
			t.Errorf("%q: %d lines of %d", form, lf, bytes.Count(text, []byte("\n")))
		}
	})
}
