package kubernetes

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func sections(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"README.md":       repository(t, "docker/kubernetes/README.md"),
		"README.zh-CN.md": repository(t, "docker/kubernetes/README.zh-CN.md"),
	}
}

func TestReadmesNameFilesThatAreHere(t *testing.T) {
	for readme, text := range sections(t) {
		paths := regexp.MustCompile(`\b(?:overlays|base|components)/[\w./-]+`).FindAllString(text, -1)
		if len(paths) < 5 {
			t.Errorf("%s names %q", readme, paths)
		}
		for _, path := range paths {
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s names %s: %v", readme, path, err)
			}
		}
	}
}

func TestReadmesMakeTheSecretThatIsMounted(t *testing.T) {
	o := build(t, fleet)
	want := slices.Sorted(maps.Values(secretFiles(t, o.sets[0])))
	for readme, text := range sections(t) {
		var made []string
		for _, m := range regexp.MustCompile(`(?m)^(?:nano|openssl) .*secrets/a/(\w+)`).FindAllStringSubmatch(text, -1) {
			made = append(made, m[1])
		}
		slices.Sort(made)
		if !slices.Equal(made, want) {
			t.Errorf("%s makes %q, and the pod mounts %q", readme, made, want)
		}
		create := "kubectl apply -f namespace.yaml\nkubectl -n " + namespace(t).Name + " create secret generic " + o.sets[0].Name + " --from-file=secrets/a\n"
		if !strings.Contains(text, create) {
			t.Errorf("%s does not have %q", readme, create)
		}
	}
}

func TestReadmesNameObjectsAndLabelsThatAreMade(t *testing.T) {
	o := build(t, fleet)
	made := map[string]bool{namespace(t).Name: true, "futuopend-account: a": true, "futuopend-clients: allowed": true}
	for _, s := range o.services {
		for _, p := range s.Spec.Ports {
			made[s.Name+":"+p.TargetPort.StrVal] = true
		}
	}
	for _, n := range o.networks {
		for _, rule := range n.Spec.Ingress {
			for key, value := range rule.From[0].PodSelector.MatchLabels {
				made[key+": "+value] = true
			}
		}
	}
	made["futuopend-api-a:11111"], made["futuopend-gateway-a:8000"] = made["futuopend-api-a:api"], made["futuopend-gateway-a:gateway"]
	for readme, text := range sections(t) {
		_, text, _ = strings.Cut(text, "kubectl -n futuopend port-forward")
		named := regexp.MustCompile("`(futuopend-[^`]*)`").FindAllStringSubmatch(text, -1)
		if len(named) < 7 {
			t.Errorf("%s names %q", readme, named)
		}
		for _, m := range named {
			if !made[m[1]] {
				t.Errorf("%s names %s, which nothing makes", readme, m[1])
			}
		}
	}
}

func TestSecretsAreKeptOutOfTheRepository(t *testing.T) {
	for _, folder := range []string{".", ".."} {
		text, err := os.ReadFile(filepath.Join(folder, ".gitignore"))
		if err != nil || !slices.Contains(strings.Split(string(text), "\n"), "/secrets/") {
			t.Errorf("%s/.gitignore lets secrets in (%v):\n%s", folder, err, text)
		}
	}
}
