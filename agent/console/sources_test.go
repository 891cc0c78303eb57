package console_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/prose"
)

// sources is the page that says of each recording where it is from.
const sources = "testdata/recordings/SOURCES.md"

func TestEveryRecordingSaysWhereItIsFrom(t *testing.T) {
	var named []string
	for _, row := range prose.Table(t, sources, "| file | source | OpenD version | lang | exactness |") {
		named = append(named, row[0])
		if slices.Contains(row, "") {
			t.Errorf("%s: the row of %s has an empty cell", sources, row[0])
		}
	}
	for _, path := range recordings(t) {
		if name := filepath.Base(path); !slices.Contains(named, name) {
			t.Errorf("%s has no row for %s: say where it is from, of which version, in which language, and how exact it is", sources, name)
		}
	}
	for _, name := range named {
		if _, err := os.Stat("../../testdata/recordings/" + name); err != nil {
			t.Errorf("%s names %s, and no such recording is there", sources, name)
		}
	}
}

func TestEveryGoldenBelongsToARecording(t *testing.T) {
	goldens, err := filepath.Glob("../../testdata/recordings/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range goldens {
		if !slices.Contains(recordings(t), path[:len(path)-len(".golden")]) {
			t.Errorf("%s is left of a recording that is gone: delete it", path)
		}
	}
}
