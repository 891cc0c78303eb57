//go:build image

package imagetest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// family is another image as its users run it: its own file of variables, which is in docker/from, and a volume as that image left it.
type family struct {
	name   string
	env    string            // of docker/from, without .env; "" for an image that has no variables
	page   string            // of docker/from, without .md, whose compose file is run; "" for docker run, where people have no compose file
	at     string            // where its volume is mounted
	uid    int               // whom its data belongs to
	puid   string            // what the user adds: PUID with --user 0; "" where the owner fits
	moomoo bool              // the daemon is moomoo's
	recall bool              // the daemon logs in with what it remembers: nothing has a password
	files  map[string]string // what it is given beside, by the path in the container
	health string            // its own health check, as its users have it in their files; "" where it has none that could be true, and the image's counts
	flags  []string          // of docker run
	says   string            // what a notice must have
}

const (
	inHome   = "/home/futu/.com.futunn.FutuOpenD"
	inRoot   = "/root/.com.futunn.FutuOpenD"
	tcpProbe = "bash -c '</dev/tcp/127.0.0.1/11111'"
)

// hardenedWithPUID is how a file that takes away every right gives back those that PUID needs.
var hardenedWithPUID = []string{
	"--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--cap-add", "CHOWN", "--cap-add", "DAC_OVERRIDE", "--cap-add", "SETGID", "--cap-add", "SETUID",
	"--security-opt", "no-new-privileges",
}

const mountedXML = `<futu_opend><ip>${FUTU_IP:-127.0.0.1}</ip><api_port>11111</api_port><lang>en</lang>
<future_trade_api_time_zone>UTC+8</future_trade_api_time_zone></futu_opend>`

// theFamilies are the images of the page for movers.
func theFamilies(t *testing.T) []family {
	key := rsaKey(t)
	md5 := "md5hash:" + testMD5 + "\n"
	return []family{
		{name: "kaelzhang", env: "kaelzhang", page: "kaelzhang", at: inRoot, uid: 0, puid: "10001", says: inRoot},
		{name: "manhinhang", env: "manhinhang", page: "manhinhang", at: inHome, uid: 999, puid: "10001", files: map[string]string{"/.futu/futu.pem": key}, health: tcpProbe},
		{name: "manhinhang on Kubernetes", env: "manhinhang", at: inHome, uid: 999, puid: "999", files: map[string]string{"/.futu/futu.pem": key}, health: "pgrep FutuOpenD"},
		{name: "manhinhang's chart", env: "manhinhang-helm", at: inRoot, uid: 0, puid: "10001", files: map[string]string{"/.futu/futu.pem": key}, health: tcpProbe},
		{name: "lqepoch", env: "lqepoch", page: "lqepoch", at: inHome, uid: 10001, health: "pgrep FutuOpenD"},
		{name: "shing1211", env: "shing1211", page: "shing1211", at: "/home/futuopend/.com.futunn.FutuOpenD", uid: 1000, puid: "1000", files: map[string]string{
			"/run/secrets/FutuOpenD.xml": mountedXML, "/run/secrets/rsa_key.txt": key}, health: "pgrep -x FutuOpenD", says: "/run/secrets/FutuOpenD.xml"},
		{name: "shing1211's deploy", env: "shing1211-deploy", at: "/home/futuopend/.com.futunn.FutuOpenD", uid: 1000, puid: "10001", recall: true, files: map[string]string{
			"/usr/local/bin/FutuOpenD.xml": mountedXML}, health: tcpProbe},
		{name: "d0zingcat", env: "d0zingcat", page: "d0zingcat", at: inHome, uid: 10002, puid: "10002", files: map[string]string{
			"/run/futu-opend-secrets/futu-password-md5": md5, "/run/futu-opend-secrets/futu.pem": key},
			health: "pgrep -f FutuOpenD >/dev/null && bash -c 'exec 3<>/dev/tcp/127.0.0.1/11111'"},
		{name: "d0zingcat with a root that cannot be written", env: "d0zingcat", at: inHome, uid: 10002, puid: "10002", files: map[string]string{
			"/run/futu-opend-secrets/futu-password-md5": md5, "/run/futu-opend-secrets/futu.pem": key}, health: "pgrep FutuOpenD", flags: hardenedWithPUID, says: "libnss-wrapper"},
		{name: "iridescentGray", env: "iridescentGray", page: "iridescentGray", at: inHome, uid: 10001, recall: true, files: map[string]string{"/.futu/futu.pem": key}},
		{name: "songjiao", env: "songjiao", page: "songjiao", at: "/data", uid: 0, puid: "10001", files: map[string]string{"/secrets/futu.pem": key},
			health: "bash -c 'echo > /dev/tcp/127.0.0.1/11111'"},
		{name: "evil-sparkle", env: "evil-sparkle", page: "evil-sparkle", at: "/home/opend/.com.moomoo.OpenD", uid: 10001, moomoo: true, recall: true, says: "/home/opend"},
		{name: "opend", env: "opend", page: "opend", at: "/root/.com.moomoo.OpenD", uid: 0, puid: "10001", moomoo: true, files: map[string]string{"/run/secrets/opend.pem": key}, health: tcpProbe},
		{name: "login_account", env: "login_account", page: "login_account", at: inRoot, uid: 0, puid: "10001", health: tcpProbe},
		{name: "leavingme", page: "leavingme", at: "/app/data", uid: 0, puid: "10001", files: map[string]string{
			"/run/secrets/futu_account_id": "100000001\n", "/run/secrets/futu_account_pwd": testMD5 + "\n", "/app/config/futu.pem": key}, health: tcpProbe},
		{name: "others", env: "others", page: "others", at: "/home/futu", uid: 10001},
	}
}

