package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "figures.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEachUnitOfACurveIsAPictureWithItsNames(t *testing.T) {
	figures := write(t, `[{"name":"clients","of":"clients at once","columns":["gateway, MiB","bare, MiB","gateway, ms"],"rows":[[100,1,2,3],[200,4,5,6]]}]`)
	folder := t.TempDir()
	if err := draw(figures, folder); err != nil {
		t.Fatal(err)
	}
	for file, names := range map[string][]string{
		"clients-mib.svg": {"gateway", "bare", "MiB", "clients at once"},
		"clients-ms.svg":  {"gateway", "ms", "clients at once"},
	} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		for in := xml.NewDecoder(strings.NewReader(string(text))); ; {
			if _, err := in.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
		}
		for _, name := range names {
			if !strings.Contains(string(text), ">"+name+"<") {
				t.Errorf("%s does not say %q", file, name)
			}
		}
	}
}

func TestARowThatLacksAValueIsRefused(t *testing.T) {
	figures := write(t, `[{"name":"clients","of":"clients","columns":["gateway, MiB"],"rows":[[100]]}]`)
	if err := draw(figures, t.TempDir()); err == nil || !strings.Contains(err.Error(), "row 1 has 1 values, want 2") {
		t.Errorf("got %v", err)
	}
}
