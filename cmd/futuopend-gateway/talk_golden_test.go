package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// dialogue is what a person types and reads, one command after the other.
type dialogue struct {
	p    *process
	text strings.Builder
}

// types runs a command, without a terminal.
func (d *dialogue) types(stdin string, args ...string) {
	d.p.t.Helper()
	out, code := d.p.command(stdin, args...)
	fmt.Fprintf(&d.text, "$ futuopend-gateway %s\n%s[%d]\n", strings.Join(args, " "), out, code)
}

// oneJournal is the beginning of a journal that another release left.
func oneJournal(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../testdata/journals/first-login.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.SplitAfter(string(text), "\n")[:5], "")
}

// dialogues are the commands that a person meets, by what the gateway is doing.
var dialogues = map[string]struct {
	scenario string
	talk     func(d *dialogue)
}{
	"sms": {"sms", func(d *dialogue) {
		d.p.state(fsm.AwaitingCode)
		d.p.until(d.p.Stdout, "input_phone_verify_code")
		d.types("", "status")
		d.types("", "wait", "-timeout", "1s")
		d.types("", "code")
		d.types("", "code", "12ab")
		d.types("", "code", "000000")
		d.types("【富途】验证码 "+opendsim.Code+"，5分钟内有效\n", "code", "-")
		d.types("", "wait")
		d.p.command("", "wait", "-ready") // what it tells on its way depends on the machine
		d.types("", "wait", "-ready")
		d.types("", "code", opendsim.Code)
		d.types("", "captcha", "K7QX")
		d.types("", "init")
		d.types("", "stop")
	}},
	"void": {"sms-void", func(d *dialogue) {
		d.p.state(fsm.AwaitingCode)
		d.p.until(d.p.Stdout, "input_phone_verify_code")
		d.types("", "code", opendsim.Code)
		d.types("", "status")
	}},
	"halted": {"wrong-password", func(d *dialogue) {
		d.p.happened(fsm.TroubleTold, 0)
		d.types("", "status")
		d.types("", "init")
		d.types("", "restart", "-yes")
	}},
	"started": {"ok", func(d *dialogue) {
		d.p.command("", "wait", "-ready") // what it tells on its way depends on the machine
		d.types("", "wait", "-ready")
		d.types("", "status")
		d.types("", "restart")
	}},
	"captcha": {"captcha-again", func(d *dialogue) {
		d.p.state(fsm.AwaitingCaptcha)
		file := filepath.Join(d.p.data, "picture.png")
		d.types("", "captcha")
		d.types("", "captcha", "-o", file)
		d.types("", "captcha", "-new", "-o", file)
		d.types("", "captcha", "-o", filepath.Join(d.p.data, "nowhere", "picture.png"))
		d.types("", "captcha", "-new", opendsim.Captcha)
		d.types("", "captcha", "K7-QX")
		asked := d.p.run()
		d.types("", "resend")
		d.p.happened(fsm.CaptchaSaved, asked[len(asked)-1].Seq) // an answer that comes before the daemon asks anew is for another picture
		d.types("", "code", "123456")
		d.types("secret\n", "password")
		d.types("", "healthcheck")
		d.types("", "healthcheck", "-ready")
		d.types("", "captcha", opendsim.Captcha)
		d.types("", "resend")
	}},
	"files": {"", func(d *dialogue) {
		recording, journal := filepath.Join(d.p.data, "recording.txt"), oneJournal(d.p.t)
		d.types("", "healthcheck")
		d.types("", "check")
		d.types("", "fetch")
		d.types("", "notify-test")
		d.types("登录成功\n", "replay", "-")
		d.types("$ docker logs -t\n2026-11-25T20:01:14Z opend | 登录成功\n2026-11-25T20:01:15Z opend | nothing of the kind\n", "replay", "-")
		d.types("登录成功\n", "replay", "-json", "-")
		d.types("hello\n", "replay", "-")
		d.types("", "replay", "-")
		d.types("", "replay", recording)
		d.types(journal, "replay", "-")
		d.types(journal[:len(journal)-40], "replay", "-")
		d.types(strings.Replace(journal, "boot", "toob", 1), "replay", "-")
	}},
	"line": {"", func(d *dialogue) {
		d.types("", "status")
		d.types("", "code", "123456")
		d.types("", "wait", "-timeout", "1s")
		d.types("", "wait", "-timeout", "soon")
		d.types("", "stauts")
		d.types("", "nonsense")
		d.types("", "status", "-jsn")
		d.types("", "status", "-url")
		d.types("", "watch", "-after", "x")
		d.types("", "replay")
		d.types("", "serve", "-simulate", "smss")
		d.types("", "serve", "--", "-pace=0")
		d.types("", "completion", "tcsh")
		d.types("", "help")
		d.types("", "help", "code")
		d.types("", "wait", "-h")
	}},
}

