package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// A setting that has a row on the page, and that nobody looks at, would be believed in and do nothing.
func TestEverySettingIsLookedAt(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	looked := map[string]bool{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				looked[s.Sel.Name] = true
			}
			return true
		})
	}
	of := reflect.TypeFor[environment]()
	for i := range of.NumField() {
		if f := of.Field(i); f.Tag.Get("env") != "" && !looked[f.Name] {
			t.Errorf("nothing looks at the field %s of environment, which is %s", f.Name, f.Tag.Get("env"))
		}
	}
}
