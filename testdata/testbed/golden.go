package testbed

import (
	"flag"
	"os"
	"testing"
)

// update belongs to every test that has a golden, and so do not name a flag -update again.
var update = flag.Bool("update", false, "write the goldens again, as make golden does")

// Updating reports whether goldens are written instead of held: for one that is no text.
func Updating() bool { return *update }

// Golden holds a text to a file that a person has read. With -update it writes the file instead.
func Golden(t testing.TB, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("%v; make golden writes it: read it before you commit it", err)
		return
	}
	if got != string(want) {
		t.Errorf("%s has another text. If yours is right, run make golden and read the difference.\ngot:\n%swant:\n%s", path, got, want)
	}
}
