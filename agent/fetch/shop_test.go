package fetch

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

func TestMain(m *testing.M) {
	pause = time.Millisecond
	os.Exit(m.Run())
}

// notForServers marks what must never be unpacked.
const notForServers = "the graphical program"

// entry is a file of an archive.
type entry struct {
	name, text string
	mode       int64
}

// layout is what an archive has: a folder in a folder of the same name, as deep as told, with the command-line program's folder, and
// beside it what needs a desktop.
func layout(top, daemon string, depth int, script string) []entry {
	outer := strings.Repeat(top+"/", depth)
	cli := outer + top + "/"
	junk := make([]byte, 1<<20) // does not compress, so that there is a middle to break off in
	rand.Read(junk)
	return []entry{
		{outer + "README.txt", "read me", 0o644},
		{outer + "fixrun.sh", "#!/bin/sh\n# " + notForServers, 0o755},
		{outer + top + "-GUI/Futu_OpenD-GUI.AppImage", notForServers + string(junk), 0o755},
		{cli + daemon, script, 0o700}, // archives were seen with modes for their maker alone
		{cli + "AppData.dat", "data", 0o600},
		{cli + "Languages/en.txt", "words", 0o600},
		{cli + "fixrun.sh", "#!/bin/sh\n# " + notForServers, 0o755},
	}
}

func pack(entries []entry) []byte {
	return testbed.Archive(func(add func(name, text string, mode int64)) {
		for _, e := range entries {
			add(e.name, e.text, e.mode)
		}
	})
}

func sumOfBytes(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

// shop serves archives as Futu's server does on a bad day: it turns away whoever is no browser, and breaks off in the middle of the
// first answers.
type shop struct {
	*httptest.Server
	resumes bool // it can go on from where it broke off

	mu      sync.Mutex
	files   map[string][]byte
	latest  string // the archive that /latest leads to
	breaks  int    // how many answers are broken off
	resumed int    // how many answers began in the middle
}

func newShop(t *testing.T, files map[string][]byte) *shop {
	s := &shop{files: files, resumes: true}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// change changes what it has.
func (s *shop) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// middles is how many answers began in the middle.
func (s *shop) middles() (n int) {
	s.change(func() { n = s.resumed })
	return n
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.HasPrefix(r.UserAgent(), "Mozilla/5.0") || r.ProtoMajor != 1 {
		http.Error(w, "no browser", http.StatusForbidden)
		return
	}
	if r.URL.Path == "/latest" {
		http.Redirect(w, r, "/files/"+s.latest+"?from=site", http.StatusFound)
		return
	}
	file, ok := s.files[strings.TrimPrefix(r.URL.Path, "/")]
	switch {
	case !ok:
		http.NotFound(w, r)
		return
	case r.Header.Get("Range") != "" && s.resumes:
		s.resumed++
	case !s.resumes:
		r.Header.Del("Range")
	}
	if s.breaks > 0 && r.Header.Get("Range") == "" {
		s.breaks--
		w.Header().Set("Content-Length", fmt.Sprint(len(file)))
		w.Write(file[:len(file)/2])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler) // the connection breaks
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
}
