package record

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestThePageNamesEveryMemberAndItsExampleCanBeRead(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []reflect.Type{reflect.TypeFor[Header](), reflect.TypeFor[Entry]()} {
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			if !bytes.Contains(page, []byte("\n| `"+name+"` |")) {
				t.Errorf("the page has no row for %s", name)
			}
		}
	}
	_, example, _ := bytes.Cut(page, []byte("```json\n"))
	example, _, _ = bytes.Cut(example, []byte("```"))
	n := 0
	if err := Read(bytes.NewReader(example), func(time.Time, Entry) { n++ }); err != nil || n != 3 {
		t.Errorf("got %d entries of the example, %v", n, err)
	}
}
