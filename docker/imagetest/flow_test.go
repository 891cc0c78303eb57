//go:build image

package imagetest

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/creack/pty"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// Frames of the wire that every client speaks.
const (
	requestCode = `{"type":"REQUEST_CODE"}`
	connected   = `{"type":"CONNECTED"}`
	wrongCode   = `{"type":"VERIFY_CODE","code":"271828"}`
	rightCode   = `{"type":"VERIFY_CODE","code":"314159"}`
)

// client is a program that uses the published port.
type client struct {
	t    *testing.T
	ctx  context.Context
	conn *websocket.Conn
}

func (c *container) client() *client {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	c.t.Cleanup(cancel)
	var conn *websocket.Conn
	until(c.t, c.name+" to take clients", func() bool {
		var err error
		conn, _, err = websocket.Dial(ctx, "ws://"+c.address+"/", nil)
		return err == nil
	})
	c.t.Cleanup(func() { conn.CloseNow() })
	return &client{c.t, ctx, conn}
}

func (c *client) send(frame string) {
	c.t.Helper()
	if err := c.conn.Write(c.ctx, websocket.MessageText, []byte(frame)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) want(when, frame string) {
	c.t.Helper()
	_, got, err := c.conn.Read(c.ctx)
	if err != nil || string(got) != frame {
		c.t.Fatalf("%s: got %s and %v, want %s", when, got, err, frame)
	}
}

// The whole life of a container that is hardened: a login with an SMS code, its end, and a new one on the same volume.
func TestALoginOutlivesTheContainer(t *testing.T) {
	t.Parallel()
	volume := []string{"-v", newVolume(t) + ":/home/futu"}
	sms := scenario(t, "-scenario=sms")
	c := start(t, fullImage, hardened, account, publish, volume, sms, []string{"--health-interval", "1s"})

	w := c.client()
	w.want("when the daemon wants a code", requestCode)
	until(t, "health while a code is wanted", func() bool { return c.inspect().State.Health.Status == "healthy" })
	if out, code := c.exec("futuopend-gateway", "healthcheck", "-ready"); code != 1 || !strings.Contains(out, "awaiting_code") {
		t.Errorf("healthcheck -ready: exit code %d: %s", code, out)
	}
	w.send(wrongCode)
	w.want("after a wrong code", requestCode)
	w.send(rightCode)
	w.want("after the right code", connected)
	if out, code := c.exec("futuopend-gateway", "healthcheck", "-ready"); code != 0 {
		t.Errorf("healthcheck -ready: exit code %d: %s", code, out)
	}
	c.says("clients connect to 0.0.0.0:11111") // the daemon itself listens behind the gate
	device := c.sh("cat /home/futu/.com.futunn.FutuOpenD/F3CNN/Device.dat")
	t.Logf("docker stop while logged in took %v", c.stop().Round(10*time.Millisecond))
	docker(t, "rm", c.name)

	again := start(t, fullImage, hardened, account, publish, volume, sms)
	again.client().want("in the new container", requestCode)
	if got := again.sh("cat /home/futu/.com.futunn.FutuOpenD/F3CNN/Device.dat"); got != device {
		t.Errorf("the new container is another device: %s, and was %s", got, device)
	}
	kinds := again.kinds()
	if count(kinds, "boot") != 2 || count(kinds, "logged_in") != 1 || count(kinds, "code_typed") != 2 {
		t.Errorf("the journal has %q; want both lives", kinds)
	}
	out, code := again.exec("futuopend-gateway", "replay", "/home/futu/.futuopend-gateway/journal.jsonl")
	if code != 0 {
		t.Errorf("replay of the journal: exit code %d: %s", code, lastLines([]byte(out), 3))
	}
}

// Users of other images mount the data folder alone.
func TestTheDataFolderAloneCanBeMounted(t *testing.T) {
	t.Parallel()
	for image, folder := range map[string]string{fullImage: ".com.futunn.FutuOpenD", moomooImage: ".com.moomoo.OpenD"} {
		volume := []string{"-v", newVolume(t) + ":/home/futu/" + folder}
		var devices []string
		for range 2 {
			c := start(t, image, hardened, account, publish, volume, scenario(t, "-scenario=ok"))
			c.client().want("when logged in", connected)
			devices = append(devices, c.sh("cat /home/futu/"+folder+"/F3CNN/Device.dat"))
			docker(t, "rm", "-f", "-v", c.name)
		}
		if devices[0] != devices[1] || devices[0] == "" {
			t.Errorf("%s: the devices are %q", folder, devices)
		}
	}
}

func TestItRunsOnTheHostsNetwork(t *testing.T) {
	t.Parallel()
	c := start(t, fullImage, hardened, account, scenario(t, "-scenario=ok"),
		[]string{"--network", "host", "-e", "SERVER_HOST=127.0.0.1", "-e", "FUTU_IP=127.0.0.1", "-e", "SERVER_PORT=" + testbed.FreePort(t), "-e", "FUTU_PORT=" + testbed.FreePort(t)})
	for _, env := range c.inspect().Config.Env {
		if port, ok := strings.CutPrefix(env, "SERVER_PORT="); ok {
			c.address = "127.0.0.1:" + port
		}
	}
	c.client().want("when logged in", connected)
	if out, code := c.exec("futuopend-gateway", "healthcheck"); code != 0 {
		t.Errorf("healthcheck: exit code %d: %s", code, out)
	}
	c.stop()
}

// A person at a terminal sees the daemon's lines, and ends it with Ctrl-C.
func TestItRunsOnATerminal(t *testing.T) {
	t.Parallel()
	name := newName()
	args := []string{"run", "-it", "--name", name, "--label", run}
	for _, more := range [][]string{hardened, account, scenario(t, "-scenario=ok")} {
		args = append(args, more...)
	}
	cmd := exec.Command("docker", append(args, fullImage)...)
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { quiet("rm", "-f", "-v", name); terminal.Close() })
	seen, typed := "", false
	for buf := make([]byte, 4096); ; { // ends with the container, or with the test's own time
		n, err := terminal.Read(buf)
		seen += string(buf[:n])
		if !typed && strings.Contains(seen, "Login successful") {
			typed = true
			terminal.Write([]byte{3})
		}
		if err != nil {
			break
		}
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 0 || !typed || !strings.Contains(seen, "opend | ") {
		t.Errorf("exit code %d after:\n%s", code, seen)
	}
}

func TestTheTimeZoneIsTheDaemonsToo(t *testing.T) {
	t.Parallel()
	c := start(t, fullImage, account, publish, scenario(t, "-scenario=ok"), []string{"-e", "TZ=Asia/Hong_Kong"})
	c.says("Start Time: ")
	_, after, _ := strings.Cut(c.logs(), "Start Time: ")
	got, err := time.Parse("2006-01-02 15:04:05", after[:19])
	if away := time.Since(got.Add(-8 * time.Hour)).Abs(); err != nil || away > time.Hour {
		t.Errorf("the daemon says that it started at %q, which is %v away in Hong Kong; %v", after[:19], away, err)
	}
}
