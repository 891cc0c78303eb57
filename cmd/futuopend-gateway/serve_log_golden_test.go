package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// logScenes are what the log is read for, by the scenario of the simulated daemon and the sentence that ends it. The API is
// silent, so that the terminal alone tells, and in one order.
var logScenes = []struct{ name, scenario, last string }{
	{"ok", "ok", "event.logged_in"},
	{"sms", "sms", "loud.command"},
	{"wrong-password", "wrong-password", "loud.then"},
	{"kicked", "kicked-out", "loud.then"},
}

func TestTheLogTellsAPersonWhatHappensAndWhatToDo(t *testing.T) {
	for _, scene := range logScenes {
		for daemon, person := range map[string]string{"chs": words.Chinese, "en": words.English} {
			t.Run(scene.name+"/"+person, func(t *testing.T) {
				t.Parallel()
				p := start(t, "FUTU_CMD="+script(t, "-scenario="+scene.scenario, "-api=none"), "FUTU_LANG="+daemon)
				p.until(p.Stderr, words.Text(person, scene.last))
				p.End(syscall.SIGTERM)
				testbed.Golden(t, filepath.Join("testdata", "log", scene.name+"."+person+".golden"), p.settled(p.Stderr.String(), person))
			})
		}
	}
}

var (
	clockTime = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`)
	spanTime  = regexp.MustCompile(`\d+ (?:h|min|s)(?: \d+ (?:min|s))*( ago|\)|\n)|\d+ (?:小时|分钟|秒)(?: \d+ (?:分钟|秒))*(前|后）|后再)`)
	published = regexp.MustCompile(`(?m)(  \(from outside.*|  （容器外.*)$`)
	enclosed  = regexp.MustCompile(`docker exec (?:-it )?\S+ futuopend-gateway`)
)

// settled is a text without what differs from one run and one machine to the next, up to the end of the gateway.
func (p *process) settled(text, person string) string {
	_, api, _ := strings.Cut(strings.Join(p.Cmd.Env, "\n"), "\nFUTU_PORT=")
	api, _, _ = strings.Cut(api, "\n")
	text = clockTime.ReplaceAllString(published.ReplaceAllString(text, ""), "2026-01-02 03:04:05")
	text = spanTime.ReplaceAllString(text, "SPAN$1$2")
	text = enclosed.ReplaceAllString(strings.ReplaceAll(text, os.Args[0], "futuopend-gateway"), "futuopend-gateway")
	text = strings.NewReplacer(" -url ws://"+p.address+"/", "", p.address, "127.0.0.1:8000", ":"+api, ":11111", p.data, "/data").Replace(text)
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "2026-01-02 03:04:05  "+words.Text(person, "event.stop")) {
			break
		}
		if !strings.Contains(line, words.Text(person, "event.api_lost")) { // how soon it is noticed, differs
			out.WriteString(line)
		}
	}
	return out.String()
}
