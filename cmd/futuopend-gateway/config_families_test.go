package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/prose"
)

// settingsOf is the file of an image as an engine hands it over, with that of our image.
func settingsOf(t *testing.T, name string) map[string]string {
	t.Helper()
	vars := map[string]string{"GATEWAY_CONTAINER": "yes", "PATH": "/bin"}
	if name == "" {
		return vars
	}
	for line := range strings.Lines(prose.Read(t, "docker/from/"+name+".env")) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		vars[key] = value
	}
	return vars
}

// Each image's own file, with the files that it has where it has them. What stands in a file is in rows of "path: text".
func TestTheFileOfEachOtherImageIsUnderstood(t *testing.T) {
	const md5 = "5f4dcc3b5aa765d61d8327deb882cf99"
	for name, c := range map[string]struct {
		files map[string]string
		want  []string // "NAME=value"; with a leading slash in the value that is below the root of the test
		told  []string // of what is not honoured, the names
	}{
		"kaelzhang": {nil, []string{"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD_MD5=" + md5, "FUTU_PORT=11111", "SERVER_PORT=8081", "FUTU_CMD="}, []string{"FUTU_CMD"}},
		"manhinhang": {map[string]string{"/.futu/futu.pem": "key"}, []string{
			"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD_MD5=" + md5, "FUTU_IP=0.0.0.0", "FUTU_PORT=11111", "FUTU_TELNET_IP=0.0.0.0", "FUTU_TELNET_PORT=22222",
			"FUTU_WEBSOCKET_IP=0.0.0.0", "FUTU_WEBSOCKET_PORT=33333", "FUTU_LOGIN_MODE=", "FUTU_LOG_LEVEL=info", futuresTZ + "=UTC+8", "FUTU_RSA_PRIVATE_KEY=/.futu/futu.pem",
		}, []string{"FUTU_OPEND_RSA_FILE_PATH"}}, // it is below the test's root, which the name does not have
		"manhinhang-helm": {map[string]string{"/.futu/futu.pem": "key"}, []string{
			"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD=correct-horse", "FUTU_PORT=", "FUTU_TELNET_IP=", "FUTU_RSA_PRIVATE_KEY=/.futu/futu.pem", futuresTZ + "=UTC+8",
		}, nil},
		"lqepoch": {map[string]string{
			"/home/futu/.com.futunn.FutuOpenD/docker-secrets/api-rsa.pem": "key", "/home/futu/.com.futunn.FutuOpenD/docker-secrets/websocket.crt": "cert",
			"/home/futu/.com.futunn.FutuOpenD/docker-secrets/websocket.key": "key",
		}, []string{
			"FUTU_LOGIN_ACCOUNT=13800000000", "FUTU_AREA_CODE=+86", "FUTU_LOGIN_PWD=correct-horse", "FUTU_IP=0.0.0.0", "FUTU_PORT=11111",
			"FUTU_WEBSOCKET_IP=0.0.0.0", "FUTU_WEBSOCKET_PORT=33333", "FUTU_WEBSOCKET_KEY_MD5=" + sumOf("key"), futuresTZ + "=UTC+8", holdRight + "=1",
			"FUTU_RSA_PRIVATE_KEY=/home/futu/.com.futunn.FutuOpenD/docker-secrets/api-rsa.pem",
			"FUTU_WEBSOCKET_CERT=/home/futu/.com.futunn.FutuOpenD/docker-secrets/websocket.crt",
			"FUTU_WEBSOCKET_PRIVATE_KEY=/home/futu/.com.futunn.FutuOpenD/docker-secrets/websocket.key",
		}, []string{
			"FUTU_WEBSOCKET_TLS_CN", "FUTU_REMEMBER_PASSWORD", "FUTU_AUTO_REQUEST_PHONE_CODE", "FUTU_PHONE_CODE_REQUEST_DELAY_SECONDS",
			"FUTU_API_PUBLISH_ADDRESS", "FUTU_WEBSOCKET_PUBLISH_ADDRESS",
		}},
		"shing1211": {nil, []string{
			"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD_MD5=" + md5, "FUTU_LOGIN_MODE=", "FUTU_IP=0.0.0.0", "FUTU_RSA_PRIVATE_KEY=",
		}, []string{"FUTU_RSA_KEY"}},
		"shing1211-deploy": {nil, []string{
			"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_MODE=remember", "FUTU_PORT=11111", "FUTU_TELNET_IP=0.0.0.0", pushProto + "=0", reminders + "=1", futuresTZ + "=UTC+8",
		}, nil},
		"d0zingcat": {nil, []string{
			"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD_MD5_FILE=/run/futu-opend-secrets/futu-password-md5", "FUTU_RSA_PRIVATE_KEY=/run/futu-opend-secrets/futu.pem",
			"FUTU_TELNET_IP=0.0.0.0", "FUTU_LOG_LEVEL=info", futuresTZ + "=",
		}, nil},
		"iridescentGray": {map[string]string{"/.futu/futu.pem": "key"}, []string{
			"FUTU_LOGIN_ACCOUNT=13800000000", "FUTU_AREA_CODE=+86", "FUTU_LOGIN_MODE=remember", "FUTU_TELNET_IP=127.0.0.1", "FUTU_TELNET_PORT=",
			"FUTU_RSA_PRIVATE_KEY=/.futu/futu.pem",
		}, []string{"FUTU_OPEND_RSA_FILE_PATH"}},
		"songjiao": {nil, []string{
			"FUTU_PORT=11111", reminders + "=1", holdRight + "=0", protection + "=1", futuresTZ + "=UTC+8", "FUTU_WEBSOCKET_IP=0.0.0.0", "FUTU_RSA_PRIVATE_KEY=",
		}, []string{"FUTU_RSA_KEY_PATH"}},
		"evil-sparkle": {nil, []string{
			"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_MODE=remember", "FUTU_LOGIN_REGION=sg", "FUTU_BRAND=moomoo", "FUTU_LANG=en",
		}, []string{"MOOMOO_TRADING_MODE", "OPEND_INTERACTIVE"}},
		"opend": {nil, []string{
			"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD_MD5=" + md5, "FUTU_IP=0.0.0.0", "FUTU_PORT=11111", "FUTU_RSA_PRIVATE_KEY=/run/secrets/opend.pem", "FUTU_LANG=en", "FUTU_BRAND=moomoo",
		}, nil},
		"login_account": {nil, []string{
			"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD=correct-horse", "FUTU_LANG=en", "FUTU_IP=0.0.0.0", "FUTU_TELNET_IP=0.0.0.0", "FUTU_LOG_LEVEL=info", futuresTZ + "=UTC+8",
		}, []string{"no_monitor"}},
		"leavingme": {map[string]string{
			"/run/secrets/futu_account_id": "100000001\n", "/run/secrets/futu_account_pwd": md5 + "\n", "/app/config/futu.pem": "key",
		}, []string{
			"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD_MD5_FILE=/run/secrets/futu_account_pwd", "FUTU_LOGIN_PWD_FILE=", "FUTU_RSA_PRIVATE_KEY=/app/config/futu.pem", futuresTZ + "=UTC+8",
		}, nil},
		"others": {nil, []string{"FUTU_LOGIN_ACCOUNT=100000001", "FUTU_LOGIN_PWD=correct-horse", "FUTU_WEBSOCKET_PORT=33333", holdRight + "=0"}, []string{"FUTU_NO_MONITOR"}},
	} {
		root, file := t.TempDir(), name
		for path, text := range c.files {
			write(t, filepath.Join(root, path), text)
		}
		if name == "leavingme" {
			file = "" // it has no variables
		}
		vars := settingsOf(t, file)
		got := translate(vars, root)
		for _, want := range c.want {
			key, value, _ := strings.Cut(want, "=")
			if c.files[value] != "" {
				value = filepath.Join(root, value)
			}
			if vars[key] != value {
				t.Errorf("%s: %s is %q, want %q", name, key, vars[key], value)
			}
		}
		var told []string
		for _, n := range got.notices {
			told = append(told, strings.Fields(n)[0])
		}
		if !sameNames(told, c.told) {
			t.Errorf("%s: told of %q, want %q", name, told, c.told)
		}
		if len(got.read) == 0 && name != "kaelzhang" {
			t.Errorf("%s: nothing says what was read", name)
		}
	}
}

