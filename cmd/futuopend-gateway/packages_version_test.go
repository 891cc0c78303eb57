package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever looks for the client that belongs to a gateway looks for its version.
func TestTheProgramTheImageAndAllPackagesHaveTheOneVersion(t *testing.T) {
	const tag = "v1.2.3-rc.1"
	out, err := exec.Command("make", "-n", "-C", "../..", "build", "packages", "image", "archives", "VERSION="+tag, "COMMIT=c").CombinedOutput()
	if err != nil {
		t.Skipf("SKIPPED: make is not here: %v\n%s", err, out)
	}
	plan := string(out)
	for what, has := range map[string]string{
		"the program":            "-X main.version=" + tag + " ",
		"the image":              `--build-arg VERSION="` + tag + `"`,
		"the package for Python": "VERSION=" + tag + " python3 transport/client/python/backend.py dist",
		"JavaScript's":           "VERSION=" + tag + " sh transport/client/js/pack dist",
		"the deb package":        "VERSION=" + strings.TrimPrefix(tag, "v") + " go run github.com/goreleaser/nfpm",
		"the archive":            "futuopend-gateway_" + strings.TrimPrefix(tag, "v") + "_linux_amd64.tar.gz",
	} {
		if !strings.Contains(plan, has) {
			t.Errorf("%s does not take the version: no %q in\n%s", what, has, plan)
		}
	}

	dist := t.TempDir()
	build := func(folder, name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, append(args, dist)...)
		cmd.Dir, cmd.Env = folder, append(os.Environ(), "VERSION="+tag, "npm_config_cache="+t.TempDir())
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	want := []string{"futuopend_gateway-1.2.3rc1-py3-none-any.whl", "futuopend_gateway-1.2.3rc1.tar.gz"} // as Python writes that version
	build("../../transport/client/python", "python3", "backend.py")
	if _, err := exec.LookPath("npm"); err == nil {
		build("../../transport/client/js", "sh", "pack")
		want = append(want, "futuopend-gateway-1.2.3-rc.1.tgz")
	}
	for _, name := range want {
		if _, err := os.Stat(filepath.Join(dist, name)); err != nil {
			files, _ := filepath.Glob(filepath.Join(dist, "*"))
			t.Errorf("no %s among %q", name, files)
		}
	}

	release, err := os.ReadFile("../../.github/workflows/release.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, has := range []string{`make packages archives VERSION="$GITHUB_REF_NAME"`, "VERSION=${{ github.ref_name }}"} {
		if !strings.Contains(string(release), has) {
			t.Errorf("the release does not give the tag as the version: no %q", has)
		}
	}
	module, err := os.ReadFile("../../transport/client/mcp/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(module), "github.com/ostai/futuopend-gateway => ../../..") {
		t.Error("the server for agents is not built with the client of its own commit")
	}
}
