package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
)

// mine is what a person's settings have.
var mine = environment{
	Account: "+86 13800000000", Password: "correct horse", PasswordMD5: testMD5, Token: "0123456789abcdef-token", NotifyURLs: "ntfy://ntfy.example/my-topic gotify://x/y",
	Command: "/volume1/docker/jane/FutuOpenD", Data: "/volume1/docker/jane/gw", RSAKey: "/volume1/docker/jane/keys/futu.pem", IP: "127.0.0.1", Port: "11111",
	Lang: "en", Mode: "auto", PublicURL: "https://futu.jane.example/",
}

func TestWhatIsThePersonsOwnIsTakenOut(t *testing.T) {
	r := newRedactor(mine, config{secrets: []string{"a-secret"}})
	for in, want := range map[string]string{
		"登录账号: +86 13800000000":                          "登录账号: (account)",
		"account 13800000000.":                           "account (account).",
		"with correct horse and a-secret":                "with (secret) and (secret)",
		"md5 " + testMD5:                                 "md5 (secret)",
		"ntfy://ntfy.example/my-topic failed":            "(secret) failed",
		"/volume1/docker/jane/gw/journal.jsonl":          "(GATEWAY_DATA)/journal.jsonl",
		"图形验证码已下载到/home/jane/x/PicVerifyCode.png":        "图形验证码已下载到(path)",
		"open /Users/jane/a: permission denied":          "open (path): permission denied",
		"mail jane.doe+x@example.co.uk":                  "mail (e-mail)",
		"验证码 314159":                                     "验证码 (digits)",
		"code(314159)":                                   "code((digits))",
		"phone 8613800000001 x":                          "phone (digits) x",
		"尾号1234":                                         "尾号(digits)",
		"from 203.0.113.7:54321 to 192.168.1.2":          "from (address):54321 to (address)",
		"[2001:db8::7]:443 and fe80::1":                  "[(address)]:443 and (address)",
		"see http://nas.jane.example:8000/x?t=1":         "see (link)",
		"完成:https://risk-disclosure.futuhk.com/i?uid=77": "完成:https://risk-disclosure.futuhk.com/i?…",
	} {
		if got := r.clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for _, same := range []string{
		"Futu OpenD version: 9.4.5408(20250713104500)", "Start Time: 2026-08-02 09:00:00", "API Listening Address: 127.0.0.1:11111", "[::1]:8000 and [::]:8000",
		"exit code 14", "Login too many times, please wait 36 minutes", "/opt/opend/FutuOpenD", "error while loading shared libraries: /usr/lib/libX.so", "and/or 1/2",
		"Subscription Quota: 300, Historical Candlestick Quota: 300", "2026-11-26T01:56:59Z",
	} {
		if got := r.clean(same); got != same {
			t.Errorf("%q became %q", same, got)
		}
	}
}

// FuzzRedactor: whatever stands around them, account and secrets are gone.
func FuzzRedactor(f *testing.F) {
	f.Add("登录账号: ", " /home/x/y 1.2.3.4")
	r := newRedactor(mine, config{})
	f.Fuzz(func(t *testing.T, before, after string) {
		for _, own := range []string{"13800000000", "correct horse", testMD5} {
			if strings.Contains(before+"|"+after, own) {
				return
			}
			if got := r.clean(before + own + after); strings.Contains(got, own) {
				t.Errorf("%q is left in %q", own, got)
			}
		}
	})
}

func TestSettingsAreToldWithoutWhatIsInThem(t *testing.T) {
	got := reportSettings(mine)
	for _, want := range []string{"FUTU_LOGIN_ACCOUNT=(set)\n", "FUTU_LOGIN_PWD=(set)\n", "FUTU_CMD=(set)\n", "FUTU_LANG=en\n", "FUTU_PORT=11111 (standard)\n", "PUBLIC_URL=(set)\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	for _, own := range []string{"138", "horse", "jane", "ntfy", testMD5} {
		if strings.Contains(got, own) {
			t.Errorf("%q is in:\n%s", own, got)
		}
	}
	names := map[string]bool{}
	for _, s := range settings() {
		names[s.name] = true
	}
	for _, name := range harmless {
		if !names[name] || strings.Contains(name, "TOKEN") || strings.HasSuffix(name, "_PWD") || strings.Contains(name, "_MD5") {
			t.Errorf("%s is told", name)
		}
	}
}

// reported checks what every report has and what none has.
func reported(t *testing.T, text string, own ...string) {
	t.Helper()
	for _, want := range []string{sendReports, "### Versions", "futuopend-gateway " + version, "FutuOpenD 10.", "### Settings", "FUTU_LANG=en", "### Check", "settings       understood",
		"### Lines that no rule knows", "谁也不认识", "### Journal", "logged_in", "### The last record"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	for _, s := range own {
		if strings.Contains(text, s) {
			t.Errorf("%q is in:\n%s", s, text)
		}
	}
	if len(text) > maxReport+100 || strings.Count(text, "```")%2 != 0 {
		t.Errorf("%d bytes with %d fences", len(text), strings.Count(text, "```"))
	}
}

// bodyOf reads an answer to its end.
func bodyOf(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAReportHasWhatHelpsAndNothingThatIsThePersonsOwn(t *testing.T) {
	const token = "correct-horse-battery"
	p := prepare(t, nil, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_RECORD=yes", "SERVER_TOKEN="+token)
	// A daemon that says a line more than the simulated one.
	program := filepath.Join(t.TempDir(), "FutuOpenD")
	for i, s := range p.Cmd.Env {
		if real, ok := strings.CutPrefix(s, "FUTU_CMD="); ok {
			text := fmt.Sprintf("#!/bin/sh\ncase \"$*\" in *-help*) ;; *) echo '谁也不认识 314159 %s';; esac\nexec %q \"$@\"\n", filepath.Dir(program), real)
			if err := os.WriteFile(program, []byte(text), 0o755); err != nil {
				t.Fatal(err)
			}
			p.Cmd.Env[i] = "FUTU_CMD=" + program
		}
	}
	p.start()
	p.state(fsm.Connected)
	own := []string{"100000001", testMD5, token, opendsim.Code, p.data, filepath.Dir(program)}
	if u, err := daemon.CurrentUser(); err == nil && u.HomeDir != "/" {
		own = append(own, u.HomeDir+"/")
	}

	get := func(token string) (int, string) {
		r, err := http.NewRequest("GET", "http://"+p.address+"/report", nil)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, bodyOf(t, resp)
	}
	if code, _ := get(""); code != http.StatusUnauthorized {
		t.Errorf("without a token: %d", code)
	}
	code, text := get(token)
	if code != http.StatusOK {
		t.Fatalf("%d: %s", code, text)
	}
	reported(t, text, own...)
	if out, code := p.command("", "report"); code != 0 {
		t.Errorf("the command, beside a gateway: exit code %d: %s", code, out)
	} else {
		reported(t, out, own...)
	}
	p.End(syscall.SIGTERM)
	if out, code := p.command("", "report"); code != 0 {
		t.Errorf("the command, without a gateway: exit code %d: %s", code, out)
	} else {
		reported(t, out, own...)
	}
	p.Cmd.Env = slices.DeleteFunc(p.Cmd.Env, func(s string) bool { return strings.HasPrefix(s, "FUTU_LOGIN_ACCOUNT=") })
	if out, code := p.command("", "report"); code != 0 || !strings.Contains(out, "wrong    settings") {
		t.Errorf("with wrong settings: exit code %d: %s", code, out)
	}
}

func TestALongReportStillFitsIntoAnIssue(t *testing.T) {
	var long strings.Builder
	section(&long, "x", strings.Repeat(strings.Repeat("长", 50)+"\n", 1000))
	if got := bounded(long.String()); len(got) > maxReport+20 || !strings.HasSuffix(string(got), "\n(cut here)\n```\n") {
		t.Errorf("%d bytes, the end is %q", len(got), got[len(got)-40:])
	}
	if got := string(bounded("short\n")); got != "short\n" {
		t.Errorf("got %q", got)
	}
}

func TestThePageSaysWhatAReportHas(t *testing.T) {
	for page, title := range map[string]string{"cmd/futuopend-gateway/README.md": "## A report\n", "cmd/futuopend-gateway/README.zh-CN.md": "## 报告\n"} {
		_, text, ok := strings.Cut(prose.Read(t, page), title)
		if text, _, _ = strings.Cut(text, "\n## "); !ok || !strings.Contains(text, sendReports) || !strings.Contains(text, "futuopend-gateway report") || !strings.Contains(text, "`GET /report`") {
			t.Errorf("%s does not say how to make a report and where to send it", page)
		}
	}
}
