package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

func TestAPasswordThatSomethingWasAddedToIsDoubted(t *testing.T) {
	const sum = "5f4dcc3b5aa765d61d8327deb882cf99"
	for password, want := range map[string]string{
		"correct-horse": "", "\"": "", "'a": "", "it's": "",
		"\ufeffcorrect-horse": "bom", `"correct-horse"`: "quotes", `'x'`: "quotes", "“x”": "quotes", "‘x’": "quotes", "“x": "", "x\u200by": "unseen", "x\ufeff": "unseen", " x": "blank", "x\u3000": "blank", "x ": "blank", "x\t": "blank",
		sum: "digest", strings.ToUpper(sum): "digest", sum + "  -": "digest", sum[:31]: "",
	} {
		if got := pasted(password); strings.TrimPrefix(got, "wrong.pasted.") != want || got != "" && words.Text(words.English, got) == "" {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
	for _, c := range []struct{ account, password, want string }{
		{"100000", "123456", "example"}, {"100000", "1234567", ""}, {"1000001", "123456", ""},
	} {
		got := doubts(environment{}, c.account, c.password, sumOf(c.password))
		if (len(got) > 0) != (c.want != "") {
			t.Errorf("%s with %s: %v", c.account, c.password, got)
		}
	}
	if got := doubts(environment{}, "1", "", sumOf("")); len(got) != 1 {
		t.Errorf("the MD5 of nothing: %v", got)
	}
}

func TestTheLoginsSettingsHaveAForm(t *testing.T) {
	long := strings.Repeat("a", 64)
	for _, c := range []struct {
		ask         func(c *checker, s string) string
		well, wrong []string
	}{
		{func(c *checker, s string) string { return c.account("FUTU_LOGIN_ACCOUNT", s) },
			[]string{"12345678", "+86 13800000000", "a_b.c-d@example.com", "Zz9", long}, []string{"", "a\tb", "账号", "a/b", "a,b", long + "a"}},
		{func(c *checker, s string) string { return c.word("FUTU_LOGIN_REGION", s) },
			[]string{"hk", "SG_1", long[:16]}, []string{"", "h k", "香港", "h-k", long[:17]}},
		{func(c *checker, s string) string { return c.md5("FUTU_LOGIN_PWD_MD5", s) },
			[]string{"", long[:32], "5F4DCC3B5AA765D61D8327DEB882CF99"}, []string{long[:31], long[:33], long[:31] + "g"}},
	} {
		for want, list := range [2][]string{c.well, c.wrong} {
			for _, s := range list {
				var asked checker
				if c.ask(&asked, s); len(asked.problems) != want {
					t.Errorf("%q: %v", s, asked.problems)
				}
			}
		}
	}
}

func TestNoLoginIsSpentOnAPasswordInQuotes(t *testing.T) {
	p := prepare(t, nil, "FUTU_CMD="+script(t, "-scenario=ok"), `FUTU_LOGIN_PWD="in quotes"`)
	p.Cmd.Env = without(p.Cmd.Env, "FUTU_LOGIN_PWD_MD5")
	if out, code := p.command("", "check"); code != 1 || !strings.Contains(out, "quotes") {
		t.Errorf("check: exit code %d:\n%s", code, out)
	}
	if out, code := p.command("", "serve"); code != 2 || !strings.Contains(out, "FUTU_LOGIN_PWD_AS_IS=yes") {
		t.Errorf("serve: exit code %d:\n%s", code, out)
	}
	if _, err := os.Stat(filepath.Join(p.data, "journal.jsonl")); err == nil {
		t.Error("a journal was begun")
	}
	p.Cmd.Env = append(p.Cmd.Env, "FUTU_LOGIN_PWD_AS_IS=yes")
	p.start()
	p.state(fsm.Connected)
	p.End(syscall.SIGTERM)
	p.Cmd.Env = append(p.Cmd.Env, "FUTU_LOGIN_PWD_AS_IS=no") // it succeeded, so it is right
	if out, code := p.command("", "check"); code != 0 {
		t.Errorf("after it succeeded: exit code %d:\n%s", code, out)
	}
}

func without(env []string, name string) (out []string) {
	for _, v := range env {
		if !strings.HasPrefix(v, name+"=") {
			out = append(out, v)
		}
	}
	return out
}
