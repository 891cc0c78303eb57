package prose

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	comment = regexp.MustCompile(`(?:^|\s+)# .*$|^#$`)
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)|<img [^>]*src="([^"]+)"`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	code    = regexp.MustCompile("(?ms)^```.*?^```$")
	inline  = regexp.MustCompile("`[^`\n]*`")
)

// pages are the paths of all pages of the repository, those that git would take included.
func pages(t *testing.T) []string {
	t.Helper()
	list := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md")
	list.Dir = Root(t)
	out, err := list.Output()
	if err != nil {
		t.Skipf("SKIPPED: the pages cannot be listed without git: %v", err)
	}
	found := strings.Fields(string(out))
	if len(found) < 15 {
		t.Fatalf("found %d pages only: %q", len(found), found)
	}
	return found
}

// anchors are the fragments by which the headings of a page are reached, as GitHub makes them.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
		found[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])] = true
	}
	return found
}

func TestEveryLinkBetweenPagesLeadsSomewhere(t *testing.T) {
	links := 0
	for _, page := range pages(t) {
		text := inline.ReplaceAllString(code.ReplaceAllString(Read(t, page), ""), "`code`")
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			target := m[1] + m[2]
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			links++
			path, fragment, _ := strings.Cut(target, "#")
			to := page
			if path != "" {
				to = filepath.Join(filepath.Dir(page), path)
			}
			if _, err := os.Stat(filepath.Join(Root(t), to)); err != nil {
				t.Errorf("%s links to %s, and there is no %s", page, target, to)
				continue
			}
			if fragment != "" && !anchors(Read(t, to))[fragment] {
				t.Errorf("%s links to %s, and %s has no heading with that anchor", page, target, to)
			}
		}
	}
	if links < 50 {
		t.Errorf("%d links were found; the test reads the pages wrongly", links)
	}
}

func TestAnAnchorIsMadeAsGitHubDoes(t *testing.T) {
	made := anchors("# One account, several accounts\n```sh\n# no heading\n```\n## `/readyz` in a loop\n### 从其他镜像迁移\n")
	for _, want := range []string{"one-account-several-accounts", "readyz-in-a-loop", "从其他镜像迁移"} {
		if !made[want] {
			t.Errorf("there is no %s in %v", want, made)
		}
	}
	if len(made) != 3 {
		t.Errorf("made %v", made)
	}
}
