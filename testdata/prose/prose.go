// Package prose reads the pages of the repository, for the tests that hold them to the program. Each room's test holds
// the page of its own room; the tests of this room hold what all pages share: their links, and the size of the first one.
//
// A page is named by its path from the root of the repository.
package prose

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Root is the repository's folder: the nearest one above the test that has a go.mod of this module.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		text, _ := os.ReadFile(filepath.Join(dir, "go.mod"))
		if strings.HasPrefix(string(text), "module github.com/ostai/futuopend-gateway\n") {
			return dir
		}
	}
	t.Fatal("no folder above this one has the go.mod of the gateway")
	return ""
}

// Read is the text of a file of the repository.
func Read(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Block is a fenced block of a page.
type Block struct{ Language, Body string }

var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// Blocks are the fenced blocks of a page, in their order.
func Blocks(t testing.TB, page string) (out []Block) {
	t.Helper()
	for _, m := range fence.FindAllStringSubmatch(Read(t, page), -1) {
		out = append(out, Block{m[1], m[2]})
	}
	return out
}

// Only is the one block of a page in a language.
func Only(t testing.TB, page, language string) string {
	t.Helper()
	found := slices.DeleteFunc(Blocks(t, page), func(b Block) bool { return b.Language != language })
	if len(found) != 1 {
		t.Fatalf("%s has %d blocks of %s, want one", page, len(found), language)
	}
	return found[0].Body
}

// Sides are the two files of a diff.
func Sides(diff string) (before, after string) {
	for line := range strings.Lines(diff) {
		if line[0] != '+' {
			before += line[1:]
		}
		if line[0] != '-' {
			after += line[1:]
		}
	}
	return before, after
}

// Table is the cells of the table below a header row.
func Table(t testing.TB, page, header string) (rows [][]string) {
	t.Helper()
	_, rest, found := strings.Cut(Read(t, page), header+"\n")
	if !found {
		t.Fatalf("%s has no table with the header %s", page, header)
	}
	width := len(cells(header))
	for i, line := range strings.Split(rest, "\n") {
		if !strings.HasPrefix(line, "|") {
			break
		}
		row := cells(line)
		if len(row) != width {
			t.Fatalf("%s: this row has %d cells, and its header has %d: %s", page, len(row), width, line)
		}
		if i > 0 { // the first is the rule below the header
			rows = append(rows, row)
		}
	}
	return rows
}

func cells(line string) (out []string) {
	for cell := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|") {
		out = append(out, strings.TrimSpace(cell))
	}
	return out
}

// Code sets a text as code, and nothing as nothing.
func Code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// Hold holds a table to the program's own: the first cell of a row is its name, and the cells of each row that is wanted
// are those with which the row of that name begins. What differs is named with the row to write.
func Hold(t testing.TB, page, header string, want [][]string) {
	t.Helper()
	for _, complaint := range compare(Table(t, page, header), want) {
		t.Errorf("%s, table %s: %s", page, header, complaint)
	}
}

func compare(got, want [][]string) (complaints []string) {
	has, wanted := map[string][]string{}, map[string]bool{}
	for _, row := range got {
		if has[row[0]] != nil {
			complaints = append(complaints, fmt.Sprintf("%s has two rows", row[0]))
		}
		has[row[0]] = row
	}
	after := "the header"
	for _, row := range want {
		is, ok := has[row[0]]
		switch {
		case !ok:
			complaints = append(complaints, fmt.Sprintf("add this row below %s: %s", after, written(row)))
		case len(is) < len(row) || !slices.Equal(is[:len(row)], row):
			complaints = append(complaints, fmt.Sprintf("the row %s must begin with %s", written(is), written(row)))
		}
		after, wanted[row[0]] = row[0], true
	}
	for _, row := range got {
		if !wanted[row[0]] {
			complaints = append(complaints, fmt.Sprintf("the program has no %s; delete its row", row[0]))
		}
	}
	return complaints
}

func written(row []string) string { return "| " + strings.Join(row, " | ") + " |" }
