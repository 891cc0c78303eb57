package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ostai/futuopend-gateway/testdata/prose"
)

// pageOf is the page of an image in both languages.
func pageOf(name string) []string {
	return []string{"docker/from/" + name + ".md", "docker/from/" + name + ".zh-CN.md"}
}

// Each family has a page that says what to do with every name that cannot be honoured.
func TestEachFamilyHasAPageThatNamesWhatToDelete(t *testing.T) {
	names := []string{"kaelzhang"}
	for _, f := range families {
		names = append(names, f.name)
		for _, p := range pageOf(f.name) {
			text := prose.Read(t, p)
			for _, a := range f.names {
				if a.why != "" && !strings.Contains(text, "`"+a.name+"`") {
					t.Errorf("%s does not say that %s is to be deleted", p, a.name)
				}
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(prose.Root(t), "docker", "from", "*.md"))
	if err != nil || len(files) != 2*len(names) {
		t.Errorf("%d pages for %d images: %v", len(files), len(names), err)
	}
	for _, index := range []string{"docker/README.md", "docker/README.zh-CN.md"} {
		for _, name := range names {
			if !strings.Contains(prose.Read(t, index), "(from/"+name+".") {
				t.Errorf("%s does not link to the page of %s", index, name)
			}
		}
	}
}

// What the diff leaves is a compose file that runs our image, with variables that the program reads or tells of.
func TestTheDiffOfEachPageLeavesAFileThatRuns(t *testing.T) {
	for _, name := range append([]string{"kaelzhang"}, familyNames()...) {
		var diffs []string
		for _, p := range pageOf(name) {
			diff := prose.Only(t, p, "diff")
			diffs = append(diffs, diff)
			before, after := prose.Sides(diff)
			wantCompose(t, p+", before", before, "")
			wantCompose(t, p+", after", after, "futuopend-gateway:")
		}
		if diffs[0] != diffs[1] {
			t.Errorf("the pages of %s have different files", name)
		}
	}
}

// A probe that kills a container whose port 11111 is shut would end a login while somebody looks for the code.
func TestEachPageChangesALivenessProbeToTheGateways(t *testing.T) {
	set := regexp.MustCompile(`SERVER_PORT: "(\d+)"`)
	for _, name := range append([]string{"kaelzhang"}, familyNames()...) {
		_, file := prose.Sides(prose.Only(t, "docker/from/"+name+".md", "diff"))
		port := "8000"
		if m := set.FindStringSubmatch(file); m != nil {
			port = m[1]
		}
		for lang, want := range map[string]string{"md": "it becomes `/livez` on port " + port, "zh-CN.md": "改为请求 " + port + " 端口的 `/livez`"} {
			if page := "docker/from/" + name + "." + lang; !strings.Contains(prose.Read(t, page), want) {
				t.Errorf("%s does not say %q", page, want)
			}
		}
	}
}

func familyNames() (out []string) {
	for _, f := range families {
		out = append(out, f.name)
	}
	return out
}

func wantCompose(t *testing.T, name, text, image string) {
	t.Helper()
	var file struct {
		Services map[string]struct {
			Image       string
			Environment map[string]string
			Volumes     []string
			User        string
		}
		Volumes map[string]any
	}
	if err := yaml.Unmarshal([]byte(text), &file); err != nil || len(file.Services) == 0 {
		t.Errorf("%s: %v", name, err)
		return
	}
	if image == "" {
		return
	}
	for _, s := range file.Services {
		if !strings.HasPrefix(s.Image, image) {
			t.Errorf("%s runs %q", name, s.Image)
		}
		if (s.User == "0") != (s.Environment["PUID"] != "") {
			t.Errorf("%s has the user %q and PUID %q", name, s.User, s.Environment["PUID"])
		}
		for key := range s.Environment {
			if !knownSetting(key) && !slices.Contains([]string{"TZ", "PUID", "PGID"}, key) {
				t.Errorf("%s sets %s, which nobody reads", name, key)
			}
		}
		for _, v := range s.Volumes {
			if from, _, _ := strings.Cut(v, ":"); !strings.ContainsAny(from, "./$") {
				if _, declared := file.Volumes[from]; !declared {
					t.Errorf("%s mounts %s, which it does not declare", name, from)
				}
			}
		}
	}
}

// The file of each image is the one that the container tests run, and what its page names.
func TestEachFileOfVariablesIsNamedByAPage(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(prose.Root(t), "docker", "from", "*.env"))
	if err != nil || len(files) < 12 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	var pages string
	for _, name := range append([]string{"kaelzhang"}, familyNames()...) {
		pages += prose.Read(t, pageOf(name)[0])
	}
	for _, f := range files {
		if !strings.Contains(pages, "("+filepath.Base(f)+")") {
			t.Errorf("no page names %s", filepath.Base(f))
		}
		if _, err := os.Stat(f); err != nil {
			t.Error(err)
		}
	}
}
