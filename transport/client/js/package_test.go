// Package js_test holds the package for JavaScript to the tables of the program.
package js_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/answers"
	"github.com/ostai/futuopend-gateway/testdata/prose"
)

const folder = "transport/client/js/"

// node is Node from 20 on, or the test is skipped.
func node(t *testing.T) {
	t.Helper()
	out, err := exec.Command("node", "--version").Output()
	major, _, _ := strings.Cut(strings.TrimPrefix(string(out), "v"), ".")
	if n, _ := strconv.Atoi(major); err != nil || n < 20 {
		t.Skipf("SKIPPED: there is no node from 20 on; the JavaScript package is not tried: %v %s", err, out)
	}
}

// run is a command that must succeed, in this folder.
func run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func TestThePackageAlone(t *testing.T) {
	node(t)
	out := run(t, []string{"RESULTS=" + answers.Results(t)}, "node", "--test", "--test-reporter=tap", "tests/")
	if !strings.Contains(out, "\n# skipped 0\n") || strings.Contains(out, "\n# pass 0\n") {
		t.Errorf("a test was skipped, or none ran:\n%s", out)
	}
}

func TestTheSameFilesAndVersionGiveTheSamePackage(t *testing.T) {
	node(t)
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("SKIPPED: npm is not installed; the package is not packed")
	}
	var packed [2][]byte
	for i := range packed {
		dist := t.TempDir()
		run(t, []string{"VERSION=v1.2.3-rc.1", "npm_config_cache=" + t.TempDir()}, "sh", "pack", dist)
		body, err := os.ReadFile(filepath.Join(dist, "futuopend-gateway-1.2.3-rc.1.tgz"))
		if err != nil {
			t.Fatal(err)
		}
		packed[i] = body
	}
	if !bytes.Equal(packed[0], packed[1]) {
		t.Error("the package differs from one time to the next")
	}
}

// typescript is by version, so that a newer one does not make an old state red.
const typescript = "typescript@5.9.3"

// What is fetched, only make modules asks for.
func fetch(t *testing.T, what string) (home string) {
	t.Helper()
	if os.Getenv("FETCH") == "" {
		t.Skipf("SKIPPED: %s is fetched; make modules does that", what)
	}
	node(t)
	home = t.TempDir()
	out, err := exec.Command("npm", "install", "--prefix", home, "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error", what).CombinedOutput()
	if err != nil {
		t.Skipf("SKIPPED: %s cannot be had: %v\n%s", what, err, out)
	}
	return filepath.Join(home, "node_modules")
}

func TestThePackageIsTyped(t *testing.T) {
	modules := fetch(t, typescript)
	run(t, nil, "node", filepath.Join(modules, "typescript", "bin", "tsc"), "--project", ".")

	// What a user writes, with the package as it is installed, in both kinds of modules.
	run(t, []string{"VERSION=v1.2.3"}, "node", "build.mjs", filepath.Join(modules, "futuopend-gateway"))
	for _, name := range []string{"user.mts", "user.cts"} {
		const text = "import { Gateway, errors, FutuOpenDManager } from 'futuopend-gateway'\n" +
			"export const state: Promise<string> = new Gateway().status().then((now) => now.state)\n" +
			"export const wait = (why: errors.TooSoon): number => why.wait\n" +
			"export const status: Promise<number> = new FutuOpenDManager('ws://x').status()\n"
		file := filepath.Join(filepath.Dir(modules), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, nil, "node", filepath.Join(modules, "typescript", "bin", "tsc"),
			"--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom", file)
	}
}

func TestTheNumbersAreThoseOfTheStates(t *testing.T) {
	names := map[fsm.State]string{
		fsm.Closed: "CLOSED", fsm.Idle: "ORIGIN", fsm.Initializing: "INIT", fsm.AwaitingCode: "REQUESTING_VERIFICATION_CODE",
		fsm.Verifying: "VERIFIYING_CODE", fsm.Connected: "CONNECTED", fsm.AwaitingCaptcha: "REQUESTING_CAPTCHA",
		fsm.Reconnecting: "RECONNECTING", fsm.AwaitingPassword: "REQUESTING_PASSWORD", fsm.Halted: "HALTED",
	}
	source, types := prose.Read(t, folder+"src/manager.js"), prose.Read(t, folder+"types/index.d.ts")
	for _, s := range fsm.States() {
		if row := fmt.Sprintf("\n  %s: %d,\n", names[s], s.Status()); !strings.Contains(source, row) {
			t.Errorf("src/manager.js has no %q for the state %s", row, s)
		}
		for _, row := range []string{names[s] + ": number", "'" + string(s) + "'"} {
			if !strings.Contains(types, row) {
				t.Errorf("types/index.d.ts has no %q for the state %s", row, s)
			}
		}
	}
}

func TestThePageHasEachMethod(t *testing.T) {
	page, types := prose.Read(t, folder+"README.md"), prose.Read(t, folder+"types/index.d.ts")
	var methods []string
	for _, m := range regexp.MustCompile(`(?m)^  (\w+)\(.*\): `).FindAllStringSubmatch(types, -1) {
		methods = append(methods, m[1])
	}
	if !slices.Contains(methods, "waitReady") || !slices.Contains(methods, "sendCode") {
		t.Fatalf("the methods are %q", methods)
	}
	for _, name := range methods {
		if !strings.Contains(page, "`"+name+"(") {
			t.Errorf("README.md has no %s()", name)
		}
	}
}
