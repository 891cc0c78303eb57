//go:build image

package imagetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	published = regexp.MustCompile(`(?:-p|--publish)[ =]"?(\S*\d:\d\S*)`)
	removed   = regexp.MustCompile(`(?m)^- .*$`) // what a diff takes away is another image's
	used      = regexp.MustCompile(`(?m)^\s*(?:- )?uses: *(\S+)(.*)$`)
	pinned    = regexp.MustCompile(`^[\w-]+/[\w-]+(?:/[\w-]+)*@[0-9a-f]{40}$`)
)

// What a reader copies must not open his account to a network.
func TestThePagesPublishOnTheLoopback(t *testing.T) {
	for _, name := range []string{"docker/README.md", "docker/README.zh-CN.md"} {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		ports := published.FindAllStringSubmatch(removed.ReplaceAllString(string(text), ""), -1)
		if len(ports) == 0 {
			t.Errorf("%s shows no docker run", name)
		}
		for _, p := range ports {
			if !strings.HasPrefix(p[1], "127.0.0.1:") {
				t.Errorf("%s publishes %s", name, p[1])
			}
		}
		if !strings.Contains(string(text), "0.0.0.0") || !strings.Contains(string(text), "RSA") {
			t.Errorf("%s does not say what publishing wider means", name)
		}
	}
}

func TestWorkflowsPinTheirActionsAndAskForLittle(t *testing.T) {
	files, _ := filepath.Glob("../../.github/workflows/*.yml")
	if len(files) < 3 {
		t.Fatalf("found %q", files)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range used.FindAllStringSubmatch(string(text), -1) {
			if strings.HasPrefix(u[1], "./") {
				continue // of this very commit
			}
			if !pinned.MatchString(u[1]) || !strings.Contains(u[2], "# v") {
				t.Errorf("%s: %s is not pinned to a commit with its version beside it", path, u[1])
			}
		}
		if !strings.Contains(string(text), "\npermissions: {}\n") {
			t.Errorf("%s does not begin with no permissions", path)
		}
	}
}

func TestWorkflowsAreWellFormed(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../../.github/workflows/*.yml")
	lint := exec.Command("go", append([]string{"run", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"}, files...)...)
	out, err := lint.CombinedOutput()
	if err != nil && strings.Contains(string(out), "actionlint@v1.7.12: ") {
		t.Skipf("SKIPPED: actionlint cannot be fetched here: %s", out)
	}
	if err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}
