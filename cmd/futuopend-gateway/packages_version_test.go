package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/prose"
)

// One VERSION is that of the program and of each package, as its language writes it. The image says the same: docker/imagetest.
func TestThereIsOneVersionForTheProgramAndAllPackages(t *testing.T) {
	for _, name := range []string{"make", "python3", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("SKIPPED: %s is not installed; the packages are not made", name)
		}
	}
	for _, c := range []struct{ version, python, node string }{
		{"v1.2.3", "1.2.3", "1.2.3"},
		{"v1.3.0-rc.1", "1.3.0rc1", "1.3.0-rc.1"},
	} {
		dist := t.TempDir()
		program := filepath.Join(dist, "futuopend-gateway")
		made := exec.Command("make", "-C", "../..", "packages", "build", "VERSION="+c.version, "DIST="+dist, "BIN="+program)
		made.Env = append(os.Environ(), "MAKEFLAGS=", "npm_config_cache="+t.TempDir())
		if out, err := made.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		wheel := "futuopend_gateway-" + c.python
		if text := zipped(t, dist, wheel+"-py3-none-any.whl", wheel+".dist-info/METADATA"); !strings.Contains(text, "\nVersion: "+c.python+"\n") {
			t.Errorf("%s: the wheel says\n%s", c.version, text)
		}
		if text := tarred(t, dist, wheel+".tar.gz", wheel+"/PKG-INFO"); !strings.Contains(text, "\nVersion: "+c.python+"\n") {
			t.Errorf("%s: the sdist says\n%s", c.version, text)
		}
		var about struct{ Version string }
		if err := json.Unmarshal([]byte(tarred(t, dist, "futuopend-gateway-"+c.node+".tgz", "package/package.json")), &about); err != nil || about.Version != c.node {
			t.Errorf("%s: the package for JavaScript says %q, %v", c.version, about.Version, err)
		}
		if out, err := exec.Command(program, "--version").CombinedOutput(); err != nil || !bytes.HasPrefix(out, []byte("futuopend-gateway "+c.version+", ")) {
			t.Errorf("%s: the program says %s, %v", c.version, out, err)
		}
	}
}

// A tag whose changes nobody wrote down becomes no release.
func TestAReleaseHasItsSectionInTheChanges(t *testing.T) {
	workflow := prose.Read(t, ".github/workflows/release.yml")
	const look = "grep -qxF \"## $GITHUB_REF_NAME\" .github/CHANGELOG.md"
	if !strings.Contains(workflow, look) || strings.Count(workflow, "needs: [ci, changes]") != 2 {
		t.Errorf("the release does not look for its section with %s before both of its jobs", look)
	}
	headings := regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(prose.Read(t, ".github/CHANGELOG.md"), -1)
	for _, h := range headings {
		if h[1] != "Unreleased" && !regexp.MustCompile(`^v\d+\.\d+\.\d+(-(alpha|beta|rc)\.\d+)?$`).MatchString(h[1]) {
			t.Errorf("%q is the name of no tag", h[1])
		}
	}
	if len(headings) == 0 {
		t.Error("the changes have no section")
	}
}

func zipped(t *testing.T, folder, archive, name string) string {
	t.Helper()
	z, err := zip.OpenReader(filepath.Join(folder, archive))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func tarred(t *testing.T, folder, archive, name string) string {
	t.Helper()
	f, err := os.Open(filepath.Join(folder, archive))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			t.Fatalf("%s has no %s", archive, name)
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Name != name {
			continue
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}
