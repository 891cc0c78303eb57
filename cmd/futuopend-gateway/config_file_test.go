package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestAMountedConfigFileIsReadForItsSettings(t *testing.T) {
	const text = `<?xml version="1.0" encoding="utf-8"?>
<futu_opend>
  <ip>${FUTU_IP:-127.0.0.1}</ip>
  <api_port>${FUTU_API_PORT:-11112}</api_port>
  <login_account>LOGIN</login_account>
  <login_pwd_md5>5f4dcc3b5aa765d61d8327deb882cf99</login_pwd_md5>
  <lang>en</lang>
  <!-- <telnet_port>22222</telnet_port> -->
  <rsa_private_key>/nowhere/key.pem</rsa_private_key>
  <future_trade_api_time_zone>UTC+8</future_trade_api_time_zone>
</futu_opend>
`
	for name, c := range map[string]struct {
		login string
		vars  map[string]string
		want  map[string]string
	}{
		"its example is no login": {exampleAccount, nil, map[string]string{"FUTU_LOGIN_ACCOUNT": "", "FUTU_LOGIN_PWD_MD5": ""}},
		"its login counts":        {"12345678", nil, map[string]string{"FUTU_LOGIN_ACCOUNT": "12345678", "FUTU_LOGIN_PWD_MD5": "5f4dcc3b5aa765d61d8327deb882cf99"}},
		"a variable wins": {"12345678", map[string]string{"FUTU_LOGIN_ACCOUNT": "1", "FUTU_LOGIN_PWD": "p", "FUTU_PORT": "11113", futuresTZ: "UTC"},
			map[string]string{"FUTU_LOGIN_ACCOUNT": "1", "FUTU_LOGIN_PWD_MD5": "", "FUTU_PORT": "11113", futuresTZ: "UTC"}},
		"and the other settings": {"${FUTU_ACCOUNT}", map[string]string{"FUTU_ACCOUNT": "7"}, map[string]string{
			"FUTU_LOGIN_ACCOUNT": "7", "FUTU_PORT": "11112", "FUTU_IP": "0.0.0.0", "FUTU_LANG": "en", "FUTU_TELNET_PORT": "", "FUTU_RSA_PRIVATE_KEY": "", futuresTZ: "UTC+8"}},
	} {
		root := t.TempDir()
		write(t, filepath.Join(root, "/run/secrets/FutuOpenD.xml"), strings.Replace(text, "LOGIN", c.login, 1))
		vars := map[string]string{"GATEWAY_CONTAINER": "yes"}
		for k, v := range c.vars {
			vars[k] = v
		}
		got := translate(vars, root)
		for k, v := range c.want {
			if vars[k] != v {
				t.Errorf("%s: %s is %q, want %q", name, k, vars[k], v)
			}
		}
		if !strings.Contains(strings.Join(got.read, "\n"), "/run/secrets/FutuOpenD.xml") || !strings.Contains(strings.Join(got.notices, "\n"), "/nowhere/key.pem") {
			t.Errorf("%s: told %q and %q", name, got.read, got.notices)
		}
	}
}

func TestAConfigFileThatIsNoneIsTold(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "/config/FutuOpenD.xml"), "<futu_opend><ip>")
	got := translate(map[string]string{"GATEWAY_CONTAINER": "yes"}, root)
	if len(got.read) > 0 || len(got.notices) != 1 || !strings.Contains(got.notices[0], "/config/FutuOpenD.xml") {
		t.Errorf("told %q and %q", got.read, got.notices)
	}
	if got = translate(map[string]string{}, root); len(got.notices) > 0 {
		t.Errorf("outside a container it is looked for: %q", got.notices)
	}
}

func TestACommandLineOfAnotherImageIsToldWhatToWriteInstead(t *testing.T) {
	for _, c := range []struct {
		args []string
		says []string
	}{
		{[]string{"node", "/usr/src/app/src/start.js"}, []string{"leave out", "node"}},
		{[]string{"/bin/start.sh"}, []string{"leave out", "/bin/start.sh"}},
		{[]string{"bash", "-c", "start.sh"}, []string{"leave out", "bash"}},
		{[]string{"FutuOpenD"}, []string{"leave out"}},
		{[]string{"-login_account=100000001", "-login_pwd=hunter22", "-no_monitor=1", "--lang=en"},
			[]string{"-login_account set FUTU_LOGIN_ACCOUNT", "-login_pwd set FUTU_LOGIN_PWD_FILE", "leave out -no_monitor", "-lang set FUTU_LANG"}},
	} {
		out, code := runProgram(t, c.args...)
		for _, want := range c.says {
			if !strings.Contains(out, want) {
				t.Errorf("%q: %q, want %q in it", c.args, out, want)
			}
		}
		if code != 2 || strings.Count(out, "\n") != 1 || strings.Contains(out, "hunter22") {
			t.Errorf("%q: exit code %d and %q", c.args, code, out)
		}
	}
	for _, ours := range [][]string{nil, {"serve"}, {"-simulate", "ok"}, {"status", "-json"}, {"--help"}, {"-json", "-lang=en"}} {
		if got := habit(ours); got != "" {
			t.Errorf("%q is told %q", ours, got)
		}
	}
}

// runProgram runs this program to its end.
func runProgram(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", args...)
	cmd.Env = []string{actVariable + "=1", "FUTU_LANG=en"}
	text, err := cmd.CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}
