package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/client"
)

// What a gateway of these tests must not tell, each a text that nothing else has.
const (
	markedPassword = "Marked-Password-5b1"
	markedCode     = "71828182" // wrong, as is markedCaptcha; the right ones are searched for, too
	markedCaptcha  = "MARKQ7"
	markedAll      = "marked-token-for-all-things"
	markedAnswer   = "marked-token-for-answers"
	markedRead     = "marked-token-for-reading"
	markedKey      = "6d61726b65642077656220736f636b65" // the MD5 of the key of the daemon's WebSocket
	markedTopic    = "MarkedTopic2718"
)

// marks are how each would be seen. A number that is part of a longer one is a time.
var marks = map[string]*regexp.Regexp{
	"the password":       regexp.MustCompile(`(?i)` + markedPassword),
	"its MD5":            regexp.MustCompile(`(?i)` + fmt.Sprintf("%x", md5Of(markedPassword))),
	"a wrong code":       regexp.MustCompile(markedCode),
	"the right code":     regexp.MustCompile(`\b` + opendsim.Code + `\b`),
	"a wrong captcha":    regexp.MustCompile(`(?i)` + markedCaptcha),
	"the right captcha":  regexp.MustCompile(`\b` + opendsim.Captcha + `\b`),
	"the token for all":  regexp.MustCompile(markedAll),
	"that for answers":   regexp.MustCompile(markedAnswer),
	"that for reading":   regexp.MustCompile(markedRead),
	"the key of the API": regexp.MustCompile(`(?i)` + markedKey),
	"the target's topic": regexp.MustCompile(`(?i)` + markedTopic),
}

// guarded is a gateway whose secrets are in files of their own, so that none is in its environment.
type guarded struct {
	*process
	mu       sync.Mutex // guards messages
	messages []string
	tickets  []string // of the links in messages, which are secrets everywhere else
}

// guard prepares a gateway with every secret that there is.
func guard(t *testing.T, daemon string, env ...string) *guarded {
	t.Helper()
	g := &guarded{}
	ntfy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // the address has the topic, and nothing else that is looked for
		g.mu.Lock()
		defer g.mu.Unlock()
		g.messages = append(g.messages, fmt.Sprintf("%q %s", r.Header, body))
		io.WriteString(w, "{}")
	}))
	t.Cleanup(ntfy.Close)
	secrets := t.TempDir() // not searched
	file := func(name, text string) string {
		path := filepath.Join(secrets, name)
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return name + "_FILE=" + path
	}
	g.process = prepare(t, nil, append([]string{
		"FUTU_CMD=" + daemon, "FUTU_LOGIN_PWD_MD5=", "XDG_RUNTIME_DIR=" + t.TempDir(), "LOG_LEVEL=debug", "FUTU_RECORD=yes", "FUTU_LOG_LEVEL=debug",
		file("SERVER_TOKEN", markedAll), file("ANSWER_TOKEN", markedAnswer), file("READ_TOKEN", markedRead),
		file("FUTU_WEBSOCKET_KEY_MD5", markedKey), "FUTU_WEBSOCKET_PORT=" + testbed.FreePort(t),
		file("NOTIFY_URLS", "ntfy://"+ntfy.Listener.Addr().String()+"/"+markedTopic+"?scheme=http"), "PUBLIC_URL=https://futu.example/",
		file("FUTU_LOGIN_PWD", markedPassword),
	}, env...)...)
	g.start()
	return g
}

// quiet is how long nothing happens when a scenario has come to where it stays.
const quiet = 700 * time.Millisecond

// login answers all that a daemon asks, first wrongly and then rightly, until it is quiet.
func (g *guarded) login() error {
	ctx, cancel := context.WithTimeout(g.t.Context(), patience)
	defer cancel()
	c, err := client.Dial(ctx, "ws://"+g.address+"/", client.Options{Token: markedAll})
	if err != nil {
		return err
	}
	defer c.Close()
	silence := time.AfterFunc(quiet, cancel)
	defer silence.Stop()
	codes, captchas := []string{markedCode, opendsim.Code}, []string{markedCaptcha, opendsim.Captcha}
	for e, err := range c.Events(ctx, 0) {
		if err != nil {
			break // it is quiet
		}
		silence.Reset(quiet)
		if e.From == e.To {
			continue
		}
		switch {
		case e.To == "awaiting_code" && len(codes) > 0:
			c.SubmitCode(ctx, codes[0]) // what is refused is refused: the scenario decides
			codes = codes[1:]
		case e.To == "awaiting_captcha" && len(captchas) > 0:
			c.SubmitCaptcha(ctx, captchas[0])
			captchas = captchas[1:]
		case e.To == "awaiting_password":
			c.Password(ctx, markedPassword)
		}
	}
	return nil
}

