package transport_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/transport"
)

// The pages that have the tables of requests and errors, by the header rows of these.
var pages = []struct{ file, requests, errors string }{
	{"../README.md", "| request | body | does |", "| error | status | means | do |"},
	{"../README.zh-CN.md", "| 请求 | 内容 | 作用 |", "| 错误码 | 状态码 | 含义 | 怎么办 |"},
}

func TestThePagesListEveryRequest(t *testing.T) {
	want := slices.DeleteFunc(transport.Requests(), func(r string) bool { return r == "GET /page/" }) // part of GET /
	want = append(want, "GET /metrics")                                                               // mounted from outside
	slices.Sort(want)
	for _, page := range pages {
		var got []string
		for _, row := range table(t, page.file, page.requests) {
			request, _, _ := strings.Cut(strings.Trim(row[0], "`"), "?")
			got = append(got, request)
		}
		slices.Sort(got)
		compare(t, page.file, got, want)
	}
}

func TestThePagesListEveryRefusalWithItsStatus(t *testing.T) {
	var want []string
	for code, status := range transport.Statuses {
		row := "`" + code + "` | "
		if status != 0 {
			row += strconv.Itoa(status)
		}
		want = append(want, row)
	}
	slices.Sort(want)
	for _, page := range pages {
		var got []string
		for _, row := range table(t, page.file, page.errors) {
			got = append(got, row[0]+" | "+row[1])
		}
		slices.Sort(got)
		compare(t, page.file, got, want)
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

// table is the cells of the table below a header row.
func table(t *testing.T, file, header string) (rows [][]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), header+"\n")
	if !ok {
		t.Fatalf("%s has no table %s", file, header)
	}
	for line := range strings.Lines(rest) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		var row []string
		for _, cell := range strings.Split(strings.Trim(line, "|\n"), "|") {
			row = append(row, strings.TrimSpace(cell))
		}
		if len(row) != strings.Count(header, "|")-1 {
			t.Fatalf("%s: %d cells: %s", file, len(row), line)
		}
		rows = append(rows, row)
	}
	return rows[1:] // the first is the rule below the header
}

// compare says which rows a table lacks and which it has too many.
func compare(t *testing.T, file string, got, want []string) {
	t.Helper()
	for _, row := range want {
		if !slices.Contains(got, row) {
			t.Errorf("%s lacks the row %s", file, row)
		}
	}
	for _, row := range got {
		if !slices.Contains(want, row) {
			t.Errorf("%s has the row %s, and the code has not", file, row)
		}
	}
}