func rsaKey(t *testing.T) string {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

// daemon is a folder with a simulated one that has the real one's name among processes.
func (f family) daemon(t *testing.T, scenario string) (dir string) {
	dir = filepath.Join(t.TempDir(), "opend")
	if err := os.MkdirAll(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/usr/local/bin/futuopend-gateway", filepath.Join(dir, "bin", "FutuOpenD")); err != nil {
		t.Fatal(err)
	}
	f.plays(t, dir, scenario)
	return dir
}

// plays makes the daemon of a folder another one, which plays a scenario.
func (f family) plays(t *testing.T, dir, scenario string) {
	t.Helper()
	if f.moomoo {
		scenario += " -brand=moomoo"
	}
	if f.recall {
		scenario += " -generation=interactive"
	}
	put(t, filepath.Join(dir, "FutuOpenD"), "#!/bin/sh\nexec /opt/opend/bin/FutuOpenD simulate -pace=1ms -scenario="+scenario+" \"$@\"\n", 0o755)
}

// mounted is how docker run is given that folder.
func mounted(dir string) []string { return []string{"-v", dir + ":/opt/opend:ro"} }

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// folder is the daemon's data folder below a home.
func (f family) folder() string {
	if f.moomoo {
		return ".com.moomoo.OpenD"
	}
	return ".com.futunn.FutuOpenD"
}

// inside is where our image has the family's volume.
func (f family) inside() string {
	if f.at == "/home/futu" {
		return f.at
	}
	return "/home/futu/" + f.folder()
}

// leaves makes a volume what the image leaves: a device that the broker knows, of the image's user, and nothing of a gateway.
func (f family) leaves(t *testing.T, volume string) (device string) {
	first := []string{"-e", "FUTU_LOGIN_PWD=correct-horse", "-e", "FUTU_LANG=en", "-v", volume + ":" + f.inside()}
	if f.moomoo {
		first = append(first, "-e", "FUTU_BRAND=moomoo")
	}
	scenario := "ok"
	if f.recall {
		scenario = "remember"
	}
	c := start(t, gatewayImage, first, f.account(), publish, mounted(f.daemon(t, scenario)))
	c.state("connected")
	device = f.device(c)
	docker(t, "stop", c.name)
	docker(t, "rm", "-v", c.name)
	f.shell(t, volume, "rm -rf /left/.futuopend-gateway /left/gateway.*; chmod 0700 /left")
	return device
}

// device is a sum over the identity that the daemon in a container has.
func (f family) device(c *container) string {
	c.t.Helper()
	return c.sh("sha256sum <~futu/" + f.folder() + "/F3CNN/Device.dat")
}

// shell does something to a volume of the image, all of which is its user's then.
func (f family) shell(t *testing.T, volume, line string, flags ...string) {
	t.Helper()
	owner := strconv.Itoa(f.uid)
	args := append([]string{"run", "--rm", "--label", run, "--user", "0", "-v", volume + ":/left", "--entrypoint", "sh"}, flags...)
	docker(t, append(args, gatewayImage, "-c", line+"; chown -R "+owner+":"+owner+" /left")...)
}

// account is who logs in with the family's file, and the area code of a phone.
func (f family) account() []string {
	if f.env == "lqepoch" || f.env == "iridescentGray" {
		return []string{"-e", "FUTU_LOGIN_ACCOUNT=13800000000", "-e", "FUTU_AREA_CODE=+86"}
	}
	return []string{"-e", "FUTU_LOGIN_ACCOUNT=100000001"}
}
