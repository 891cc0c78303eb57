package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ostai/futuopend-gateway/testdata/prose"
)

// What other places than Docker and Kubernetes start the gateway with is held to the program's own table of settings.
const elsewhere = "../../docker/elsewhere/"

// asIn holds the settings of a file of an app store: they exist, the account, a secret token and the terms are asked for, and the
// terms are not accepted for anybody.
func asIn(t *testing.T, file string, settings map[string]string) {
	t.Helper()
	for name := range settings {
		if !knownSetting(name) {
			t.Errorf("%s has %s, which is no setting", file, name)
		}
	}
	for _, name := range []string{"FUTU_LOGIN_ACCOUNT", "FUTU_ACCEPT_TERMS"} {
		if _, ok := settings[name]; !ok {
			t.Errorf("%s does not ask for %s", file, name)
		}
	}
	if v := settings["FUTU_ACCEPT_TERMS"]; v != "no" {
		t.Errorf("%s accepts Futu's terms by itself: %q", file, v)
	}
}

const publishedImage = "ghcr.io/ostai/futuopend-gateway:latest"

func TestTheTemplateOfUnraid(t *testing.T) {
	var template struct {
		Repository, ExtraParams, WebUI string
		Privileged                     bool
		Config                         []struct {
			Target   string `xml:",attr"`
			Default  string `xml:",attr"`
			Type     string `xml:",attr"`
			Required bool   `xml:",attr"`
			Mask     bool   `xml:",attr"`
			Value    string `xml:",chardata"`
		}
	}
	if err := xml.Unmarshal([]byte(prose.Read(t, "docker/elsewhere/futuopend.xml")), &template); err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, c := range template.Config {
		switch c.Type {
		case "Variable":
			settings[c.Target] = c.Value
			if secret := slices.Contains([]string{"FUTU_LOGIN_PWD", "SERVER_TOKEN", "NOTIFY_URLS"}, c.Target); secret != c.Mask {
				t.Errorf("%s is shown: %v", c.Target, !c.Mask)
			}
			if c.Target == "SERVER_TOKEN" && !c.Required {
				t.Error("the page is open to the network without a token")
			}
		case "Port":
			if c.Target != "8000" || !strings.Contains(template.WebUI, "[PORT:8000]") {
				t.Errorf("port %s is published, and the page is at %s", c.Target, template.WebUI)
			}
		case "Path":
			if c.Target != "/home/futu" {
				t.Errorf("the volume is at %s", c.Target)
			}
		default:
			t.Errorf("a %s is none of Unraid's", c.Type)
		}
	}
	asIn(t, "futuopend.xml", settings)
	if template.Repository != publishedImage || template.Privileged || !strings.Contains(template.ExtraParams, "--publish 127.0.0.1:11111:11111") {
		t.Errorf("%+v", template)
	}
}

func TestTheAppOfCasaOS(t *testing.T) {
	type text map[string]string
	type named struct {
		Container   string
		Description text
	}
	var app struct {
		Name     string
		Services map[string]struct {
			Image         string
			ContainerName string `yaml:"container_name"`
			Platform      string
			Environment   map[string]string
			Ports         []string
			Volumes       []string
			Restart       string
			Grace         string   `yaml:"stop_grace_period"`
			ReadOnly      bool     `yaml:"read_only"`
			CapDrop       []string `yaml:"cap_drop"`
			SecurityOpt   []string `yaml:"security_opt"`
			Tmpfs         []string
			MemLimit      string `yaml:"mem_limit"`
			PidsLimit     int    `yaml:"pids_limit"`
			CasaOS        struct {
				Envs, Ports, Volumes []named
			} `yaml:"x-casaos"`
		}
		Volumes map[string]struct{ Name string }
		CasaOS  struct {
			Architectures                                          []string
			Main, Scheme, Index, Category, Developer, Author, Icon string
			PortMap                                                string `yaml:"port_map"`
			Title, Tagline, Description                            text
		} `yaml:"x-casaos"`
	}
	d := yaml.NewDecoder(strings.NewReader(prose.Read(t, "docker/elsewhere/casaos.yaml")))
	d.KnownFields(true)
	if err := d.Decode(&app); err != nil {
		t.Fatal(err)
	}
	service, ok := app.Services[app.CasaOS.Main]
	if !ok || service.Image != publishedImage || !service.ReadOnly || app.CasaOS.PortMap != "8000" {
		t.Errorf("%+v", app)
	}
	asIn(t, "casaos.yaml", service.Environment)
	for _, e := range service.CasaOS.Envs {
		if _, ok := service.Environment[e.Container]; !ok || e.Description["en_us"] == "" || e.Description["zh_cn"] == "" {
			t.Errorf("%s is described, and is no setting of the app, or not in both languages", e.Container)
		}
	}
	// Whoever changes nothing must not have an open page.
	e, _ := readEnvironment([]string{"FUTU_LOGIN_ACCOUNT=12345678", "FUTU_LOGIN_PWD=correct-horse", "SERVER_TOKEN=" + service.Environment["SERVER_TOKEN"]})
	if _, err := newConfig(e); err == nil || !strings.Contains(err.Error(), "SERVER_TOKEN") {
		t.Errorf("the token that must be changed is taken: %v", err)
	}
}

