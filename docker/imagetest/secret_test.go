//go:build image

package imagetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The password whose MD5 is given elsewhere. Neither may be found anywhere.
const testPassword = "marker-pa55word"

// secretFile is a file that the container's user can read, in a folder that keeps others out.
func secretFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestASecretInAFileIsSeenNowhere(t *testing.T) {
	t.Parallel()
	g := start(t, fullImage, hardened, publish, scenario(t, "-scenario=sms"), []string{
		"-e", "FUTU_LOGIN_ACCOUNT=100000001", "-e", "FUTU_LANG=en", "-e", "LOG_LEVEL=debug",
		"-e", "FUTU_LOGIN_PWD_MD5_FILE=/run/secrets/futu_login_pwd_md5", "-v", secretFile(t, testMD5) + ":/run/secrets/futu_login_pwd_md5:ro",
	})
	w := g.client()
	w.want("when a code is wanted", requestCode)
	w.send(wrongCode)
	w.want("after a wrong code", requestCode)
	w.send(rightCode)
	w.want("after the right code", connected)
	// The daemon did get it: its config file has it, for its user alone.
	if got := g.sh(`f=$(grep -rl "` + testMD5 + `" /run /dev/shm /tmp 2>/dev/null | grep -v secrets) && stat -c %a $f`); got != "600" {
		t.Errorf("the config file has mode %s", got)
	}
	for where, text := range map[string]string{
		"docker inspect":  docker(t, "inspect", g.name),
		"docker logs":     g.logs(),
		"docker top":      docker(t, "top", g.name, "-eo", "pid,args"),
		"the environment": g.sh(`cat /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n'`),
		"the volume":      g.sh("grep -rhs . /home/futu || true"),
	} {
		if len(text) == 0 {
			t.Errorf("%s is empty", where)
		}
		for _, secret := range []string{testMD5, "314159", "271828"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %s:\n%s", where, secret, text)
			}
		}
	}
}
