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
			daemon := f.daemon(t, "ok")
			w := f.way(t, daemon)
			device := f.leaves(t, w.volume())
			c := w.begin()
			c.state("connected")
			shown.yes(f, loggedIn)
			if got := f.device(c); got != device {
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
			f.plays(t, daemon, "agreement")
			if refusalKept(t, w) {
				shown.yes(f, remembered)
			}
		})
	}
}

// refusalKept checks that a login which was refused is not tried again by any of three new containers.
func refusalKept(t *testing.T, w way) bool {
	c := w.again(0)
	c.state("halted")
	c.says("opend | ")
	kept := true
	for n := range 3 {
		c = w.again(n)
		c.state("halted")
		if strings.Contains(c.logs(), "opend | ") {
			kept = false
			t.Errorf("a new container forgot that the login was refused:\n%s", c.logs())
		}
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

// runBy says what its people run it by.
func (f family) runBy() string {
	if f.page == "" {
		return "docker run"
	}
	return "the file of " + f.page + ".md, " + strings.Join(compose(), " ")
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
	b.WriteString("| family | run by | logged in | device kept | health check true | its check | refusal remembered over 3 recreations |\n|---|---|---|---|---|---|---|\n")
	for _, f := range families {
		var word [columns]string
		for i, yes := range s.seen[f.name] {
			word[i] = map[bool]string{true: "yes", false: "NO"}[yes]
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | `%s` | %s |\n", f.name, f.runBy(), word[loggedIn], word[deviceKept], word[healthTrue], f.check(), word[remembered])
	}
	return b.String()
}
