//go:build image

package imagetest

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ostai/futuopend-gateway/testdata/prose"
)

// byPage is compose in a folder that has the file which the family's page shows after the change, and the family's variables as .env.
// A second file has what is otherwise for a test: the image's name, the daemon, the volumes that are there already. Several of these run at
// once, so that the ports which the file publishes cannot be opened: the network is one that leads nowhere.
type byPage struct {
	*project
	family  family
	dir     string
	service string
	file    composed
	data    string         // the volume, or the folder that stands for one
	volumes map[string]any // what the second file says of those that have names
	secrets map[string]any // and of those that the engine is to have
	beside  []string       // what the file does not mount: the daemon, and keys of a file of variables
}

// composed is what is looked at of a page's file.
type composed struct {
	Services map[string]struct {
		Environment map[string]string
		Volumes     []string
	}
	Volumes, Secrets map[string]any
}

func (f family) byPage(t *testing.T, daemon string) *byPage {
	dir := filepath.Dir(daemon)
	files := []string{filepath.Join(dir, "compose.yaml"), filepath.Join(dir, "test.yaml")}
	p := &byPage{family: f, dir: dir, volumes: map[string]any{}, secrets: map[string]any{}, beside: []string{daemon + ":/opt/opend:ro"}}
	p.project = newProject(t, files, "FUTU_ENV_FILE="+filepath.Join(dir, ".env"))
	_, text := prose.Sides(prose.Only(t, "docker/from/"+f.page+".md", "diff"))
	if err := yaml.Unmarshal([]byte(text), &p.file); err != nil || len(p.file.Services) != 1 {
		t.Fatalf("the file of the page has %d services: %v", len(p.file.Services), err)
	}
	for p.service = range p.file.Services {
	}
	p.lays()
	put(t, files[0], text, 0o644)
	put(t, files[1], p.otherwise(), 0o644)
	return p
}

// mountLine is a line of a file's volumes: what is mounted, perhaps by a variable that has a default, and where.
var mountLine = regexp.MustCompile(`^(?:\$\{\w+:-)?([^}]*?)\}?:(/[^:]*)(?::ro)?$`)

// lays puts everything where the file mounts it from.
func (p *byPage) lays() {
	missing := map[string]string{}
	for path, text := range p.family.files {
		missing[path] = text
	}
	for _, line := range p.file.Services[p.service].Volumes {
		m := mountLine.FindStringSubmatch(line)
		if m == nil {
			p.t.Fatalf("%s is not understood", line)
		}
		from := p.source(m[1], m[2], missing)
		if m[2] == p.family.at {
			p.data = from
		}
	}
	for name := range p.file.Secrets {
		file := filepath.Join(p.dir, "secrets", name)
		put(p.t, file, missing["/run/secrets/"+name], 0o644)
		delete(missing, "/run/secrets/"+name)
		p.secrets[name] = map[string]any{"file": file, "external": false}
	}
	for path, text := range missing {
		put(p.t, filepath.Join(p.dir, "beside", path), text, 0o644)
		p.beside = append(p.beside, filepath.Join(p.dir, "beside", path)+":"+path+":ro")
	}
	if filepath.IsAbs(p.data) {
		if err := errors.Join(os.MkdirAll(p.data, 0o755), os.Chmod(p.data, 0o777)); err != nil { // whoever makes the device writes into it
			p.t.Fatal(err)
		}
		p.t.Cleanup(func() { p.family.shell(p.t, p.data, "find /left -mindepth 1 -delete") }) // it belongs to others than who tests
	}
}

// source is a volume or a folder of the host, with those of the missing files that are in it.
func (p *byPage) source(name, at string, missing map[string]string) string {
	folder := filepath.Join(p.dir, "host", name)
	if strings.HasPrefix(name, "./") {
		folder = filepath.Join(p.dir, name)
	}
	found := false
	for path, text := range missing {
		if rest, within := strings.CutPrefix(path, at); within {
			found = true
			put(p.t, filepath.Join(folder, rest), text, 0o644)
			delete(missing, path)
		}
	}
	if _, named := p.file.Volumes[name]; !named {
		return folder
	}
	volume := newVolume(p.t)
	p.volumes[name] = map[string]any{"name": volume, "external": true}
	if found { // that image wrote them, for its user alone
		p.family.shell(p.t, volume, "cp -r /from/. /left/; chmod -R go= /left", "-v", folder+":/from:ro")
	}
	return volume
}

// otherwise is the second file.
func (p *byPage) otherwise() string {
	health := map[string]string{"interval": "1s"}
	if p.family.health != "" {
		health["test"] = p.family.health
	}
	service := map[string]any{
		"image": gatewayImage, "container_name": p.gateway.name, "labels": []string{run}, "volumes": p.beside, "healthcheck": health,
		"environment": map[string]string{"FUTU_LANG": "en"},
	}
	if p.family.env != "" {
		put(p.t, filepath.Join(p.dir, ".env"), prose.Read(p.t, "docker/from/"+p.family.env+".env"), 0o644)
		service["env_file"] = ".env"
	}
	text, err := json.Marshal(map[string]any{
		"services": map[string]any{p.service: service}, "volumes": p.volumes, "secrets": p.secrets,
		"networks": map[string]any{"default": map[string]bool{"internal": true}},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

func (p *byPage) volume() string { return p.data }

func (p *byPage) begin() *container {
	p.t.Helper()
	return p.found(p.up())
}

// again replaces the container in one of the ways that people have: with the anonymous volumes of the one before, with its own, and away
// with it and up again.
func (p *byPage) again(n int) *container {
	p.t.Helper()
	flags := [][]string{{"--force-recreate"}, {"--force-recreate", "--renew-anon-volumes"}, nil}[n]
	if flags == nil {
		if out, err := p.do("down", "-v"); err != nil { // the volumes of the family stay: others made them
			p.t.Fatalf("down: %v: %s", err, out)
		}
	}
	return p.found(p.up(flags...))
}

// found sets the gateway's address, which is that of the container, and changes with it.
func (p *byPage) found(c *container) *container {
	port := p.file.Services[p.service].Environment["SERVER_PORT"]
	if port == "" {
		port = "8000"
	}
	ip := docker(p.t, "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", c.name)
	c.address = net.JoinHostPort(ip, port)
	return c
}
