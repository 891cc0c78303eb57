//go:build image

package imagetest

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"debug/elf"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func sorted(words []string) []string { slices.Sort(words); return words }

// theBinary is the gateway out of an image.
func theBinary(t *testing.T, image string) []byte {
	t.Helper()
	name := newName()
	docker(t, "create", "--name", name, "--label", run, image)
	path := filepath.Join(t.TempDir(), "futuopend-gateway")
	docker(t, "cp", name+":/usr/local/bin/futuopend-gateway", path)
	quiet("rm", "-v", name)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheBinaryIsStatic(t *testing.T) {
	t.Parallel()
	f, err := elf.NewFile(bytes.NewReader(theBinary(t, gatewayImage)))
	if err != nil {
		t.Fatal(err)
	}
	libraries, err := f.ImportedLibraries()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || len(libraries) > 0 {
			t.Errorf("it wants a loader and the libraries %q, %v", libraries, err)
		}
	}
}

// layer is what one layer of an image adds.
type layer struct {
	files []string
	bytes int64
}

// layers reads the image as it is saved, bottom first.
func layers(t *testing.T, image string) []layer {
	t.Helper()
	dir := t.TempDir()
	save := exec.Command("sh", "-c", `docker save "$0" | tar -xf - -C "$1"`, image, dir)
	if out, err := save.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var manifest []struct{ Layers []string }
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err := errors.Join(err, json.Unmarshal(text, &manifest)); err != nil {
		t.Fatal(err)
	}
	var all []layer
	for _, name := range manifest[0].Layers {
		all = append(all, readLayer(t, filepath.Join(dir, name)))
	}
	return all
}

func readLayer(t *testing.T, path string) (l layer) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var in io.Reader = bufio.NewReader(f)
	if magic, _ := in.(*bufio.Reader).Peek(2); string(magic) == "\x1f\x8b" {
		if in, err = gzip.NewReader(in); err != nil {
			t.Fatal(err)
		}
	}
	for r := tar.NewReader(in); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return l
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeDir {
			l.files = append(l.files, h.Name)
			l.bytes += h.Size
		}
	}
}

func TestNoLayerHasMoreThanIsUsed(t *testing.T) {
	t.Parallel()
	const mine = "usr/local/bin/futuopend-gateway"
	for _, image := range []string{gatewayImage, fullImage} {
		found := false
		for i, l := range layers(t, image) {
			if slices.Contains(l.files, mine) {
				found = true
				if len(l.files) != 1 || l.bytes >= 25<<20 {
					t.Errorf("%s: the gateway's layer has %d bytes in %q; want less than 25 MiB in one file", image, l.bytes, l.files)
				}
				t.Logf("%s: the gateway's layer has %.1f MiB", image, float64(l.bytes)/(1<<20))
			}
			if i == 0 {
				continue // the base image's
			}
			for _, name := range l.files {
				if strings.HasPrefix(filepath.Base(name), ".wh.") {
					continue // says that a file of a lower layer is gone
				}
				for _, bad := range []string{"AppImage", "fixrun", ".tar.gz", ".deb", "var/lib/apt/lists/", "usr/local/go", "bin/curl", "tini-static", "passwd-"} {
					if strings.Contains(name, bad) {
						t.Errorf("%s has %s in layer %d", image, name, i)
					}
				}
			}
		}
		if !found {
			t.Errorf("%s: no layer has the gateway", image)
		}
	}
}