// search looks for every secret in a text, those apart that belong there.
func (g *guarded) search(where, text string, there ...string) {
	g.t.Helper()
	for name, mark := range marks {
		if at := mark.FindStringIndex(text); at != nil && !slices.Contains(there, name) {
			g.t.Errorf("%s has %s: …%s…", where, name, text[max(0, at[0]-120):min(len(text), at[1]+40)])
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, ticket := range g.tickets {
		if strings.Contains(text, ticket) {
			g.t.Errorf("%s has the ticket of a message", where)
		}
	}
}

// searchAnswers looks at everything that a gateway tells while it runs, to whom it tells most.
func (g *guarded) searchAnswers() {
	g.t.Helper()
	for _, path := range []string{"/", "/status", "/lines", "/events?after=0", "/metrics", "/readyz", "/livez", "/report", "/captcha.png"} {
		r, err := http.NewRequestWithContext(g.t.Context(), http.MethodGet, "http://"+g.address+path, nil)
		if err != nil {
			g.t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+markedAll)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			g.t.Error(err)
			continue
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		g.search("GET "+path, fmt.Sprintf("%q %s", answer.Header, body))
	}
	for _, pid := range append(g.children(), fmt.Sprint(g.Cmd.Process.Pid)) {
		for _, name := range []string{"cmdline", "environ"} {
			text, _ := os.ReadFile("/proc/" + pid + "/" + name) // the daemon may be gone
			g.search(name+" of process "+pid, string(text))
		}
	}
}

var aTicket = regexp.MustCompile(`#ticket=([^\s"&]+)`)

// searchRest ends the gateway and looks at everything that it leaves behind.
func (g *guarded) searchRest() {
	g.t.Helper()
	g.End(syscall.SIGTERM)
	for _, text := range g.messages {
		g.search("a message", text)
	}
	for _, text := range g.messages {
		for _, m := range aTicket.FindAllStringSubmatch(text, -1) {
			g.tickets = append(g.tickets, m[1])
		}
	}
	g.search("stdout", g.Stdout.String())
	g.search("stderr", g.Stderr.String())
	for _, name := range []string{"GATEWAY_DATA", "FUTU_DATA", "XDG_RUNTIME_DIR", "HOME"} {
		filepath.WalkDir(g.value(name), func(path string, d fs.DirEntry, err error) error {
			if text, err := os.ReadFile(path); err == nil {
				g.search(path, string(text))
			}
			return nil
		})
	}
}

// value is what a variable is for the gateway: the last one counts.
func (g *guarded) value(name string) (value string) {
	for _, e := range g.Cmd.Env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			value = v
		}
	}
	return value
}

// atOnce is how many gateways run beside each other.
const atOnce = 6

func TestNoSecretIsToldOrLeftBehindInAnyScenario(t *testing.T) {
	all := opendsim.Scenarios()
	if testing.Short() {
		all = slices.DeleteFunc(all, func(s opendsim.Scenario) bool {
			return !slices.Contains([]string{"sms", "captcha-sms", "remember", "wrong-password"}, s.Name)
		})
	}
	for group := range slices.Chunk(all, atOnce) {
		t.Run(group[0].Name, func(t *testing.T) {
			t.Parallel()
			var gateways []*guarded
			for i, s := range group {
				daemon := script(t, "-scenario="+s.Name, "-sms_interval=0s", "-wait=1", "-lines=2000")
				gateways = append(gateways, guard(t, daemon, "FUTU_LANG="+[]string{"chs", "en"}[i%2]))
			}
			var logins sync.WaitGroup
			for i, g := range gateways {
				logins.Go(func() {
					if err := g.login(); err != nil {
						t.Errorf("%s: %v", group[i].Name, err)
					}
				})
			}
			logins.Wait()
			for i, g := range gateways {
				before := t.Failed()
				g.searchAnswers()
				g.searchRest()
				if group[i].Name == "captcha-sms" { // what is looked for was there to be told
					if g.kinds(fsm.CaptchaTyped) != 2 || g.kinds(fsm.CodeTyped) != 2 || len(g.tickets) == 0 {
						t.Errorf("%d pictures and %d codes were answered, and %d tickets came", g.kinds(fsm.CaptchaTyped), g.kinds(fsm.CodeTyped), len(g.tickets))
					}
				}
				if t.Failed() && !before {
					t.Logf("the first of these was scenario %s", group[i].Name)
				}
			}
		})
	}
}

// A daemon that shows whatever it was given.
func TestNoSecretIsToldThatTheDaemonPrints(t *testing.T) {
	sum := fmt.Sprintf("%x", md5Of(markedPassword))
	g := guard(t, leaving(t, `env; echo "$@"; for a in "$@"; do case $a in -cfg_file=*) cat "${a#*=}"; tr a-f A-F <"${a#*=}";; esac; done
echo `+markedPassword+` `+strings.ToUpper(sum)+` `+markedAll+` `+markedAnswer+` `+markedRead+`
echo 需要手机验证码; read code; echo "got $code"; echo 登录失败,`+markedPassword+`; exit 14`))
	if err := g.login(); err != nil {
		t.Error(err)
	}
	g.Stdout.Until(t, "got ", g.Stderr) // a busy machine takes longer than it is quiet
	g.searchAnswers()
	g.End(syscall.SIGTERM)
	os.Remove(g.value("FUTU_CMD")) // the daemon's program has what it prints
	g.searchRest()
	if text := g.Stdout.String(); !strings.Contains(text, "cfg_file") {
		t.Errorf("the daemon did not print what it was to:\n%s", text)
	}
}
