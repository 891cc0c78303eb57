package page_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

func texts(t *testing.T, language string) map[string]string {
	t.Helper()
	b, err := os.ReadFile("assets/" + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]string
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	en, zh := texts(t, "en"), texts(t, "zh")
	hole := regexp.MustCompile(`\{\w+\}`)
	for _, key := range slices.Sorted(maps.Keys(en)) {
		a, b := hole.FindAllString(en[key], -1), hole.FindAllString(zh[key], -1)
		slices.Sort(a)
		slices.Sort(b)
		if zh[key] == "" || !slices.Equal(a, b) {
			t.Errorf("%s: %q and %q", key, en[key], zh[key])
		}
	}
	if len(zh) != len(en) {
		t.Errorf("%d texts in English, %d in Chinese", len(en), len(zh))
	}
}

// constants are the texts of all constants of a type in a file.
func constants(t *testing.T, file, kind string) (out []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if name, ok := v.Type.(*ast.Ident); ok && name.Name == kind {
				text, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
				out = append(out, text)
			}
		}
		return true
	})
	if len(out) < 5 {
		t.Fatalf("%s has %d constants of type %s only", file, len(out), kind)
	}
	return out
}

func TestThereAreWordsForEveryStateAndEveryKindOfEvent(t *testing.T) {
	en := texts(t, "en")
	for _, s := range constants(t, "../../fsm/state.go", "State") {
		for _, key := range []string{"state." + s, "says." + s} {
			if en[key] == "" {
				t.Errorf("%s is missing", key)
			}
		}
	}
	for _, k := range constants(t, "../../fsm/kind.go", "Kind") {
		if en["event."+k] == "" {
			t.Errorf("event.%s is missing", k)
		}
	}
}

// A key in a script or in the page that has no text would be shown as it is.
func TestEveryTextThatThePageAsksForIsThere(t *testing.T) {
	en := texts(t, "en")
	asked := regexp.MustCompile(`\bt\('([a-z._]+)'|data-t(?:-alt)?="([a-z._]+)"`)
	entries, err := os.ReadDir("assets")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		b, err := os.ReadFile("assets/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(b), -1) {
			key := m[1] + m[2]
			found++
			if key[len(key)-1] != '.' && en[key] == "" {
				t.Errorf("%s asks for %q", e.Name(), key)
			}
		}
	}
	if found < 30 {
		t.Errorf("found %d texts only", found)
	}
}
