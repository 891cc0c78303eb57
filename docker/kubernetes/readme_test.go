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

// section is what a README says of this folder.
func section(t *testing.T, readme, head string) string {
	t.Helper()
	_, text, found := strings.Cut(repository(t, readme), head+"\n")
	if !found {
		t.Fatalf("%s has no %q", readme, head)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

func sections(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"README.md":       section(t, "README.md", "## One account, several, a fleet"),
		"README.zh-CN.md": section(t, "README.zh-CN.md", "## 一个账号、多个账号、一批机器"),
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

// What the README puts into the file of an account must be what the compose file asks for.
func TestReadmesSetWhatTheComposeFileReads(t *testing.T) {
	compose := repository(t, "docker/compose.yaml")
	for readme, text := range sections(t) {
		_, file, _ := strings.Cut(text, "<<'END'\n")
		file, _, _ = strings.Cut(file, "END\n")
		set := regexp.MustCompile(`(?m)^(\w+)=`).FindAllStringSubmatch(file, -1)
		if len(set) != 6 {
			t.Errorf("%s sets %q, want what tells two accounts apart", readme, set)
		}
		for _, m := range set {
			if !strings.Contains(compose, "${"+m[1]+":") {
				t.Errorf("%s sets %s, which compose.yaml does not read", readme, m[1])
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