func TestEachCommandTellsAPersonWhatItDid(t *testing.T) {
	for name, c := range dialogues {
		for daemon, person := range map[string]string{"chs": words.Chinese, "en": words.English} {
			t.Run(name+"/"+person, func(t *testing.T) {
				t.Parallel()
				p := prepare(t, nil, "FUTU_CMD="+script(t, "-scenario="+c.scenario), "FUTU_LANG="+daemon, "TZ=UTC")
				if c.scenario != "" {
					p.start()
				}
				d := &dialogue{p: p}
				c.talk(d)
				text := d.settled(person)
				if person == words.Chinese && english(text) {
					t.Errorf("it is English:\n%s", text)
				}
				testbed.Golden(t, filepath.Join("testdata", "talk", name+"."+person+".golden"), text)
			})
		}
	}
}

// What a machine, a day and a test's folder have in their own way.
var (
	pictureFile = regexp.MustCompile(`[^ ]+/captcha-\d+\.png`)
	person      = regexp.MustCompile(`(?m)^(.*) [^ ]+(, home |，主目录 ).*$`)
	now         = regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:]{8}Z`)
	today       = regexp.MustCompile(`\d{4}-\d\d-\d\d([^T\d:]*\n|, |，)`)
)

func (d *dialogue) settled(lang string) string {
	text := d.p.settled(d.text.String(), lang)
	for _, e := range d.p.Cmd.Env {
		if folder, ok := strings.CutPrefix(e, "FUTU_DATA="); ok {
			text = strings.ReplaceAll(text, folder, "/opt/opend")
		}
	}
	text = pictureFile.ReplaceAllString(text, "/tmp/captcha.png")
	text = person.ReplaceAllString(text, "$1 futu$2/home/futu")
	text = now.ReplaceAllString(text, "2026-01-02T03:04:05Z")
	return today.ReplaceAllString(text, "2026-01-02$1")
}

// The port that the gateway gives the daemon behind the gate differs from one run to the next.
var internalPort = regexp.MustCompile(`(127\.0\.0\.1:)\d+`)

// Commands whose texts are held elsewhere: by a golden of their own, or since they are none of this store's.
var heldElsewhere = map[string]string{
	"serve":    "TestTheLogTellsAPersonWhatHappensAndWhatToDo",
	"watch":    "TestWatchTellsAPersonEachEvent",
	"man":      "TestTheManPageAndTheCompletionsTellAPersonWhatTheTableHas",
	"simulate": "the daemon's words",
	"report":   "an issue is written in English, see report_test.go",
	"version":  "TestTheVersionIsToldByAFlagToo",
}

func TestEachCommandIsInADialogue(t *testing.T) {
	for _, person := range []string{words.Chinese, words.English} {
		var all strings.Builder
		for name := range dialogues {
			text, err := os.ReadFile(filepath.Join("testdata", "talk", name+"."+person+".golden"))
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
		for _, c := range commands() {
			said := strings.Contains(all.String(), "\n$ futuopend-gateway "+c.name+"\n") || strings.Contains(all.String(), "\n$ futuopend-gateway "+c.name+" ")
			if !said && heldElsewhere[c.name] == "" {
				t.Errorf("%s is in no dialogue in %s: add it to one, or say in heldElsewhere what holds its texts", c.name, person)
			}
		}
	}
}

func TestWatchTellsAPersonEachEvent(t *testing.T) {
	for daemon, person := range map[string]string{"chs": words.Chinese, "en": words.English} {
		p := start(t, "FUTU_CMD="+script(t, "-scenario=sms", "-api=none"), "FUTU_LANG="+daemon, "TZ=UTC")
		watching := exec.Command(os.Args[0], "watch", "-after", "0")
		watching.Env = p.Cmd.Env
		said := testbed.NewTape()
		watching.Stdout = said
		if err := watching.Start(); err != nil {
			t.Fatal(err)
		}
		p.until(said, "awaiting_code ")
		watching.Process.Signal(syscall.SIGTERM)
		if err := watching.Wait(); err != nil {
			t.Errorf("it ends with %v", err)
		}
		_, events, _ := strings.Cut(said.String(), "\n2") // after the status, which differs by the time at which it was asked
		text, _, _ := strings.Cut("2"+events, "code_wanted")
		text = text[:strings.LastIndex(text, "\n")+1]
		testbed.Golden(t, filepath.Join("testdata", "talk", "watch."+person+".golden"), regexp.MustCompile(`(?m)^.{19} +\d+`).ReplaceAllString(internalPort.ReplaceAllString(p.settled(text, person), "${1}INSIDE"), "TIME SEQ"))
	}
}

func TestTheManPageAndTheCompletionsTellAPersonWhatTheTableHas(t *testing.T) {
	for daemon, person := range map[string]string{"chs": words.Chinese, "en": words.English} {
		p := prepare(t, nil, "FUTU_LANG="+daemon)
		for _, args := range [][]string{{"man"}, {"completion", "zsh"}, {"completion", "fish"}, {"completion", "bash"}} {
			out, code := p.command("", args...)
			for _, c := range commands() {
				if !strings.Contains(out, strings.ReplaceAll(c.name, "-", map[bool]string{true: `\-`, false: "-"}[args[0] == "man"])) || code != 0 {
					t.Errorf("%v ends with %d and does not have %s", args, code, c.name)
				}
			}
			// The settings and the scenarios have tables and tests of their own.
			settings, exits := strings.Index(out, ".SH "+words.Text(person, "help.man.settings")), strings.Index(out, ".SH "+words.Text(person, "help.man.exits"))
			if settings > 0 {
				out = out[:settings] + out[exits:]
			}
			out = strings.ReplaceAll(out, strings.Join(scenarioNames(), " "), "SCENARIOS")
			testbed.Golden(t, filepath.Join("testdata", "talk", args[len(args)-1]+"."+person+".golden"), out)
		}
	}
}

func TestBashCompletesCommandsAndFlags(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	p := prepare(t, nil)
	p.Cmd.Env = append(p.Cmd.Env, "PROGRAM="+os.Args[0])
	for line, want := range map[string]string{
		"gw sta": "status", "gw watch -a": "-after", "gw help notify": "notify-test", "gw completion f": "fish", "gw wait -t": "-timeout\n-token-file",
	} {
		complete := exec.Command(bash, "-c", `source <("$PROGRAM" completion bash); COMP_WORDS=(`+line+`); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _futuopend_gateway; printf '%s\n' "${COMPREPLY[@]}"`)
		complete.Env = p.Cmd.Env
		if out, err := complete.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != want {
			t.Errorf("%q: %v, %q, want %q", line, err, out, want)
		}
	}
}

func TestACommandLineIsUnderstoodAsPeopleWriteIt(t *testing.T) {
	for line, want := range map[string]string{
		"code 123456 -no-wait":       "words [123456] no-wait true",
		"code -no-wait 123456":       "words [123456] no-wait true",
		"code --no-wait=true 123456": "words [123456] no-wait true",
		"code -":                     "words [-] no-wait false",
		"code -- -1":                 "words [-1] no-wait false",
	} {
		fields := strings.Fields(line)
		c, err := find(fields[0])
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.parse(fields[1:])
		if text := fmt.Sprintf("words %v no-wait %t", got.words, got.on("no-wait")); err != nil || text != want {
			t.Errorf("%s: %s %v, want %s", line, text, err, want)
		}
	}
	serve, _ := find("serve")
	if c, err := serve.parse([]string{"-simulate", "sms", "--", "-pace=0"}); err != nil || c.text("simulate") != "sms" || len(c.after) != 1 {
		t.Errorf("serve: %+v %v", c, err)
	}
	for _, c := range commands() {
		for _, lang := range words.Languages() {
			if words.Text(lang, "help."+c.name) == "" {
				t.Errorf("%s.json has no help.%s", lang, c.name)
			}
			for _, o := range c.flags() {
				if c.does(o, lang) == "" {
					t.Errorf("%s.json has neither help.flag.%s.%s nor help.flag.%s", lang, c.name, o.name, o.name)
				}
			}
		}
	}
}

func TestTheVersionIsToldByAFlagToo(t *testing.T) {
	p := prepare(t, nil)
	for _, args := range [][]string{{"version"}, {"--version"}, {"-v"}, {"-version"}, {"gw", "--version"}, {"futuopend-gateway", "version"}} {
		p.says(0, "futuopend-gateway dev, commit ", args...)
	}
}

func TestACodeIsAskedForAtATerminal(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	tty, shown, wait := p.at("code")
	p.until(shown, "the SMS code, or the whole SMS:")
	tty.WriteString(opendsim.Code + "\r")
	if code := wait(); code != 0 || !strings.Contains(shown.String(), "accepted") {
		t.Errorf("exit code %d:\n%s", code, shown)
	}
}
