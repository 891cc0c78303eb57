//go:build image

package imagetest

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// The archives that are served, with the versions and names that real ones had.
const (
	futuVersion   = "10.11.7108_Ubuntu18.04"
	moomooVersion = "9.2.5208_Ubuntu16.04"
	futuArchive   = "Futu_OpenD_" + futuVersion + ".tar.gz"
	moomooArchive = "moomoo_OpenD_" + moomooVersion + ".tar.gz"
)

// notForServers marks what must be in no image.
const notForServers = "the graphical program"

// entry is a file of an archive.
type entry struct {
	name, text string
	mode       int64
}

// daemonScript stands for the daemon's program. It finds the scenario beside it.
func daemonScript(flags string) string {
	return "#!/bin/sh\nexec /usr/local/bin/futuopend-gateway simulate " + flags + ` $(cat /opt/opend/scenario) "$@"` + "\n"
}

// layout is what an archive has: a folder in a folder of the same name, as deep as told, with the command-line
// program's folder, and beside it what needs a desktop.
func layout(top, daemon string, depth int, script string) []entry {
	outer := strings.Repeat(top+"/", depth)
	cli := outer + top + "/"
	junk := make([]byte, 3<<20) // does not compress, so that the archive takes a while
	rand.Read(junk)
	return []entry{
		{outer + "README.txt", "read me", 0o644},
		{outer + "fixrun.sh", "#!/bin/sh\n# " + notForServers, 0o755},
		{outer + top + "-GUI/Futu_OpenD-GUI.AppImage", notForServers + string(junk), 0o755},
		{cli + daemon, script, 0o700}, // archives were seen with modes for their maker alone
		{cli + daemon + ".xml", "<futu_opend/>", 0o600},
		{cli + "AppData.dat", "data", 0o600},
		{cli + "FTWebSocket", "#!/bin/sh\n", 0o755},
		{cli + "libFTAPIChannel.so", "library", 0o644},
		{cli + "libf3cnew.so", "a library that no list has yet", 0o644},
		{cli + "fixrun.sh", "#!/bin/sh\n# " + notForServers, 0o755},
		{cli + "scenario", "-scenario=sms -pace=1ms", 0o644},
	}
}

func pack(entries []entry) []byte {
	return testbed.Archive(func(add func(name, text string, mode int64)) {
		for _, e := range entries {
			add(e.name, e.text, e.mode)
		}
	})
}

func hash(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

// shop serves archives as Futu's server does on a bad day: it breaks off in the middle of each first
// answer, and turns away whoever is no browser.
type shop struct {
	files   map[string][]byte
	resumes bool   // it can go on from where it broke off
	latest  string // the version that /latest/BRAND leads to
	address string

	mu      sync.Mutex
	asked   map[string]int // how often each file was asked for
	resumed int            // how often an answer began in the middle
}

// open serves until the process ends.
func (s *shop) open() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.asked = map[string]int{}
	s.address = "http://" + l.Addr().String()
	go http.Serve(l, s)
	return nil
}

// offers changes what the latest version is. Nobody asks meanwhile.
func (s *shop) offers(version string) { s.latest = version }

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked[r.URL.Path]++
	first := s.asked[r.URL.Path] == 1
	if r.Header.Get("Range") != "" && s.resumes {
		s.resumed++
	}
	s.mu.Unlock()
	if !strings.HasPrefix(r.UserAgent(), "Mozilla/5.0") || r.ProtoMajor != 1 {
		http.Error(w, "no browser", http.StatusForbidden)
		return
	}
	if brand, ok := strings.CutPrefix(r.URL.Path, "/latest/"); ok {
		name := map[string]string{"futu": "Futu", "moomoo": "moomoo"}[brand]
		http.Redirect(w, r, "/"+name+"_OpenD_"+s.latest+".tar.gz", http.StatusFound)
		return
	}
	file, ok := s.files[strings.TrimPrefix(r.URL.Path, "/")]
	switch {
	case !ok:
		http.NotFound(w, r)
	case first:
		w.Header().Set("Content-Length", fmt.Sprint(len(file)))
		w.Write(file[:len(file)/2])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler) // the connection breaks
	case s.resumes:
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
	default:
		w.Write(file)
	}
}
