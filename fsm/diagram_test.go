package fsm

import (
	"os"
	"regexp"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// drawing is the block of the room's page that shows the table.
var drawing = regexp.MustCompile("(?s)```mermaid\nstateDiagram.*?```\n")

func TestTheDrawingIsThatOfTheTable(t *testing.T) {
	got := Diagram()
	testbed.Golden(t, "../testdata/states.mmd", got)
	const page = "README.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(drawing.FindAll(text, -1)); n != 1 {
		t.Fatalf("fsm/%s has %d drawings of the machine, want one", page, n)
	}
	testbed.Golden(t, page, string(drawing.ReplaceAllLiteral(text, []byte("```mermaid\n"+got+"```\n"))))
}
