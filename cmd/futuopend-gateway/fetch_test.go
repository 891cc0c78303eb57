package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

// shop serves an archive with a simulated daemon. The settings are those of a gateway that fetches it.
func shop(t *testing.T) (settings []string) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	daemon := script(t, "-scenario=ok")
	text, err := os.ReadFile(daemon)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"Futu_OpenD/FutuOpenD": string(text), "Futu_OpenD/AppData.dat": "data"} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(w, text)
	}
	w.Close()
	z.Close()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/Futu_OpenD_10.8.6808_Ubuntu18.04.tar.gz") {
			http.NotFound(w, r)
			return
		}
		w.Write(b.Bytes())
	}))
	t.Cleanup(s.Close)
	return append(noDaemon(t, daemon), "FUTU_VERSION=10.8.6808", "FUTU_ACCEPT_TERMS=yes",
		"FUTU_URL="+s.URL, "FUTU_SHA256="+fmt.Sprintf("%x", sha256.Sum256(b.Bytes())))
}

// noDaemon are the settings of a gateway that finds no daemon. A simulated one keeps its data beside its script.
func noDaemon(t *testing.T, daemon string) []string {
	if _, err := os.Stat(standardProgram); err == nil {
		t.Skipf("SKIPPED: a daemon is at %s", standardProgram)
	}
	return []string{"FUTU_CMD=" + standardProgram, "FUTU_DATA=" + filepath.Dir(daemon)}
}

func TestADaemonIsFetchedAtTheFirstStartAndOnlyThen(t *testing.T) {
	p := start(t, shop(t)...)
	p.state(fsm.Connected)
	p.End(syscall.SIGTERM)
	q := prepare(t, nil)
	q.Cmd.Env = append(p.Cmd.Env, "FUTU_URL=http://127.0.0.1:1") // nobody is there
	q.address = p.address
	q.start()
	q.state(fsm.Connected)
	q.End(syscall.SIGTERM)
	if fetched, in := p.kinds(fsm.Fetched), p.kinds(fsm.LoggedIn); fetched != 1 || in != 2 {
		t.Errorf("fetched %d times, logged in %d times; want 1 and 2", fetched, in)
	}
}

func TestNothingIsFetchedBeforeAPersonAcceptsTheTerms(t *testing.T) {
	p := prepare(t, nil, noDaemon(t, t.TempDir())...)
	said, code := p.command("")
	if code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	for _, want := range []string{"FUTU_ACCEPT_TERMS", "https://www.futunn.com/download/OpenAPI", standardProgram, p.data + "/opend"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in %s", want, said)
		}
	}
}

func TestAnArchiveThatCannotBeHadHaltsTheGatewayAndTakesNoLogin(t *testing.T) {
	p := start(t, append(shop(t), "FUTU_VERSION=10.7.6728")...)
	p.state(fsm.Halted)
	if status, body := p.asks("/status"); status != 200 || !strings.Contains(body, "fetch_failed") || !strings.Contains(body, "404") {
		t.Errorf("/status: %d %s", status, body)
	}
	if status, _ := p.asks("/livez"); status != 200 {
		t.Errorf("/livez: %d", status)
	}
	p.End(syscall.SIGTERM)
	if n := p.kinds(fsm.Start); n != 0 {
		t.Errorf("%d logins were begun", n)
	}
}

// A newer gateway wants a newer daemon where nobody named one. That it cannot be had does not take away the one that is there.
func TestWhereNobodyNamesAVersionTheDaemonOfBeforeLogsIn(t *testing.T) {
	p := start(t, shop(t)...)
	p.state(fsm.Connected)
	p.End(syscall.SIGTERM)
	q := prepare(t, nil)
	q.Cmd.Env = append(p.Cmd.Env, "FUTU_VERSION=", "FUTU_SHA256=")
	q.address = p.address
	q.start()
	q.state(fsm.Connected)
	q.End(syscall.SIGTERM)
	r := prepare(t, nil)
	r.Cmd.Env = q.Cmd.Env
	if said, code := r.command("", "fetch"); code != 1 || !strings.Contains(said, "404") {
		t.Errorf("by hand it is that one or none: %d: %s", code, said)
	}
}

func TestFetchByHandPutsTheDaemonWhereItIsTold(t *testing.T) {
	settings := shop(t)
	out := filepath.Join(t.TempDir(), "opend")
	p := prepare(t, nil, append(settings, "FUTU_ACCEPT_TERMS=no")...)
	if said, code := p.command("", "fetch", out); code != 2 || !strings.Contains(said, "FUTU_ACCEPT_TERMS") {
		t.Errorf("without the terms: %d: %s", code, said)
	}
	p = prepare(t, nil, settings...)
	if said, code := p.command("", "fetch", out); code != 0 {
		t.Errorf("fetch: %d: %s", code, said)
	}
	if _, err := os.Stat(filepath.Join(out, "FutuOpenD")); err != nil {
		t.Error(err)
	}
}
