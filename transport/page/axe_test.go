package page_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/chromedp"
)

// axeVersion is a package of npm: the rules that people check pages with. It is for tests alone, and half a megabyte, so it is fetched.
const axeVersion = "axe-core@4.14.1"

// axe is its script.
var axe = sync.OnceValues(func() (string, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("fetch %s: %w; install npm to check the page with it", axeVersion, err)
	}
	dir, err := os.MkdirTemp("", "axe")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	fetch := exec.CommandContext(ctx, npm, "pack", "--silent", "--fetch-retries=1", axeVersion)
	fetch.Dir = dir
	if out, err := fetch.CombinedOutput(); err != nil {
		return "", fmt.Errorf("fetch %s: %w: %s", axeVersion, err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(files) != 1 {
		return "", fmt.Errorf("fetch %s: it is not there: %v, %w", axeVersion, files, err)
	}
	return fromPackage(files[0], "package/axe.min.js")
})

// fromPackage reads one file of a package.
func fromPackage(path, name string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return "", fmt.Errorf("%s has no %s", path, name)
		}
		if err != nil {
			return "", err
		}
		if h.Name == name {
			b, err := io.ReadAll(io.LimitReader(r, 4<<20))
			return string(b), err
		}
	}
}

// accessible fails the test for each rule of axe that the page breaks now.
func (b *tab) accessible(script string) {
	b.t.Helper()
	if b.value("typeof axe") == "undefined" {
		b.do(chromedp.Evaluate[chromedp.Void](script))
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	broken, err := chromedp.Run(ctx, chromedp.Evaluate[string](`axe.run(document, {resultTypes: ['violations']}).then((r) =>
		r.violations.map((v) => v.id + ' (' + v.impact + '): ' + v.help + '\n    ' + v.nodes.map((n) => n.html).join('\n    ')).join('\n'))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.fail(err)
	}
	if broken = strings.TrimSpace(broken); broken != "" {
		b.t.Errorf("axe finds:\n%s", broken)
	}
}
