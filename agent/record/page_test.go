package record

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestThePagesNameEveryMemberAndItsExampleCanBeRead(t *testing.T) {
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		names(t, name, page)
	}
}

// names holds a page to the format.
func names(t *testing.T, file string, page []byte) {
	t.Helper()
	for _, of := range []reflect.Type{reflect.TypeFor[Header](), reflect.TypeFor[Entry]()} {
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			if !bytes.Contains(page, []byte("\n| `"+name+"` |")) {
				t.Errorf("%s has no row for %s", file, name)
			}
		}
	}
	_, example, _ := bytes.Cut(page, []byte("```json\n"))
	example, _, _ = bytes.Cut(example, []byte("```"))
	n := 0
	if err := Read(bytes.NewReader(example), func(time.Time, Entry) { n++ }); err != nil || n != 3 {
		t.Errorf("%s: got %d entries of the example, %v", file, n, err)
	}
}
