//go:build image

package imagetest

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// compose is the program that understands compose files, nil if there is none.
func compose() []string {
	if exec.Command("docker", "compose", "version").Run() == nil {
		return []string{"docker", "compose"}
	}
	if exec.Command("docker-compose", "version").Run() == nil {
		return []string{"docker-compose"}
	}
	return nil
}

// project is what compose files bring up, with names and ports that disturb nobody.
type project struct {
	t       *testing.T
	gateway *container
	command []string
	env     []string
}

// projectOf has these files of the folder docker, and is brought down with the test.
func projectOf(t *testing.T, files []string, image string, env ...string) *project {
	t.Helper()
	for i := range files {
		files[i] = "../" + files[i]
	}
	p := newProject(t, files, env...)
	name := p.gateway.name
	p.env = append(p.env, "IMAGE="+image, "CONTAINER="+name, "VOLUME="+name,
		"SERVER_PUBLISHED_PORT="+testbed.FreePort(t), "FUTU_PUBLISHED_PORT="+testbed.FreePort(t))
	return p
}

// newProject has these compose files, of which the first says where the project's folder is.
func newProject(t *testing.T, files []string, env ...string) *project {
	t.Helper()
	program := compose()
	if program == nil {
		t.Skip("SKIPPED: neither docker compose nor docker-compose is here")
	}
	c := &container{t: t, name: newName()}
	p := &project{t: t, gateway: c, command: append(program, "-p", c.name)}
	for _, file := range files {
		p.command = append(p.command, "-f", file)
	}
	p.env = append(append(os.Environ(), "COMPOSE_INTERACTIVE_NO_CLI=1"), env...)
	t.Cleanup(func() {
		if t.Failed() {
			logs, _ := p.do("logs")
			t.Logf("logs:\n%s", logs)
		}
		if out, err := p.do("down", "-v"); err != nil {
			t.Errorf("%s down: %v: %s", program, err, out)
		}
	})
	return p
}

// do runs a command of compose.
func (p *project) do(words ...string) ([]byte, error) {
	cmd := exec.Command(p.command[0], append(p.command[1:len(p.command):len(p.command)], words...)...)
	cmd.Env = p.env
	return cmd.CombinedOutput()
}

// up brings up services, all if none is named, and returns when compose does.
func (p *project) up(services ...string) *container {
	p.t.Helper()
	if out, err := p.do(append([]string{"up", "-d", "--no-build"}, services...)...); err != nil {
		p.t.Fatalf("%q up: %v: %s", p.command, err, out)
	}
	p.t.Logf("brought up by %q", p.command)
	p.gateway.find()
	return p.gateway
}

// up brings up a compose file as it is.
func up(t *testing.T, file, image string, env ...string) *container {
	t.Helper()
	return projectOf(t, []string{file}, image, env...).up()
}

func (c *container) isHardened() {
	c.t.Helper()
	i := c.inspect()
	h := i.HostConfig
	if !h.ReadonlyRootfs || strings.Join(h.CapDrop, " ") != "ALL" || !strings.Contains(strings.Join(h.SecurityOpt, " "), "no-new-privileges") {
		c.t.Errorf("it is not hardened: %+v", h)
	}
	if h.LogConfig.Config["max-size"] != "10m" || h.LogConfig.Config["max-file"] != "3" {
		c.t.Errorf("its log is not rotated: %v", h.LogConfig)
	}
	for port, bindings := range h.PortBindings {
		for _, b := range bindings {
			if b.HostIp != "127.0.0.1" {
				c.t.Errorf("%s is published on %q", port, b.HostIp)
			}
		}
	}
}

func TestComposeRunsTheImageHardenedWithItsSecretInAFile(t *testing.T) {
	t.Parallel()
	c := up(t, "compose.yaml", fullImage, "FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LANG=en", "FUTU_LOGIN_PWD_PATH="+secretFile(t, testPassword))
	c.client().want("when a code is wanted", requestCode)
	c.isHardened()
	if out, code := c.exec("futuopend-gateway", "code", "314159"); code != 0 || !strings.Contains(out, "accepted") {
		t.Errorf("code: exit code %d: %s", code, out)
	}
	if text := docker(t, "inspect", c.name) + c.logs(); strings.Contains(text, testPassword) {
		t.Errorf("docker inspect or docker logs has the password:\n%s", text)
	}
	if n := len(c.inspect().HostConfig.PortBindings); n != 2 {
		t.Errorf("%d ports are published, want the daemon's and the gateway's", n)
	}
	c.stop()
}

func TestComposeRunsTheSimulationWithoutAnAccount(t *testing.T) {
	t.Parallel()
	c := up(t, "compose.simulated.yaml", gatewayImage)
	c.client().want("when a code is wanted", requestCode)
	c.isHardened()
	if out, code := c.exec("futuopend-gateway", "code", "314159"); code != 0 || !strings.Contains(out, "accepted") {
		t.Errorf("code: exit code %d: %s", code, out)
	}
	c.state("connected")
	c.answersTheAPI()
	c.stop()
}

// answersTheAPI connects to the daemon through the port that is published, as an SDK does.
func (c *container) answersTheAPI() {
	c.t.Helper()
	out := docker(c.t, "port", c.name, "11111/tcp")
	address, _, _ := strings.Cut(out, "\n")
	if !strings.HasPrefix(address, "127.0.0.1:") {
		c.t.Errorf("the API is published on %q", address)
	}
	socket, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		c.t.Fatal(err)
	}
	defer socket.Close()
	socket.SetDeadline(time.Now().Add(10 * time.Second))
	ask := func(id, serial uint32, c2s []byte) openapi.Response {
		c.t.Helper()
		request := openapi.Frame{ID: id, Serial: serial, Body: openapi.EncodeRequest(c2s)}
		if err := openapi.WriteFrame(socket, openapi.Keys{}, request); err != nil {
			c.t.Fatal(err)
		}
		frame, err := openapi.ReadFrame(socket, openapi.Keys{})
		if err != nil {
			c.t.Fatal(err)
		}
		answer, err := openapi.DecodeResponse(frame.Body)
		if err != nil || answer.RetType != openapi.RetOK {
			c.t.Fatalf("protocol %d: %+v, %v", id, answer, err)
		}
		return answer
	}
	ask(openapi.IDInitConnect, 1, openapi.InitRequest{ClientVer: 300, ClientID: "compose", Algorithm: openapi.Unencrypted}.Encode())
	answer := ask(openapi.IDGetGlobalState, 2, openapi.GlobalRequest{}.Encode())
	if state, err := openapi.DecodeGlobalState(answer.S2C); err != nil || !state.QotLogined {
		c.t.Errorf("got %+v, %v", state, err)
	}
}
