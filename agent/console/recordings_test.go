package console_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// events reads bytes in chunks of the given size and prints what they mean, an event a line.
func events(text []byte, chunk int) string {
	var out strings.Builder
	unknown := 0
	p := console.NewParser(nil)
	note := func(lines []console.Line) {
		for _, l := range lines {
			switch {
			case l.Event.Kind != "":
				fmt.Fprintln(&out, strings.TrimSpace(fmt.Sprintf("%d %s %s", l.Number, l.Event.Kind, l.Event.Detail)))
			case l.Unknown():
				unknown++
			}
		}
	}
	buf := make([]byte, chunk)
	for r := bytes.NewReader(text); ; {
		n, err := r.Read(buf)
		if err != nil {
			break
		}
		lines := p.Write(buf[:n], time.Time{})
		for i := range buf {
			buf[i] = 'X' // a parser that keeps a reference is caught
		}
		note(lines)
	}
	note(p.Close(time.Time{}))
	fmt.Fprintf(&out, "%d lines, %d unknown\n", p.Lines(), unknown)
	return out.String()
}

// recordings are real console output and our own, in testdata/recordings.
func recordings(t testing.TB) (paths []string) {
	t.Helper()
	for _, pattern := range []string{"*.log", "*.raw"} {
		found, err := filepath.Glob("../../testdata/recordings/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) < 20 {
		t.Fatalf("found %d recordings only", len(paths))
	}
	return paths
}

func TestARecordingGivesTheSameEventsHoweverItIsChopped(t *testing.T) {
	for _, path := range recordings(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got := events(text, 4096)
		testbed.Golden(t, path+".golden", got)
		crlf := bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		for _, chunk := range []int{1, 2, 3, 7, 4096} {
			for form, bytes := range map[string][]byte{"as found": text, "with CRLF": crlf} {
				if again := events(bytes, chunk); again != got {
					t.Errorf("%s %s in chunks of %d:\ngot:\n%swant:\n%s", path, form, chunk, again, got)
				}
			}
		}
	}
}

// FuzzParser: what the bytes mean does not depend on how they were chopped, and no line is longer than its bound.
func FuzzParser(f *testing.F) {
	for _, path := range recordings(f) {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, 3)
	}
	words, err := os.ReadFile("testdata/strings.tsv")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(words)) {
		columns := strings.Split(strings.TrimSpace(line), "\t")
		f.Add([]byte(strings.Join(columns[len(columns)-2:], "\n")), 5)
	}
	f.Add([]byte("\r>>>Please enter password\x1b[0m: \xff\xe8"), 1)
	f.Fuzz(func(t *testing.T, text []byte, chunk int) {
		chunk = max(1, min(chunk, 64))
		if a, b := events(text, chunk), events(text, 1<<16); a != b {
			t.Errorf("in chunks of %d:\n%sat once:\n%s", chunk, a, b)
		}
	})
}
