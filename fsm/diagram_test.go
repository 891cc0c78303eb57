package fsm

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the goldens anew")

// drawing is the block of the room's page that shows the table.
var drawing = regexp.MustCompile("(?s)```mermaid\nstateDiagram.*?```\n")

func TestTheDrawingIsThatOfTheTable(t *testing.T) {
	const path = "../testdata/states.mmd"
	got := Diagram()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not the table any more; run make golden and look at the difference.\ngot:\n%s", path, got)
	}
	const page = "README.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		text = drawing.ReplaceAll(text, []byte("```mermaid\n"+got+"```\n"))
		if err := os.WriteFile(page, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(string(text), "```mermaid\n"+got+"```\n") {
		t.Errorf("fsm/%s does not show the drawing of testdata/states.mmd; run make golden", page)
	}
}
