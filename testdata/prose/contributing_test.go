package prose

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const contributing = ".github/CONTRIBUTING.md"

var (
	// places are how a recipe names a table: `name` in `file`.
	places = regexp.MustCompile("`(\\w+)` in `([\\w./-]+\\.go)`")
	paths  = regexp.MustCompile("`([\\w.-]+(?:/[\\w.*-]+)+)`")
)

// recipes are the sections of the page that say how something is added, by their headings.
func recipes(t *testing.T) map[string]string {
	t.Helper()
	_, text, _ := strings.Cut(Read(t, contributing), "## How to add something\n")
	text, _, _ = strings.Cut(text, "\n## ")
	found := map[string]string{}
	for section := range strings.SplitSeq(text, "\n### ") {
		name, body, _ := strings.Cut(section, "\n")
		found[name] = body
	}
	return found
}

// declared are the names that a Go file declares outside functions, methods included.
func declared(t *testing.T, path string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(Root(t), path), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			names = append(names, d.Name.Name)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
				case *ast.ValueSpec:
					for _, n := range s.Names {
						names = append(names, n.Name)
					}
				}
			}
		}
	}
	return names
}

func TestARecipeNamesATableThatIsThere(t *testing.T) {
	all := recipes(t)
	for _, what := range []string{"A wording of the daemon's console", "A kind of event", "A class of failed login", "A state", "An endpoint or a command", "A setting", "A message"} {
		body := all[what]
		if body == "" {
			t.Errorf("%s has no recipe %q", contributing, what)
			continue
		}
		named := places.FindAllStringSubmatch(body, -1)
		if len(named) == 0 {
			t.Errorf("%q names no table as `name` in `file`", what)
		}
		for _, m := range named {
			if !slices.Contains(declared(t, m[2]), m[1]) {
				t.Errorf("%q names %s in %s, which is not declared there", what, m[1], m[2])
			}
		}
		for _, m := range paths.FindAllStringSubmatch(body, -1) {
			if found, err := filepath.Glob(filepath.Join(Root(t), m[1])); err != nil || len(found) == 0 {
				t.Errorf("%q names %s, which is not there", what, m[1])
			}
		}
	}
}

// opens are the calls by which a test opens a port, writes a file or starts a program.
var opens = regexp.MustCompile(`^(net\.Listen|net\.ListenTCP|httptest\.New\w*Server|testbed\.(FreePort|NewProgram)|exec\.Command\w*|os\.(WriteFile|Create|Mkdir\w*)|\w+\.TempDir)$`)

func TestTheQuickTestsOpenNothing(t *testing.T) {
	_, recipe, _ := strings.Cut(Read(t, "Makefile"), "\nquick:\n")
	recipe, _, _ = strings.Cut(recipe, "\n\n")
	_, rooms, short := strings.Cut(recipe, "test -short ")
	if !short {
		t.Fatalf("make quick is not short: %s", recipe)
	}
	looked := 0
	for room := range strings.FieldsSeq(rooms) {
		files, err := filepath.Glob(filepath.Join(Root(t), room, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no tests: %v", room, err)
		}
		for _, path := range files {
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok || strings.HasPrefix(f.Name.Name, "Benchmark") || room == "." { // the root runs go and git
					continue
				}
				looked++
				calls := callsOf(f)
				if slices.ContainsFunc(calls, opens.MatchString) && !slices.Contains(calls, "testing.Short") {
					t.Errorf("%s of %s opens something, so that it must ask testing.Short whether to run", f.Name.Name, path)
				}
			}
		}
	}
	if looked < 100 {
		t.Errorf("%d functions were looked at", looked)
	}
}

// callsOf are the calls within a function, as package.Name.
func callsOf(f *ast.FuncDecl) (calls []string) {
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if s, ok := call.Fun.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok {
					calls = append(calls, x.Name+"."+s.Sel.Name)
				}
			}
		}
		return true
	})
	return calls
}
