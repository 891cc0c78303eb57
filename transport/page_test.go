package transport_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/prose"
	"github.com/ostai/futuopend-gateway/transport"
	"github.com/ostai/futuopend-gateway/transport/words"
)

const page = "transport/README.md"

func TestThePageListsEveryRequestAndWhoMaySendIt(t *testing.T) {
	want := [][]string{{"`GET /metrics`", "", "read"}} // mounted from outside
	for request, who := range transport.Requests() {
		if request != "GET /page/" { // part of GET /
			want = append(want, []string{prose.Code(request), "", who})
		}
	}
	for _, row := range prose.Table(t, page, "| request | takes | who | does |") {
		for _, w := range want {
			if w[0] == row[0] {
				w[1] = row[1] // what it takes is in words
			}
		}
	}
	prose.Hold(t, page, "| request | takes | who | does |", want)
}

func TestThePageListsEveryRefusalWithItsStatus(t *testing.T) {
	var want [][]string
	for code, status := range transport.Statuses {
		row := []string{prose.Code(code), ""}
		if status != 0 {
			row[1] = strconv.Itoa(status)
		}
		want = append(want, row)
	}
	prose.Hold(t, page, "| error | status | means | do |", want)
}

func TestThePageListsEveryCommandOfBothVersions(t *testing.T) {
	first, second := transport.Frames()
	text := prose.Read(t, page)
	_, text, _ = strings.Cut(text, "### Version 1\n")
	one, two, _ := strings.Cut(text, "### Version 2\n")
	two, _, _ = strings.Cut(two, "\n## ")
	for _, frame := range first {
		if !strings.Contains(one, "`{\"type\":\""+frame+"\"") {
			t.Errorf("%s: Version 1 does not show the frame %s", page, frame)
		}
	}
	for _, frame := range second {
		if !strings.Contains(one, `"`+frame+`"`) && !strings.Contains(two, "`"+frame+"`") {
			t.Errorf("%s: Version 2 does not name the command %s", page, frame)
		}
	}
}

// The agent names its refusals itself. Whoever adds one gives it a row in refusal.go, and so a status and a line of the page.
func TestEveryRefusalOfTheAgentHasARow(t *testing.T) {
	files, err := filepath.Glob("../agent/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, and %v", len(files), err)
	}
	found := 0
	for _, file := range files {
		tree, err := parser.ParseFile(gotoken.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			code := codeOf(n)
			if code == "" || strings.HasSuffix(file, "_test.go") {
				return true
			}
			found++
			if _, ok := transport.Statuses[code]; !ok {
				t.Errorf("%s refuses with %s, which has no row in refusal.go", file, code)
			}
			return true
		})
	}
	if found < 5 {
		t.Errorf("found %d refusals of the agent: the test looks for them wrongly", found)
	}
}

// What only a program can do wrong needs no words in each language: it reads the code.
var forPrograms = []string{
	"address_invalid", "after_invalid", "body_invalid", "body_too_large", "method_wrong", "path_unknown", "unauthorized", "wait_invalid",
}

func TestEveryRefusalThatAPersonMeetsHasWords(t *testing.T) {
	for code, status := range transport.Statuses {
		for _, lang := range words.Languages() {
			if status != 0 && !slices.Contains(forPrograms, code) && words.Text(lang, "error."+code) == "" {
				t.Errorf("%s.json has no error.%s", lang, code)
			}
		}
	}
}

// codeOf is the constant Code of a literal with that member, empty for everything else.
func codeOf(n ast.Node) string {
	pair, ok := n.(*ast.KeyValueExpr)
	if !ok {
		return ""
	}
	name, isName := pair.Key.(*ast.Ident)
	value, isText := pair.Value.(*ast.BasicLit)
	if !isName || !isText || name.Name != "Code" {
		return ""
	}
	code, _ := strconv.Unquote(value.Value)
	return code
}
