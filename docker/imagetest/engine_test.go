//go:build image

// Package imagetest proves on a container engine what the README says of the images. The daemon in them is the
// simulated one, out of an archive of the same layout as Futu's. It is run by make image-test.
package imagetest

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// patience bounds every wait of these tests. It is reached only when something is broken.
const patience = 30 * time.Second

// run names everything that a run of these tests makes, so that it can be removed and disturbs no other run.
var run = fmt.Sprintf("futuopend-imagetest-%d", os.Getpid())

var (
	gatewayImage = run + ":gateway"
	fullImage    = run + ":full"
	moomooImage  = run + ":moomoo"
)

func TestMain(m *testing.M) {
	if out, err := exec.Command("docker", "info").CombinedOutput(); err != nil {
		fmt.Printf("SKIPPED, nothing of the image was tested: no container engine answers docker info (%v)\n%s", err, lastLines(out, 1))
		return
	}
	os.Exit(prepared(m))
}

// prepared builds the images, runs the tests and removes everything.
func prepared(m *testing.M) int {
	before := dangling()
	defer sweep(before)
	began := time.Now()
	if err := buildImages(); err != nil {
		fmt.Println("FAIL: build the images:", err)
		return 1
	}
	fmt.Printf("the images were built in %v\n", time.Since(began).Round(100*time.Millisecond))
	return m.Run()
}

// sweep removes what this run made. What the builder can use again stays: that is what no image of ours is in yet.
func sweep(before map[string]bool) {
	if ids := quiet("ps", "-aq", "--filter", "label="+run); len(ids) > 0 {
		quiet(append([]string{"rm", "-f", "-v"}, ids...)...)
	}
	if ids := quiet("volume", "ls", "-q", "--filter", "label="+run); len(ids) > 0 {
		quiet(append([]string{"volume", "rm", "-f"}, ids...)...)
	}
	for _, image := range []string{gatewayImage, fullImage, moomooImage} {
		quiet("rmi", "--no-prune", image)
	}
	// The classic builder leaves a chain of images below each, of which only the topmost can be removed.
	for found := true; found; {
		found = false
		for id := range dangling() {
			history, _ := exec.Command("docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", id).Output()
			if !before[id] && ofNoUse.Match(history) {
				found = len(quiet("rmi", "--no-prune", id)) > 0 || found
			}
		}
	}
}

// ofNoUse is what the layers of an image of ours, and of the stage that had the archive, were made by.
var ofNoUse = regexp.MustCompile(`(?m)COPY .* in /(opt/opend|usr/local/bin/futuopend-gateway)|/fetch-daemon /opt/opend`)

func dangling() map[string]bool {
	ids := map[string]bool{}
	for _, id := range quiet("images", "-q", "--filter", "dangling=true") {
		ids[id] = true
	}
	return ids
}

// quiet runs docker and returns the words of its output, none if it fails.
func quiet(args ...string) []string {
	out, _ := exec.Command("docker", args...).Output()
	return strings.Fields(string(out))
}

func lastLines(text []byte, n int) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n") + "\n"
}

// docker runs a docker command that must succeed, and returns its output.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, code := tryDocker(args...)
	if code != 0 {
		t.Fatalf("docker %s: exit code %d: %s", strings.Join(args, " "), code, out)
	}
	return out
}

// tryDocker runs a docker command and returns its whole output and its exit code.
func tryDocker(args ...string) (out string, code int) {
	cmd := exec.Command("docker", args...)
	text, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		return err.Error(), -1
	}
	return strings.TrimSpace(string(text)), cmd.ProcessState.ExitCode()
}

var made atomic.Int64

// newName is a name for a container or a volume.
func newName() string { return fmt.Sprintf("%s-%d", run, made.Add(1)) }

// newVolume makes a volume that is removed with the test. The options are those of the local driver.
func newVolume(t *testing.T, options ...string) string {
	t.Helper()
	args := []string{"volume", "create", "--label", run}
	for _, o := range options {
		args = append(args, "--opt", o)
	}
	name := newName()
	docker(t, append(args, name)...)
	t.Cleanup(func() { quiet("volume", "rm", "-f", name) })
	return name
}

// until waits for ok. Engines tell of most of what is waited for here to nobody who does not ask again.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for: %s", patience, what)
		}
	}
}

// get asks for a page of the gateway and returns it with its status, 0 if there is none.
func get(url string) (status int, body string) {
	c := http.Client{Timeout: 2 * time.Second}
	answer, err := c.Get(url)
	if err != nil {
		return 0, ""
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text)
}
