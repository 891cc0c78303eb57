package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ostai/futuopend-gateway/testdata/prose"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// The pages of this room, by language.
const (
	page    = "cmd/futuopend-gateway/README.md"
	chinese = "cmd/futuopend-gateway/README.zh-CN.md"
)

func TestThePagesListEverySettingWithItsDefault(t *testing.T) {
	var english, inBoth [][]string
	for _, s := range settings() {
		row := []string{prose.Code(s.name), prose.Code(s.standard), s.help}
		english, inBoth = append(english, row), append(inBoth, row[:2])
	}
	prose.Hold(t, page, "| name | default | meaning |", english)
	prose.Hold(t, chinese, "| 变量 | 默认值 | 含义 |", inBoth)
}

func TestTheFirstPagesHaveTenSettings(t *testing.T) {
	all := map[string]string{}
	for _, s := range settings() {
		all[prose.Code(s.name)] = prose.Code(s.standard)
	}
	for first, header := range map[string]string{"README.md": "| name | default | meaning |", "README.zh-CN.md": "| 变量 | 默认值 | 含义 |"} {
		rows := prose.Table(t, first, header)
		if len(rows) != 10 {
			t.Errorf("%s has %d settings", first, len(rows))
		}
		for _, row := range rows {
			if standard, known := all[row[0]]; !known || standard != row[1] {
				t.Errorf("%s: the program knows %s: %t, with the default %q and not %q", first, row[0], known, standard, row[1])
			}
		}
	}
}

func TestThePagesListTheNamesOfOtherImages(t *testing.T) {
	var want [][]string
	for _, f := range families {
		for _, a := range f.names {
			want = append(want, []string{prose.Code(a.name), prose.Code(a.means), f.name})
		}
	}
	prose.Hold(t, page, "| other name | read as | of |", want)
	prose.Hold(t, chinese, "| 其他名称 | 读作 | 来自 |", want)
}

func TestThePageShowsTheUsageAsPrinted(t *testing.T) {
	var b bytes.Buffer
	usage(&b, words.English)
	if want := (prose.Block{Language: "text", Body: b.String()}); !slices.Contains(prose.Blocks(t, page), want) {
		t.Errorf("%s does not show this:\n%s", page, want.Body)
	}
}

// What a setting cannot be documented for is not offered: compose passes on only what the program reads.
func TestComposePassesOnOnlyWhatTheProgramReads(t *testing.T) {
	known := map[string]bool{"TZ": true}
	for _, s := range settings() {
		known[s.name] = true
	}
	_, text, _ := strings.Cut(prose.Read(t, "docker/compose.yaml"), "    environment:\n")
	text, _, _ = strings.Cut(text, "    secrets:\n")
	count := 0
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(strings.TrimLeft(line, " #"), ":")
		if count++; !known[name] {
			t.Errorf("docker/compose.yaml sets %s, which the program does not read", name)
		}
	}
	if count < 8 {
		t.Errorf("%d settings were found in docker/compose.yaml; the test reads it wrongly", count)
	}
}

func TestTheFileOfAnAccountSetsWhatComposeReads(t *testing.T) {
	compose := prose.Read(t, "docker/compose.yaml")
	for _, page := range []string{"docker/README.md", "docker/README.zh-CN.md"} {
		_, file, _ := strings.Cut(prose.Read(t, page), "<<'END'\n")
		file, _, _ = strings.Cut(file, "END\n")
		lines := strings.Fields(file)
		if len(lines) != 6 {
			t.Errorf("%s sets %q, want what tells two accounts apart", page, lines)
		}
		for _, line := range lines {
			name, _, _ := strings.Cut(line, "=")
			if !strings.Contains(compose, "${"+name+":") {
				t.Errorf("%s sets %s, which compose.yaml does not read", page, name)
			}
		}
	}
}

// What a report needs is asked for by the form, or it is asked for days later.
func TestTheFormForAProblemAsksForCheckAndForALog(t *testing.T) {
	var form struct {
		Body []struct {
			Type, ID    string
			Attributes  struct{ Label, Description string }
			Validations struct{ Required bool }
		}
	}
	if err := yaml.Unmarshal([]byte(prose.Read(t, ".github/ISSUE_TEMPLATE/problem.yml")), &form); err != nil {
		t.Fatal(err)
	}
	asked := map[string]string{}
	for _, field := range form.Body {
		if field.Type == "textarea" {
			asked[field.ID] = field.Attributes.Description
		}
		if (field.ID == "check" || field.ID == "log") && !field.Validations.Required {
			t.Errorf("the form does without %s", field.ID)
		}
	}
	for field, command := range map[string]string{"check": "futuopend-gateway check", "report": "futuopend-gateway report", "log": "docker logs"} {
		if !strings.Contains(asked[field], command) {
			t.Errorf("the form does not say how to get %s, with: %s", field, command)
		}
	}
	for _, name := range []string{"check", "report"} {
		if !slices.ContainsFunc(commands(), func(c command) bool { return c.name == name }) {
			t.Errorf("the form asks for %s, which is no command", name)
		}
	}
}

// The page has a sample of what check prints; what stands before the sentence of each line is held to the store.
func TestThePageShowsEachItemOfCheck(t *testing.T) {
	for _, p := range []string{page, chinese} {
		shown := ""
		for _, b := range prose.Blocks(t, p) {
			if strings.HasPrefix(b.Body, "ok ") {
				shown = b.Body
			}
		}
		for _, key := range words.Keys(words.English) {
			if what, found := strings.CutPrefix(key, "check.on."); found && what != "daemon" && !strings.Contains(shown, " "+padded(words.Text(words.English, key), 14)+" ") {
				t.Errorf("%s: the sample of check has no %q", p, words.Text(words.English, key))
			}
		}
	}
}
