//go:build image

package imagetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestTheFilesOfOtherImagesGoOnWorkingOnTheirVolumes(t *testing.T) {
	var shown table
	t.Cleanup(func() { t.Logf("\n%s", shown.text(theFamilies(t))) })
	for _, f := range theFamilies(t) {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			volume, device := f.leaves(t)
			c := f.run(t, volume, f.daemon(t, "ok"))
			c.state("connected")
			shown.yes(f, loggedIn)
			if got := c.sh("sha256sum <~futu/" + f.folder() + "/F3CNN/Device.dat"); got != device {
				t.Errorf("it is another device than before: %s, and was %s", got, device)
			} else {
				shown.yes(f, deviceKept)
			}
			until(t, "the engine to find it healthy by "+f.check(), func() bool { return c.inspect().State.Health.Status == "healthy" })
			shown.yes(f, healthTrue)
			until(t, "quotes", func() bool { _, code := c.exec("futuopend-gateway", "healthcheck", "-ready"); return code == 0 })
			if logs := c.logs(); !strings.Contains(logs, f.says) || strings.Count(logs, "settings of another image are understood") != 1 && f.name != "kaelzhang" {
				t.Errorf("the log does not say what was read, or has no %q", f.says)
			}
			docker(t, "rm", "-f", "-v", c.name)
			if f.remembers(t, volume) {
				shown.yes(f, remembered)
			}
		})
	}
}

// remembers checks that a login which was refused is not tried again by any of three new containers.
func (f family) remembers(t *testing.T, volume string) bool {
	daemon := f.daemon(t, "agreement") // one program: a refusal is of the login with it
	c := f.run(t, volume, daemon)
	c.state("halted")
	c.says("opend | ")
	docker(t, "rm", "-f", "-v", c.name)
	kept := true
	for range 3 {
		c = f.run(t, volume, daemon)
		c.state("halted")
		if strings.Contains(c.logs(), "opend | ") {
			kept = false
			t.Errorf("a new container forgot that the login was refused:\n%s", c.logs())
		}
		docker(t, "rm", "-f", "-v", c.name)
	}
	return kept
}

// check is what the engine asks a family's container by.
func (f family) check() string {
	if f.health == "" {
		return "futuopend-gateway healthcheck"
	}
	return f.health
}

// The columns of the table that a run ends with.
const (
	loggedIn = iota
	deviceKept
	healthTrue
	remembered
	columns
)

// table is what was seen of each family.
type table struct {
	mu   sync.Mutex // guards seen: the families run side by side
	seen map[string][columns]bool
}

func (s *table) yes(f family, column int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string][columns]bool{}
	}
	row := s.seen[f.name]
	row[column] = true
	s.seen[f.name] = row
}

func (s *table) text(families []family) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	b.WriteString("| family | logged in | device kept | health check true | its check | refusal remembered over 3 recreations |\n|---|---|---|---|---|---|\n")
	for _, f := range families {
		var word [columns]string
		for i, yes := range s.seen[f.name] {
			word[i] = map[bool]string{true: "yes", false: "NO"}[yes]
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | `%s` | %s |\n", f.name, word[loggedIn], word[deviceKept], word[healthTrue], f.check(), word[remembered])
	}
	return b.String()
}
