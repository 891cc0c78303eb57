//go:build image

package imagetest

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The shop that the images are built from, and its archives.
var (
	futuTar   = pack(layout("Futu_OpenD_"+futuVersion, "FutuOpenD", 1, daemonScript("")))
	moomooTar = pack(layout("moomoo_OpenD_"+moomooVersion, "OpenD", 2, daemonScript("-brand=moomoo -generation=9")))
	futuShop  = &shop{resumes: true, files: map[string][]byte{futuArchive: futuTar, moomooArchive: moomooTar}}
)

// built says what the images were told that they are.
var built = struct{ version, commit, created string }{"v0.0.0-imagetest", strings.Repeat("c0ffee00", 5), "2026-01-02T03:04:05Z"}

// buildImages makes the images as a user does, with make image, and the other brand's with docker build.
func buildImages() error {
	if err := futuShop.open(); err != nil {
		return err
	}
	// The engine's builder reaches a server of this machine by the machine's own network.
	build := exec.Command("make", "-C", "../..", "image", "IMAGE="+run, "BUILD_FLAGS=--network host",
		"VERSION="+built.version, "COMMIT="+built.commit, "CREATED="+built.created,
		"FUTU_URL="+futuShop.address, "FUTU_SHA256="+hash(futuTar))
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, lastLines(out, 40))
	}
	moomoo := exec.Command("docker", "build", "--network", "host", "-f", "../Dockerfile", "-t", moomooImage,
		"--build-arg", "FUTU_BRAND=moomoo", "--build-arg", "FUTU_VERSION="+moomooVersion,
		"--build-arg", "VERSION="+built.version, "--build-arg", "REVISION="+built.commit, "--build-arg", "GOPROXY="+goEnv("GOPROXY"),
		"--build-arg", "FUTU_URL="+futuShop.address+"/"+moomooArchive, "../..")
	if out, err := moomoo.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, lastLines(out, 40))
	}
	return nil
}

func goEnv(name string) string {
	out, _ := exec.Command("go", "env", name).Output()
	return strings.TrimSpace(string(out))
}

func TestTheDownloadGoesOnWhereItBrokeOff(t *testing.T) {
	futuShop.mu.Lock()
	defer futuShop.mu.Unlock()
	for _, name := range []string{futuArchive, moomooArchive} {
		if n := futuShop.asked["/"+name]; n != 2 {
			t.Errorf("%s was asked for %d times, want one that broke off and one that went on", name, n)
		}
	}
	if futuShop.resumed != 2 {
		t.Errorf("%d downloads were resumed, want 2", futuShop.resumed)
	}
}

func TestTheDaemonsFolderIsInTheImageWhole(t *testing.T) {
	t.Parallel()
	const look = `cd /opt/opend && test -x "$FUTU_CMD" && cat AppData.dat *.xml >/dev/null && ! touch x 2>/dev/null && echo "$FUTU_CMD" && ls`
	for image, own := range map[string]string{fullImage: "FutuOpenD FutuOpenD.xml", moomooImage: "FutuOpenD OpenD OpenD.xml"} {
		got := strings.Fields(docker(t, "run", "--rm", "--label", run, "--entrypoint", "sh", image, "-c", look))
		want := strings.Fields("AppData.dat FTWebSocket archive.sha256 libFTAPIChannel.so libf3cnew.so scenario " + own)
		if got[0] != "/opt/opend/FutuOpenD" || !slices.Equal(sorted(got[1:]), sorted(want)) {
			t.Errorf("%s has %q, want %q", image, got, want)
		}
	}
	if got := docker(t, "run", "--rm", "--label", run, "--entrypoint", "ls", gatewayImage, "/opt"); got != "" {
		t.Errorf("the image without the daemon has /opt/%s", got)
	}
}

func TestTheImagesSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	const standard = "org.opencontainers.image."
	for image, want := range map[string]map[string]string{
		gatewayImage: {"licenses": "MIT"},
		fullImage:    {"licenses": "MIT AND LicenseRef-FutuOpenD", "com.futunn.opend.version": futuVersion, "com.futunn.opend.brand": "futu"},
		moomooImage:  {"com.futunn.opend.version": moomooVersion, "com.futunn.opend.brand": "moomoo"},
	} {
		got := start(t, image, publish, account).inspect().Config.Labels
		want["version"], want["revision"] = built.version, built.commit
		want["source"] = "https://github.com/ostai/futuopend-gateway"
		if image != moomooImage {
			want["created"] = built.created
		}
		for name, value := range want {
			if !strings.Contains(name, ".") {
				name = standard + name
			}
			if got[name] != value {
				t.Errorf("%s: %s is %q, want %q", image, name, got[name], value)
			}
		}
	}
}

func TestTheVersionNamesCommitAndGo(t *testing.T) {
	t.Parallel()
	got := docker(t, "run", "--rm", "--label", run, gatewayImage, "version")
	for _, want := range []string{built.version, built.commit, "go1.", "linux/amd64"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestTheBinaryIsReproducible(t *testing.T) {
	t.Parallel()
	version := docker(t, "run", "--rm", "--label", run, gatewayImage, "version")
	if ours := goEnv("GOVERSION"); !strings.Contains(version, ours+" ") {
		t.Skipf("SKIPPED: this machine has %s, and the image was built with another Go: %s", ours, version)
	}
	dir := t.TempDir()
	build := exec.Command("make", "-C", "../..", "build", "BIN="+dir+"/again", "VERSION="+built.version, "COMMIT="+built.commit)
	build.Env = append(os.Environ(), "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	again, err := os.ReadFile(dir + "/again")
	if err != nil {
		t.Fatal(err)
	}
	for _, image := range []string{gatewayImage, fullImage} {
		if got := hash(theBinary(t, image)); got != hash(again) {
			t.Errorf("%s has a binary that hashes to %s; make build made one that hashes to %s", image, got, hash(again))
		}
	}
}
