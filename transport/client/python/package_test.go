// Package python_test holds the package for Python to the tables of the program.
package python_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/answers"
)

// python is Python from 3.9 on, or the test is skipped.
func python(t *testing.T) string {
	t.Helper()
	if out, err := exec.Command("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: there is no python3 from 3.9 on; the Python package is not tried: %v %s", err, out)
	}
	return "python3"
}

func TestThePackageAlone(t *testing.T) {
	cmd := exec.Command(python(t), "-B", "-W", "error", "-m", "unittest", "discover", "-s", "tests")
	cmd.Env = append(os.Environ(), "RESULTS="+answers.Results(t))
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "skipped=") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTheSameFilesAndVersionGiveTheSameWheelAndSdist(t *testing.T) {
	python := python(t)
	var dists [2]map[string]string
	for i := range dists {
		dir := t.TempDir()
		cmd := exec.Command(python, "-B", "backend.py", dir)
		cmd.Env = append(os.Environ(), "VERSION=v1.2.3")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		dists[i] = map[string]string{}
		for _, name := range []string{"futuopend_gateway-1.2.3-py3-none-any.whl", "futuopend_gateway-1.2.3.tar.gz"} {
			body, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			dists[i][name] = string(body)
		}
	}
	for name, body := range dists[0] {
		if dists[1][name] != body {
			t.Errorf("%s differs from one time to the next", name)
		}
	}
}

// What is in the sdist builds the same wheel, and pip would take it.
func TestTheSdistBuildsTheSameWheel(t *testing.T) {
	python := python(t)
	dir := t.TempDir()
	build := func(folder, to string, env ...string) {
		t.Helper()
		cmd := exec.Command(python, "-B", "backend.py", to)
		cmd.Dir, cmd.Env = folder, append(os.Environ(), env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	build(".", dir, "VERSION=v1.2.3")
	if out, err := exec.Command("tar", "-xzf", filepath.Join(dir, "futuopend_gateway-1.2.3.tar.gz"), "-C", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	build(filepath.Join(dir, "futuopend_gateway-1.2.3"), filepath.Join(dir, "again"), "VERSION=v9.9.9") // the sdist knows its own
	const wheel = "futuopend_gateway-1.2.3-py3-none-any.whl"
	first, err := os.ReadFile(filepath.Join(dir, wheel))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(filepath.Join(dir, "again", wheel))
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("the wheel out of the sdist is another one, or %v", err)
	}
}

// pyright is by version, so that a newer one does not make an old state red.
const pyright = "pyright@1.1.414"

// It is fetched, so only make modules asks for it.
func TestThePackageIsTyped(t *testing.T) {
	if os.Getenv("FETCH") == "" {
		t.Skip("SKIPPED: pyright is fetched; make modules does that")
	}
	if out, err := exec.Command("npx", "--yes", pyright, "--version").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: the types are not checked, since %s cannot be had: %v\n%s", pyright, err, out)
	}
	if out, err := exec.Command("npx", "--yes", pyright, "--pythonpath", python(t)).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestEveryStateIsNamedWhereItsTypeIs(t *testing.T) {
	const file = "futuopend_gateway/state.py"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "    state: str\n    \"\"\"")
	sentence, _, ended := strings.Cut(after, `"""`)
	if !found || !ended {
		t.Fatalf("%s: Status.state has no sentence", file)
	}
	named := strings.FieldsFunc(strings.ReplaceAll(sentence, " or ", ", "), func(r rune) bool { return r == ',' || r == ' ' })
	for _, s := range fsm.States() {
		if !slices.Contains(named, string(s)) {
			t.Errorf("%s: the sentence of Status.state does not name %s", file, s)
		}
	}
	if len(named) != len(fsm.States()) {
		t.Errorf("%s: the sentence of Status.state names %q", file, named)
	}
}