func sameNames(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What the image has is for those who say nothing, in either name.
func TestAContainersDefaultsLoseAgainstEveryName(t *testing.T) {
	for _, c := range []struct {
		environ []string
		host    string
		api     string
	}{
		{nil, "127.0.0.1", "127.0.0.1"},
		{[]string{"GATEWAY_CONTAINER=yes"}, "0.0.0.0", "0.0.0.0"},
		{[]string{"GATEWAY_CONTAINER=yes", "FUTU_OPEND_IP=127.0.0.2"}, "0.0.0.0", "127.0.0.2"},
		{[]string{"GATEWAY_CONTAINER=yes", "FUTU_IP=127.0.0.3", "SERVER_HOST=127.0.0.4"}, "127.0.0.4", "127.0.0.3"},
		{[]string{"GATEWAY_CONTAINER=yes", "FUTU_OPEND_IP=futu-opend"}, "0.0.0.0", "0.0.0.0"},
	} {
		e, _ := readEnvironment(c.environ)
		if e.Host != c.host || e.IP != c.api {
			t.Errorf("%q: listens on %s and %s, want %s and %s", c.environ, e.Host, e.IP, c.host, c.api)
		}
	}
}

func TestANameThatNobodyKnowsIsToldWhicheverPrefixItHas(t *testing.T) {
	_, notices := readEnvironment([]string{"FUTU_TYPO=1", "MOOMOO_TYPO=1", "OPEND_TYPO=1", "GATEWAY_TYPO=1", "FUTU_OPEND_SERVICE_HOST=10.0.0.1", "lang=en", "OTHER=1"})
	for _, name := range []string{"FUTU_TYPO", "MOOMOO_TYPO", "OPEND_TYPO", "GATEWAY_TYPO"} {
		if !slices.ContainsFunc(notices, func(n string) bool { return strings.HasPrefix(n, name+" ") }) {
			t.Errorf("nothing is told of %s: %q", name, notices)
		}
	}
	if len(notices) != 4 {
		t.Errorf("told %q", notices)
	}
}

func TestASwitchOfAnotherImageTurnsItsWebSocketOff(t *testing.T) {
	vars := map[string]string{"FUTU_WEBSOCKET_ENABLED": "off", "FUTU_WEBSOCKET_PORT": "33333", "FUTU_LOGIN_PASSWORD": "p"}
	if translate(vars, t.TempDir()); vars["FUTU_WEBSOCKET_PORT"] != "" {
		t.Errorf("the WebSocket has the port %s", vars["FUTU_WEBSOCKET_PORT"])
	}
}

// The table is one: what stands twice in it would be read by chance, and what means nothing has to say why.
func TestTheTableOfNamesIsWhole(t *testing.T) {
	seen, ours := map[string]string{}, map[string]bool{}
	for _, s := range settings() {
		ours[s.name] = true
	}
	for _, f := range families {
		for _, a := range f.names {
			if seen[a.name] != "" || ours[a.name] {
				t.Errorf("%s of %s stands somewhere else, too: %s", a.name, f.name, seen[a.name])
			}
			seen[a.name] = f.name
			if (a.why == "") != (ours[a.means] || strings.HasPrefix(a.means, xmlPrefix)) {
				t.Errorf("%s of %s means %q, and says why: %q", a.name, f.name, a.means, a.why)
			}
			if a.why != "" && say(a.why, "name", a.name) == "" {
				t.Errorf("%s has no sentence", a.why)
			}
		}
		for _, h := range append(slices.Clone(f.had), f.files...) {
			if !ours[h.means] && !strings.HasPrefix(h.means, xmlPrefix) {
				t.Errorf("%s had %s, which nobody reads", f.name, h.means)
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("%d names", len(seen))
	}
}
