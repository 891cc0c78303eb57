//go:build image

package imagetest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// container is a gateway that runs, or ran.
type container struct {
	t       *testing.T
	name    string
	address string // of the gateway as published, host:port
}

// hardened is how the README says that the image can be run.
var hardened = []string{
	"--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp", "--tmpfs", "/run",
}

// testMD5 stands for a password. It must be found nowhere.
const testMD5 = "f00dfacef00dfacef00dfacef00dface"

// account is what a user gives, in English so that the tests read as they do.
var account = []string{"-e", "FUTU_LOGIN_ACCOUNT=100000001", "-e", "FUTU_LOGIN_PWD_MD5=" + testMD5, "-e", "FUTU_LANG=en"}

// publish lets the gateway be reached on a port that is free.
var publish = []string{"-p", "127.0.0.1::8000"}

// scenario makes the daemon in the image play one. It is mounted, because the daemon's environment is not the container's.
func scenario(t *testing.T, flags string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scenario")
	if err := os.WriteFile(path, []byte("-pace=1ms "+flags), 0o644); err != nil {
		t.Fatal(err)
	}
	return []string{"-v", path + ":/opt/opend/scenario:ro"}
}

// start starts a container with these flags of docker run, and does not wait for anything.
func start(t *testing.T, image string, flags ...[]string) *container {
	t.Helper()
	c := &container{t: t, name: newName()}
	args := append([]string{"run", "-d", "--name", c.name, "--label", run}, slices.Concat(flags...)...)
	t.Cleanup(func() {
		if t.Failed() {
			logs, _ := tryDocker("logs", c.name)
			t.Logf("logs of %s:\n%s", c.name, logs)
		}
		quiet("rm", "-f", "-v", c.name)
	})
	docker(t, append(args, image)...)
	c.find()
	return c
}

// find learns the address. It changes with each start of a container.
func (c *container) find() {
	out, code := tryDocker("port", c.name, "8000/tcp")
	if code == 0 {
		c.address, _, _ = strings.Cut(out, "\n")
	}
}

// state waits until the gateway is in a state.
func (c *container) state(want string) {
	c.t.Helper()
	until(c.t, c.name+" to be "+want, func() bool {
		_, body := get("http://" + c.address + "/readyz")
		return strings.Contains(body, `"`+want+`"`)
	})
}

// stop stops it as docker stop does, and checks that it took less than docker's ten seconds and ended well.
func (c *container) stop() time.Duration {
	c.t.Helper()
	began := time.Now()
	docker(c.t, "stop", c.name)
	took := time.Since(began)
	if code := c.inspect().State.ExitCode; code != 0 || took > 9*time.Second {
		c.t.Errorf("docker stop took %v, and the exit code is %d; want less than 9 s and 0", took, code)
	}
	return took
}

// wait waits for its end and returns the exit code.
func (c *container) wait() int {
	c.t.Helper()
	until(c.t, c.name+" to end", func() bool { return !c.inspect().State.Running })
	return c.inspect().State.ExitCode
}

func (c *container) logs() string { return docker(c.t, "logs", c.name) }

// says waits for a text in the logs.
func (c *container) says(want string) {
	c.t.Helper()
	until(c.t, fmt.Sprintf("%q in the logs of %s", want, c.name), func() bool { return strings.Contains(c.logs(), want) })
}

// exec runs a command in it.
func (c *container) exec(words ...string) (out string, code int) {
	return tryDocker(append([]string{"exec", c.name}, words...)...)
}

// sh runs a line of shell in it, which must succeed.
func (c *container) sh(line string) string {
	c.t.Helper()
	return docker(c.t, "exec", c.name, "sh", "-c", line)
}

// inspection is what is looked at of docker inspect.
type inspection struct {
	State struct {
		Running  bool
		ExitCode int
		Health   struct{ Status string }
	}
	RestartCount int
	Config       struct {
		Env    []string
		Labels map[string]string
		User   string
	}
	HostConfig struct {
		ReadonlyRootfs       bool
		CapDrop, SecurityOpt []string
		PortBindings         map[string][]struct{ HostIp string }
		LogConfig            struct{ Config map[string]string }
	}
}

func (c *container) inspect() (i inspection) {
	c.t.Helper()
	var all []inspection
	if err := json.Unmarshal([]byte(docker(c.t, "inspect", c.name)), &all); err != nil || len(all) != 1 {
		c.t.Fatalf("docker inspect %s: %v", c.name, err)
	}
	return all[0]
}

// kinds lists the journal's events.
func (c *container) kinds() []string {
	c.t.Helper()
	var kinds []string
	for line := range strings.Lines(c.sh("cat /home/futu/.futuopend-gateway/journal.jsonl")) {
		var e struct{ Kind string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			c.t.Fatalf("%s: %v", line, err)
		}
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

func count(list []string, word string) (n int) {
	for _, w := range list {
		if w == word {
			n++
		}
	}
	return n
}
