//go:build image

package imagetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The image without a daemon fetches it once, into the volume, and a second container on that volume finds it there.
func TestTheDaemonIsFetchedAtTheFirstStart(t *testing.T) {
	t.Parallel()
	archive := filepath.Join(t.TempDir(), futuArchive)
	if err := os.WriteFile(archive, futuTar, 0o644); err != nil {
		t.Fatal(err)
	}
	volume := []string{"-v", newName() + ":/home/futu"}
	terms := []string{"-e", "FUTU_ACCEPT_TERMS=yes", "-e", "FUTU_VERSION=10.9.6918"} // the account has the MD5 of a password
	from := []string{"-v", archive + ":/archive.tar.gz:ro", "-e", "FUTU_URL=/archive.tar.gz", "-e", "FUTU_SHA256=" + hash(futuTar)}
	t.Cleanup(func() { quiet("volume", "rm", "-f", strings.TrimSuffix(volume[1], ":/home/futu")) })

	g := start(t, gatewayImage, hardened, account, publish, volume, scenario(t, "-scenario=ok"))
	if code := g.wait(); code != 2 || !strings.Contains(g.logs(), "FUTU_ACCEPT_TERMS") {
		t.Errorf("without the terms: exit code %d: %s", code, g.logs())
	}
	g = start(t, gatewayImage, hardened, account, publish, volume, scenario(t, "-scenario=ok"), terms, from)
	g.state("connected")
	g.stop()
	g = start(t, gatewayImage, hardened, account, publish, volume, scenario(t, "-scenario=ok"), terms, []string{"-e", "FUTU_URL=http://127.0.0.1:1"})
	g.state("connected")
	if kinds := g.kinds(); count(kinds, "fetched") != 1 || count(kinds, "logged_in") != 2 {
		t.Errorf("the journal has %q, want one fetch and two logins", kinds)
	}
	g.stop()
}

// A copy of the repository, because the script writes into it.
func TestANewDaemonIsNoticed(t *testing.T) {
	t.Parallel()
	const newer, moomoo = "10.12.7208_Ubuntu18.04", "10.12.7208_Ubuntu18.04"
	dir := t.TempDir()
	copied := exec.Command("sh", "-c", "git ls-files -z | xargs -0 cp --parents -t "+dir)
	copied.Dir = "../.."
	if out, err := copied.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	futu, other := "Futu_OpenD_"+newer+".tar.gz", "moomoo_OpenD_"+moomoo+".tar.gz"
	s := &shop{resumes: true, files: map[string][]byte{futu: futuTar, other: moomooTar}}
	if err := s.open(); err != nil {
		t.Fatal(err)
	}
	update := func(args ...string) string {
		cmd := exec.Command(filepath.Join(dir, "docker", "update-daemon"), args...)
		cmd.Env = append(os.Environ(), "FUTU_LATEST="+s.address+"/latest/{brand}", "FUTU_URL="+s.address)
		out, err := cmd.Output()
		if err != nil {
			return err.Error()
		}
		return strings.TrimSpace(string(out))
	}
	for _, c := range []struct{ offered, prints string }{
		{"10.10.7008_Ubuntu18.04", ""}, {"9.4.5408_Ubuntu16.04", ""}, {newer, futu + "\n" + other}, {newer, ""}, {"no version", "exit status 1"},
	} {
		s.offers(c.offered)
		if got := update("--look"); got != c.prints {
			t.Errorf("%s is offered: --look printed %q, want %q", c.offered, got, c.prints)
		}
		if got := update(); got != c.prints {
			t.Errorf("%s is offered: printed %q, want %q", c.offered, got, c.prints)
		}
	}
	for name, want := range map[string]string{
		"docker/Dockerfile":          "ARG FUTU_VERSION=" + newer,
		"agent/fetch/daemons.sha256": hash(futuTar) + "  " + futu + "  1\n",
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s has no %s: %v\n%s", name, want, err, text)
		}
	}
}