func TestTheTemplateOfPortainer(t *testing.T) {
	var file struct {
		Version   string `json:"version"`
		Templates []struct {
			Type                                                  int
			Title, Name, Description, Note, Platform, Logo, Image string
			Categories, Ports                                     []string
			Volumes                                               []struct{ Container string }
			RestartPolicy                                         string `json:"restart_policy"`
			Env                                                   []struct {
				Name, Label string
				Default     *string
				Select      []struct {
					Text, Value string
					Default     bool
				}
			}
		} `json:"templates"`
	}
	d := json.NewDecoder(strings.NewReader(prose.Read(t, "docker/elsewhere/portainer.json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	template := file.Templates[0]
	settings := map[string]string{}
	for _, e := range template.Env {
		settings[e.Name] = ""
		for _, choice := range e.Select {
			if choice.Default {
				settings[e.Name] = choice.Value
			}
		}
	}
	asIn(t, "portainer.json", settings)
	if _, ok := settings["SERVER_TOKEN"]; !ok || template.Image != publishedImage || slices.ContainsFunc(template.Ports, func(p string) bool { return strings.Contains(p, "11111") }) {
		t.Errorf("%+v", template)
	}
}

// ini are the lines of a unit: section, name, value.
func ini(t *testing.T, file string) (lines [][3]string) {
	t.Helper()
	section := ""
	for line := range strings.Lines(prose.Read(t, "docker/elsewhere/"+file)) {
		line = strings.TrimSpace(line)
		name, value, ok := strings.Cut(line, "=")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		case !ok || section == "":
			t.Errorf("%s: %q is no line of a unit", file, line)
		default:
			lines = append(lines, [3]string{section, name, value})
		}
	}
	return lines
}

func TestTheQuadlet(t *testing.T) {
	settings := map[string]string{}
	for _, l := range ini(t, "futuopend.container") {
		switch l[1] {
		case "Image":
			if l[2] != publishedImage {
				t.Errorf("the image is %s", l[2])
			}
		case "Environment":
			name, value, _ := strings.Cut(l[2], "=")
			settings[name] = value
		case "PublishPort":
			if !strings.HasPrefix(l[2], "127.0.0.1:") {
				t.Errorf("%s is published wider than this machine", l[2])
			}
		}
	}
	asIn(t, "futuopend.container", settings)
	if _, err := os.Stat(elsewhere + "futuopend.volume"); err != nil {
		t.Error(err)
	}
}

func TestTheUnitOfSystemd(t *testing.T) {
	settings, seen := map[string]string{}, map[string]string{}
	for line := range strings.Lines(prose.Read(t, "docker/elsewhere/environment")) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(line, "#") {
			settings[name] = value
		}
	}
	asIn(t, "environment", settings)
	for _, l := range ini(t, "futuopend-gateway.service") {
		seen[l[1]] = l[2]
	}
	for name, want := range map[string]string{
		"User": "futuopend", "KillMode": "mixed", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "RestartPreventExitStatus": "2",
		"CapabilityBoundingSet": "", "StateDirectory": "futuopend",
	} {
		if got, ok := seen[name]; !ok || got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if user := prose.Read(t, "docker/elsewhere/futuopend.sysusers"); !regexp.MustCompile(`(?m)^u futuopend - .* /var/lib/futuopend$`).MatchString(user) {
		t.Errorf("the user's home is not the unit's state folder:\n%s", user)
	}
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("SKIPPED: systemd-analyze is not installed; what systemd says of the unit is not tried")
	}
	// The program and the file are where the package puts them, which is not here.
	text := strings.NewReplacer("/usr/bin/futuopend-gateway", "/bin/true").Replace(prose.Read(t, "docker/elsewhere/futuopend-gateway.service"))
	unit := filepath.Join(t.TempDir(), "futuopend-gateway.service")
	if err := os.WriteFile(unit, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("systemd-analyze", "verify", "--man=no", unit).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte(filepath.Base(unit)+":")) {
		t.Errorf("%v: %s", err, out)
	}
}

func TestWhatThePackageInstallsExists(t *testing.T) {
	var pack struct {
		Name, Arch, Version, Section, Priority, Maintainer, Description, Homepage, License string
		Schema                                                                             string `yaml:"version_schema"`
		Depends                                                                            []string
		Contents                                                                           []struct {
			Src, Dst, Type string
			FileInfo       struct{ Mode int } `yaml:"file_info"`
		}
		Scripts map[string]string
	}
	d := yaml.NewDecoder(strings.NewReader(prose.Read(t, "docker/elsewhere/deb/nfpm.yaml")))
	d.KnownFields(true)
	if err := d.Decode(&pack); err != nil {
		t.Fatal(err)
	}
	var sources []string
	for _, c := range pack.Contents {
		sources = append(sources, c.Src)
	}
	for _, path := range pack.Scripts {
		sources = append(sources, path)
		if out, err := exec.Command("sh", "-n", "../../"+path).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", path, err, out)
		}
	}
	for _, path := range sources {
		if _, err := os.Stat("../../" + path); err != nil && !strings.HasPrefix(path, "bin/") {
			t.Error(err)
		}
	}
}
