package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// complaints is a test that goes on after it failed, and keeps what was said.
type complaints struct {
	testing.TB
	said string
}

func (c *complaints) Helper()                           {}
func (c *complaints) Errorf(format string, args ...any) { c.said += fmt.Sprintf(format, args...) }

func TestAGoldenThatIsMissingOrAnotherNamesTheCommandThatMakesIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "some.golden")
	for _, c := range []struct{ form, file, want string }{
		{"missing", "", "make golden"},
		{"another", "one\n", "make golden"},
		{"the same", "two\n", ""},
	} {
		if c.file != "" {
			if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		heard := &complaints{TB: t}
		Golden(heard, path, "two\n")
		if !strings.Contains(heard.said, c.want) || c.want == "" && heard.said != "" {
			t.Errorf("of a golden that is %s: %q, want %q", c.form, heard.said, c.want)
		}
	}
}

func TestMakeGoldenRunsEveryTestThatHasOne(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, rule, _ := strings.Cut(string(makefile), "\ngolden:\n")
	rule, _, _ = strings.Cut(rule, "\n\n")
	users, err := exec.Command("git", "grep", "-l", "--untracked", `testbed\.Golden(`, "--", ":/*_test.go").Output()
	if err != nil {
		t.Fatal(err)
	}
	for file := range strings.Lines(string(users)) {
		room := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(strings.TrimSpace(file), "../../")))
		if !strings.Contains(rule, " ./"+room+" ") {
			t.Errorf("%s has a golden, and make golden does not run ./%s", strings.TrimSpace(file), room)
		}
	}
}
