package kubernetes

import (
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// settings are the variables that the gateway reads, and TZ, which the C library does.
func settings(t *testing.T) []string {
	t.Helper()
	out := []string{"TZ"}
	for _, m := range regexp.MustCompile("`env:\"([A-Z0-9_]+)\"").FindAllStringSubmatch(repository(t, "cmd/futuopend-gateway/config_settings.go"), -1) {
		out = append(out, m[1])
	}
	if len(out) < 30 {
		t.Fatalf("found %d settings only", len(out))
	}
	return out
}

// environment is what the container of an account is given.
func environment(t *testing.T, o *objects, set *appsv1.StatefulSet) map[string]string {
	t.Helper()
	_, c := pod(t, set)
	out := map[string]string{}
	for _, from := range c.EnvFrom {
		for _, m := range o.configMaps {
			if m.Name == from.ConfigMapRef.Name {
				maps.Copy(out, m.Data)
			}
		}
	}
	for _, e := range c.Env {
		if e.ValueFrom != nil {
			t.Errorf("%s is given %s from elsewhere: an environment can be read, a secret is a file", set.Name, e.Name)
		}
		if _, twice := out[e.Name]; twice {
			t.Errorf("%s is given %s twice", set.Name, e.Name)
		}
		out[e.Name] = e.Value
	}
	return out
}

func TestEveryVariableIsOneThatTheGatewayReads(t *testing.T) {
	o, known := build(t, fleet), settings(t)
	for _, set := range o.sets {
		given := environment(t, o, set)
		for name := range given {
			if !slices.Contains(known, name) {
				t.Errorf("%s is given %s, which nobody reads", set.Name, name)
			}
		}
		for _, name := range []string{"FUTU_LOGIN_PWD", "FUTU_LOGIN_PWD_MD5", "SERVER_TOKEN", "NOTIFY_URLS", "FUTU_WEBSOCKET_KEY_MD5"} {
			if _, ok := given[name]; ok {
				t.Errorf("%s is given the secret %s in its environment", set.Name, name)
			}
		}
		if given["SERVER_HOST"] != "0.0.0.0" || given["FUTU_IP"] != "0.0.0.0" || given["SERVER_TOKEN_FILE"] == "" {
			t.Errorf("%s listens on %q and %q, with the token %q", set.Name, given["SERVER_HOST"], given["FUTU_IP"], given["SERVER_TOKEN_FILE"])
		}
	}
}

// secretFiles are the keys of the Secret that are mounted, by the path where each is a file.
func secretFiles(t *testing.T, set *appsv1.StatefulSet) map[string]string {
	t.Helper()
	spec, c := pod(t, set)
	i := slices.IndexFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == "secrets" })
	secret := volume(t, spec, "secrets").Secret
	if i < 0 || secret == nil || !c.VolumeMounts[i].ReadOnly {
		t.Fatalf("%s does not mount its Secret, or may write to it", set.Name)
	}
	if secret.DefaultMode == nil || *secret.DefaultMode != 0o440 || secret.Optional != nil {
		t.Errorf("the Secret of %s has the mode %v and may be missing: %v", set.Name, secret.DefaultMode, secret.Optional)
	}
	out := map[string]string{}
	for _, item := range secret.Items {
		if item.Mode != nil {
			t.Errorf("%s has a mode of its own", item.Key)
		}
		out[path.Join(c.VolumeMounts[i].MountPath, item.Path)] = item.Key
	}
	return out
}

// wantSecretsInUse checks that each file of the Secret is named by a variable, and each such variable names a file of it.
func wantSecretsInUse(t *testing.T, o *objects, set *appsv1.StatefulSet) {
	t.Helper()
	files, named := secretFiles(t, set), map[string]bool{}
	for name, value := range environment(t, o, set) {
		if !strings.HasSuffix(name, "_FILE") && !strings.HasSuffix(name, "_PRIVATE_KEY") {
			continue
		}
		named[value] = true
		if _, ok := files[value]; !ok {
			t.Errorf("%s names %s, which is not mounted", name, value)
		}
	}
	for file := range files {
		if !named[file] {
			t.Errorf("%s is mounted, and no variable names it", file)
		}
	}
}

func TestEverySecretIsAFileThatAVariableNames(t *testing.T) {
	o := build(t, fleet)
	for _, set := range o.sets {
		wantSecretsInUse(t, o, set)
	}
}

// What is copied unchanged must not become a password.
func TestTheExampleOfASecretHasItsKeysAndNoValues(t *testing.T) {
	text, err := os.ReadFile("base/secret.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	example, ok := decode(t, text).(*corev1.Secret)
	if !ok {
		t.Fatal("it is no Secret")
	}
	for key, value := range example.StringData {
		if value != "" {
			t.Errorf("%s has a value", key)
		}
	}
	if len(example.Data) != 0 {
		t.Errorf("it has data: %d keys", len(example.Data))
	}
	keys := slices.Sorted(maps.Keys(example.StringData))
	for _, set := range build(t, fleet).sets {
		if mounted := slices.Sorted(maps.Values(secretFiles(t, set))); !slices.Equal(mounted, keys) {
			t.Errorf("%s mounts %q, and the example has %q", set.Name, mounted, keys)
		}
	}
}

func TestAnAccountCanHaveMessages(t *testing.T) {
	o := buildIn(t, withOverlay(t, "d", `
resources: [../../base]
components: [../../components/messages]
nameSuffix: -d
`), "/overlays/d")
	wantSecretsInUse(t, o, o.sets[0])
	if key := secretFiles(t, o.sets[0])[environment(t, o, o.sets[0])["NOTIFY_URLS_FILE"]]; key != "notify_urls" {
		t.Errorf("NOTIFY_URLS_FILE names the key %q", key)
	}
}
