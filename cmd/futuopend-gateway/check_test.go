package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/fetch"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// another runs a command as a user who may not do everything, in a world that he can see.
func (p *process) another(uid uint32, args ...string) (string, int) {
	p.t.Helper()
	cmd := testbed.AsUser(p.t, uid, args, append(p.Cmd.Env, "FUTU_CMD=/bin/true"))
	out, _ := cmd.CombinedOutput()
	return string(out), cmd.ProcessState.ExitCode()
}

func TestWhatAnotherUserLacksIsToldWithTheCommandThatMendsIt(t *testing.T) {
	const nobody, stranger = 65534, 54321
	for lang, denied := range map[string]string{"en": "permission denied", "chs": "没有权限"} {
		dir := testbed.PassableFolder(t)
		data, home := filepath.Join(dir, "journal"), filepath.Join(dir, "home")
		for _, path := range []string{data, home} {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		p := prepare(t, nil, "FUTU_LANG="+lang, "GATEWAY_DATA="+data, "FUTU_DATA="+home)
		for command, exit := range map[string]int{"check": 1, "serve": 1} {
			out, code := p.another(nobody, command)
			for _, want := range []string{"65534", data, denied, "uid 0"} {
				if !strings.Contains(out, want) || code != exit || lang == "chs" && english(out) {
					t.Errorf("%s, %s: exit code %d, no %q in:\n%s", lang, command, code, want, out)
				}
			}
			if !strings.Contains(out, "chown -R 65534:65534 "+data) && !strings.Contains(out, "-e PUID=65534") {
				t.Errorf("%s, %s: no command mends it:\n%s", lang, command, out)
			}
			if command == "check" && (!strings.Contains(out, home) || strings.Contains(out, say("check.safe")) || strings.Count(out, data) > 2) {
				t.Errorf("%s: of a journal that cannot be read something is said, or of the folder nothing:\n%s", lang, out)
			}
		}
		for command, exit := range map[string]int{"check": 1, "serve": 2} {
			out, code := p.another(stranger, command)
			if code != exit || !strings.Contains(out, "uid 54321") || !strings.Contains(out, "/etc/passwd") || lang == "chs" && english(out) {
				t.Errorf("%s, %s as a user without a passwd line: exit code %d\n%s", lang, command, code, out)
			}
			if !strings.Contains(out, "useradd --uid 54321") && !strings.Contains(out, "-e PUID=54321") {
				t.Errorf("%s, %s: no command mends it:\n%s", lang, command, out)
			}
		}
	}
}

func TestACheckOfASimulatedGatewayKnowsItsScenario(t *testing.T) {
	for line, want := range map[string]string{
		"futuopend-gateway serve -simulate sms":                      "sms",
		"/sbin/docker-init -- futuopend-gateway serve --simulate=ok": "ok",
		"futuopend-gateway serve -simulate sms -- -pace=0":           "sms",
		"futuopend-gateway serve":                                    "",
		"futuopend-gateway":                                          "",
		"sleep infinity":                                             "",
		"serve -no-such-flag":                                        "",
	} {
		if got := scenarioOf(strings.Fields(line)); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

func TestAFirstStartIsNoWarning(t *testing.T) {
	for _, lang := range []string{"en", "chs"} {
		p := prepare(t, nil, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_LANG="+lang)
		out, code := p.command("", "check")
		if warning := words.Text(words.Like(lang), "check.warning"); code != 0 || strings.Contains(out, warning) {
			t.Errorf("exit code %d:\n%s", code, out)
		}
	}
}

func TestAnIdentityThatIsGoneIsAWarning(t *testing.T) {
	cmd := script(t, "-scenario=ok")
	p := start(t, "FUTU_CMD="+cmd)
	p.state(fsm.Connected)
	p.End(syscall.SIGTERM)
	if out, code := p.command("", "check"); code != 0 || !strings.Contains(out, "Device.dat is there") {
		t.Errorf("after a login: exit code %d\n%s", code, out)
	}
	if err := os.Remove(filepath.Join(identity(t, cmd), "Device.dat")); err != nil {
		t.Fatal(err)
	}
	if out, code := p.command("", "check"); code != 0 || !strings.Contains(out, "warning  device         Device.dat is gone") {
		t.Errorf("without it: exit code %d\n%s", code, out)
	}
}

func TestCheckTellsWhichDaemonIsUsedHowOldItIsAndWhetherANewerOneIsKnown(t *testing.T) {
	newest, _ := fetch.Standard(false, false)
	built, _ := newest.Built()
	unpacked := func(name, list string) string {
		path := filepath.Join(t.TempDir(), name, "FutuOpenD")
		text, err := os.ReadFile(script(t, "-scenario=ok"))
		if err == nil {
			err = os.MkdirAll(filepath.Dir(path), 0o755)
		}
		if err == nil {
			err = os.WriteFile(path, text, 0o755)
		}
		if err == nil && list != "" {
			err = os.WriteFile(filepath.Join(filepath.Dir(path), "archive.sha256"), []byte("0123  "+list+"\n"), 0o644)
		}
		if err == nil {
			err = os.Chtimes(path, time.Time{}, time.Now().AddDate(0, 0, -400))
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct {
		path  string
		env   []string
		wants []string
	}{
		"by the list beside it": {unpacked("opend", newest.Name()+".tar.gz"), nil, []string{
			"Futu " + newest.Version, "built on " + built.Format(time.DateOnly), "no newer one is known"}},
		"by its folder": {unpacked("Futu_OpenD_10.8.6818_Ubuntu18.04", ""), []string{"FUTU_LOGIN_PWD=" + testPassword, "FUTU_LOGIN_PWD_MD5="}, []string{
			"Futu 10.8.6818_Ubuntu18.04", "its file is of ", "400 days ago", "FUTU_VERSION=" + newest.Version}},
		"with an MD5 alone": {unpacked("Futu_OpenD_10.9.6918_Ubuntu18.04", ""), nil, []string{newest.Version + ", which wants the password itself"}},
		"moomoo's":          {unpacked("moomoo_OpenD_10.10.7008_Ubuntu18.04", ""), []string{"FUTU_BRAND=moomoo"}, []string{"moomoo 10.10.7008", "no newer one is known"}},
		"by nothing":        {unpacked("opend", ""), nil, []string{"its version is told when it runs", "the newest that this program knows is " + newest.Version}},
	} {
		p := prepare(t, nil, append(c.env, "FUTU_CMD="+c.path)...)
		out, code := p.command("", "check")
		for _, want := range c.wants {
			if code != 0 || !strings.Contains(out, want) {
				t.Errorf("%s: exit code %d, no %q in\n%s", name, code, want, out)
			}
		}
	}
}

func TestWhatTheDaemonSaidOfItsVersionIsRemembered(t *testing.T) {
	said := func(events ...fsm.Event) (h heard) {
		for _, e := range events {
			h.note(fsm.Entry{Event: e})
		}
		return h
	}
	day := time.Date(2025, 7, 13, 0, 0, 0, 0, time.UTC)
	old := fsm.Event{Kind: fsm.Version, Detail: "9.4.5408(20250713104500)"}
	for name, c := range map[string]struct {
		got  heard
		want heard
	}{
		"with its build":           {said(old), heard{version: "9.4.5408", built: day}},
		"with a short year":        {said(fsm.Event{Kind: fsm.Version, Detail: "8.0.4008(240117152500)"}), heard{version: "8.0.4008", built: time.Date(2024, 1, 17, 0, 0, 0, 0, time.UTC)}},
		"without":                  {said(fsm.Event{Kind: fsm.Version, Detail: "7.1.3308"}), heard{version: "7.1.3308"}},
		"a newer one":              {said(old, fsm.Event{Kind: fsm.VersionNewer, Detail: "found new version: 10.0.6008"}, fsm.Event{Kind: fsm.VersionNewer, Detail: "update"}), heard{version: "9.4.5408", built: day, newer: "10.0.6008"}},
		"too old":                  {said(old, fsm.Event{Kind: fsm.VersionOld, Detail: "10.0.6008"}), heard{version: "9.4.5408", built: day, newer: "10.0.6008", old: true}},
		"and is mended afterwards": {said(old, fsm.Event{Kind: fsm.VersionOld}, fsm.Event{Kind: fsm.Version, Detail: "10.0.6008"}), heard{version: "10.0.6008"}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", name, c.got, c.want)
		}
	}
}

func TestTheTerminalChoosesTheLanguageOfItsPlace(t *testing.T) {
	for env, want := range map[string]string{
		"FUTU_LANG=en LANG=zh_TW.UTF-8": "settings", "FUTU_LANG= LANG=zh_TW.UTF-8": "設定", "FUTU_LANG=chs LANG=zh_HK.UTF-8": "設定",
		"FUTU_LANG= LANG=zh_CN.UTF-8": "设置", "FUTU_LANG=chs LANG=C.UTF-8": "设置", "FUTU_LANG= LANG=de_DE.UTF-8": "settings", "FUTU_LANG= LC_ALL=en_US.UTF-8 LANG=zh_CN.UTF-8": "settings",
	} {
		p := prepare(t, nil, append(strings.Fields(env), "FUTU_CMD="+script(t, "-scenario=ok"))...)
		if out, code := p.command("", "check"); code != 0 || !strings.Contains(strings.SplitN(out, "\n", 2)[0], want) {
			t.Errorf("%s: exit code %d, want %s:\n%s", env, code, want, out)
		}
	}
}

func TestADamagedJournalIsToldInThePersonsLanguage(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_LANG=chs")
	p.state(fsm.Connected)
	p.End(syscall.SIGTERM)
	path := filepath.Join(p.data, "journal.jsonl")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ := strings.Cut(string(text), "\n")
	if err := os.WriteFile(path, []byte(first+"\nnonsense\n"+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _ := p.command("", "check"); !strings.Contains(out, "第 2 行无法读取") || strings.Contains(out, "passed over") {
		t.Errorf("check says\n%s", out)
	}
}
