// Package page is the page for a person: what the gateway does, what it wants, and the buttons. It has no build
// step, loads nothing from elsewhere, and speaks the same wire as any other client. Its sentences are those of package words.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/transport/words"
)

//go:embed assets
var assets embed.FS

// policy lets the page run what the gateway serves, and talk to the gateway; nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// types are the content types, because what the machine's own table says of an extension differs from one to the next.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json",
}

// file is one asset. Its tag is a hash of what it holds, so that a browser asks each time and loads only what changed.
type file struct{ kind, tag, text string }

func newFile(name string, b []byte) file {
	sum := sha256.Sum256(b)
	return file{types[path.Ext(name)], `"` + hex.EncodeToString(sum[:8]) + `"`, string(b)}
}

// files makes what the page consists of, by the path it is served at.
func files() map[string]file {
	files := map[string]file{}
	entries, err := assets.ReadDir("assets")
	if err != nil {
		panic("page: " + err.Error()) // it is in the program
	}
	for _, e := range entries {
		b, err := assets.ReadFile("assets/" + e.Name())
		if err != nil {
			panic("page: " + err.Error())
		}
		files["/page/"+e.Name()] = newFile(e.Name(), b)
	}
	for _, lang := range words.Languages() {
		files["/page/"+lang+".json"] = newFile(lang+".json", words.JSON(lang))
	}
	files["/"] = files["/page/index.html"]
	delete(files, "/page/index.html") // its addresses are relative to /
	return files
}

// Handler serves the page on / and what it consists of on /page/NAME. It asks for no token: the page is
// the same for everybody, and asks for the token itself when the gateway wants one.
// The files are made when the first is asked for: reading three languages would hold up each start, and most starts
// show nobody the page.
func Handler() http.Handler {
	files := sync.OnceValue(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		f, ok := files()[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h.Set("Content-Type", f.kind)
		h.Set("ETag", f.tag)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(f.text))
	})
}
