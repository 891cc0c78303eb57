package page_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/transport/page"
)

func get(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	page.Handler().ServeHTTP(w, r)
	return w
}

func TestThePageAndItsPartsForbidEverythingElse(t *testing.T) {
	for path, kind := range map[string]string{
		"/": "text/html; charset=utf-8", "/page/page.js": "text/javascript; charset=utf-8", "/page/style.css": "text/css; charset=utf-8",
		"/page/zh.json": "application/json", "/page/icon.svg": "image/svg+xml",
		"/page/icon-192.png": "image/png", "/page/manifest.webmanifest": "application/manifest+json", "/page/zh-Hant.json": "application/json",
	} {
		w := get(path)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
}

func TestABrowserThatHasThePageLoadsItOnce(t *testing.T) {
	tag := get("/page/page.js").Header().Get("ETag")
	if w := get("/page/page.js", "If-None-Match", tag); tag == "" || w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("with tag %q: %d, %d bytes", tag, w.Code, w.Body.Len())
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, path := range []string{"/page/", "/page/nothing.js", "/page/../page.go", "/page/index.html"} {
		if w := get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// What comes from the wire is shown as text, never read as HTML; and nothing stops the page with a box.
func TestTheScriptsMakeNoHTMLOfTexts(t *testing.T) {
	never := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\balert\(|\bconfirm\(|\beval\(|new Function|\.style\b|https?://`)
	entries, err := os.ReadDir("assets")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile("assets/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(e.Name(), ".png") {
			continue
		}
		text := strings.ReplaceAll(string(b), `xmlns="http://www.w3.org/2000/svg"`, "")
		if m := never.FindString(text); m != "" {
			t.Errorf("%s has %q", e.Name(), m)
		}
		if e.Name() == "index.html" && regexp.MustCompile(`<style|style=|\son[a-z]+=|<script(?:[^>]*)>[^<]`).MatchString(text) {
			t.Error("index.html has a style or a script in it")
		}
	}
}

// A browser that learns of a module only from another one asks for it a round trip later.
func TestEveryModuleIsAskedForAtOnce(t *testing.T) {
	page := get("/").Body.String()
	entries, err := os.ReadDir("assets")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".js") && !strings.Contains(page, `href="page/`+name+`"`) && name != "page.js" {
			t.Errorf("index.html has no <link rel=\"modulepreload\" href=\"page/%s\">", name)
		}
	}
}

func TestTheManifestNamesWhatIsServed(t *testing.T) {
	var manifest struct {
		StartURL string `json:"start_url"`
		Icons    []struct{ Src, Type string }
	}
	if err := json.Unmarshal(get("/page/manifest.webmanifest").Body.Bytes(), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.StartURL != "../" || len(manifest.Icons) < 3 {
		t.Errorf("the manifest is %+v", manifest)
	}
	for _, icon := range manifest.Icons {
		if w := get("/page/" + icon.Src); w.Code != http.StatusOK || w.Header().Get("Content-Type") != icon.Type {
			t.Errorf("%s: %d %s", icon.Src, w.Code, w.Header().Get("Content-Type"))
		}
	}
}
