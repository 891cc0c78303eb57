package prose

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWhatATableLacksIsNamedWithTheRowToWrite(t *testing.T) {
	table := [][]string{{"`a`", "1", "first"}, {"`b`", "2", "second"}, {"`c`", "3", "third"}}
	for name, try := range map[string]struct {
		want [][]string
		says string
	}{
		"a row is missing":     {[][]string{{"`a`"}, {"`b`"}, {"`x`", "9"}, {"`c`"}}, "add this row below `b`: | `x` | 9 |"},
		"a cell differs":       {[][]string{{"`a`"}, {"`b`", "7"}, {"`c`"}}, "the row | `b` | 2 | second | must begin with | `b` | 7 |"},
		"nobody knows the row": {[][]string{{"`a`"}, {"`c`"}}, "the program has no `b`; delete its row"},
	} {
		if got := compare(table, try.want); !slices.Equal(got, []string{try.says}) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := compare(table, [][]string{{"`c`", "3"}, {"`a`"}, {"`b`", "2", "second"}}); got != nil {
		t.Errorf("a table in another order is refused: %q", got)
	}
	if got := compare(append(table, table[0]), [][]string{{"`a`"}, {"`b`"}, {"`c`"}}); !slices.Contains(got, "`a` has two rows") {
		t.Errorf("a row that stands twice is accepted: %q", got)
	}
}

func TestTheFirstPageIsShort(t *testing.T) {
	const limit = 12000 // bytes: a screen and a half, and below what registries show of a page
	for _, page := range []string{"README.md", "README.zh-CN.md"} {
		if size := len(Read(t, page)); size > limit {
			t.Errorf("%s has %d bytes, and at most %d: move what does not belong on the first page to a room's page", page, size, limit)
		}
	}
}

func TestBothLanguagesLinkToEachOtherAndShowTheSameCommands(t *testing.T) {
	pairs := 0
	for _, page := range pages(t) {
		chinese := strings.TrimSuffix(page, ".md") + ".zh-CN.md"
		if !slices.Contains(pages(t), chinese) {
			continue
		}
		pairs++
		name := strings.TrimSuffix(filepath.Base(page), ".md")
		for p, first := range map[string]string{page: "English · [简体中文](" + name + ".zh-CN.md)\n", chinese: "[English](" + name + ".md) · 简体中文\n"} {
			if !strings.HasPrefix(Read(t, p), first) {
				t.Errorf("%s does not begin with %q", p, first)
			}
		}
		en, zh := Blocks(t, page), Blocks(t, chinese)
		if len(en) != len(zh) {
			t.Errorf("%s has %d blocks of code, %s has %d", page, len(en), chinese, len(zh))
			continue
		}
		for i := range en {
			if en[i].Language != zh[i].Language || bare(en[i].Body) != bare(zh[i].Body) {
				t.Errorf("block %d differs beyond its comments.\n%s:\n%s\n%s:\n%s", i+1, page, en[i].Body, chinese, zh[i].Body)
			}
		}
	}
	if pairs < 5 {
		t.Errorf("%d pages have a Chinese one beside them", pairs)
	}
}

// bare is a block without its comments, which are in the page's language.
func bare(block string) string {
	var out []string
	for line := range strings.SplitSeq(block, "\n") {
		if line = comment.ReplaceAllString(line, ""); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func TestThePageOfClientsListsEveryExample(t *testing.T) {
	const folder = "transport/client/"
	list := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", folder+"examples")
	list.Dir = Root(t)
	out, err := list.Output()
	if err != nil {
		t.Skipf("SKIPPED: the examples cannot be listed without git: %v", err)
	}
	var want [][]string
	for _, file := range strings.Fields(string(out)) {
		file = strings.TrimPrefix(file, folder)
		want = append(want, []string{"[" + file + "](" + file + ")"})
	}
	Hold(t, folder+"README.md", "| file | needs | does |", want)
}

func TestTheFirstPageShowsTheComposeFile(t *testing.T) {
	if shown, file := Only(t, "README.md", "yaml"), Read(t, "docker/compose.yaml"); shown != file {
		t.Errorf("README.md does not show docker/compose.yaml, which is\n%s", file)
	}
}
