//go:build image

package imagetest

import (
	"strings"
	"testing"
	"time"
)

func TestStopEndsDaemonAndGatewayInTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ flags, state string }{
		{"-scenario=ok", "connected"},
		{"-scenario=sms", "awaiting_code"},
		{"-scenario=wrong-password", "halted"},
		{"-scenario=ok -deaf", "connected"}, // to TERM, so that it has to be killed
	} {
		name := strings.NewReplacer("-scenario=", "", " ", "").Replace(c.flags)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := start(t, fullImage, hardened, account, publish, scenario(t, c.flags))
			g.state(c.state)
			g.client() // it reads nothing, so it will not say goodbye
			t.Logf("docker stop of %s took %v", c.flags, g.stop().Round(10*time.Millisecond))
		})
	}
}

// What becomes of a container whose host is lost: no process of it says a last word.
func TestAKilledContainerLeavesAJournal(t *testing.T) {
	t.Parallel()
	g := start(t, fullImage, hardened, account, publish, scenario(t, "-scenario=ok"))
	g.state("connected")
	docker(t, "kill", g.name)
	if code := g.wait(); code != 137 {
		t.Errorf("docker kill: exit code %d", code)
	}
	// The write that was under way is torn.
	docker(t, "run", "--rm", "--label", run, "--volumes-from", g.name, "--entrypoint", "sh", fullImage, "-c",
		`printf '{"seq":9' >>/home/futu/.futuopend-gateway/journal.jsonl`)
	docker(t, "start", g.name)
	g.find()
	g.state("connected")
	g.says("was torn and is cut off")
	if kinds := g.kinds(); count(kinds, "boot") != 2 || count(kinds, "logged_in") != 2 {
		t.Errorf("the journal has %q, want both lives", kinds)
	}
}

// The kernel kills the largest process when memory is short. It may be the gateway, and then the container ends.
func TestAKilledGatewayTakesTheContainerWithIt(t *testing.T) {
	t.Parallel()
	g := start(t, fullImage, hardened, account, publish, scenario(t, "-scenario=ok"), []string{"--restart", "on-failure:1"})
	g.state("connected")
	g.exec("sh", "-c", "kill -9 $("+gatewayPID+")")
	until(t, "the engine to start it again", func() bool { return g.inspect().RestartCount == 1 && g.inspect().State.Running })
	g.find()
	g.state("connected")
	if kinds := g.kinds(); count(kinds, "boot") != 2 {
		t.Errorf("the journal has %q, want two boots", kinds)
	}
}

// Or it is the daemon, and then the gateway starts it again.
func TestAKilledDaemonComesBack(t *testing.T) {
	t.Parallel()
	g := start(t, fullImage, hardened, account, publish, scenario(t, "-scenario=ok"))
	g.state("connected")
	g.sh("kill -9 $(" + daemonPID + ")")
	until(t, "a second login", func() bool { return count(g.kinds(), "logged_in") == 2 })
	if n := g.inspect().RestartCount; n != 0 {
		t.Errorf("the container was restarted %d times", n)
	}
}

// Shell that prints a process's number: the gateway is tini's child, and the daemon is the one with a config file.
const (
	gatewayPID = `cat /proc/1/task/1/children | cut -d' ' -f1`
	daemonPID  = `grep -l cfg_file= /proc/[0-9]*/cmdline | cut -d/ -f3 | sort -n | head -n 1`
)

// A daemon's helper that outlives it belongs to the first process of the container, which must bury it.
func TestOrphansAreBuried(t *testing.T) {
	t.Parallel()
	orphans := daemonScript("")
	orphans = strings.Replace(orphans, "\nexec", "\nfor i in 1 2 3; do (setsid sleep 1 &); done\nexec", 1)
	g := start(t, gatewayImage, hardened, account, publish, ownDaemon(t, orphans))
	g.state("connected")
	const sleeping = `grep -l '^sleep' /proc/[0-9]*/comm 2>/dev/null | wc -l`
	until(t, "the helpers to end", func() bool { return g.sh(sleeping) == "0" })
	if got := g.sh(`grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l`); got != "0" {
		t.Errorf("%s processes are dead and not buried", got)
	}
}

// A restart policy must not become a login loop: a refused login leaves the container up, alive, and not ready.
func TestARefusedLoginIsNoReasonToRestart(t *testing.T) {
	t.Parallel()
	g := start(t, fullImage, hardened, account, publish, scenario(t, "-scenario=wrong-password"),
		[]string{"--restart", "always", "--health-interval", "1s", "--health-retries", "1"})
	g.state("halted")
	until(t, "a verdict on its health", func() bool { return g.inspect().State.Health.Status != "starting" })
	if i := g.inspect(); i.State.Health.Status != "healthy" || i.RestartCount != 0 || !i.State.Running {
		t.Errorf("it is %s after %d restarts, running: %v; want healthy and none", i.State.Health.Status, i.RestartCount, i.State.Running)
	}
	if status, _ := get("http://" + g.address + "/readyz"); status != 503 {
		t.Errorf("/readyz answers %d", status)
	}
	if kinds := g.kinds(); count(kinds, "started") != 1 {
		t.Errorf("the journal has %q, want one login", kinds)
	}
}

func TestAFrozenGatewayIsUnhealthy(t *testing.T) {
	t.Parallel()
	g := start(t, fullImage, hardened, account, publish, scenario(t, "-scenario=ok"),
		[]string{"--health-interval", "1s", "--health-retries", "1", "--health-start-period", "1s"})
	until(t, "health", func() bool { return g.inspect().State.Health.Status == "healthy" })
	g.sh("kill -STOP $(" + gatewayPID + ")")
	until(t, "ill health", func() bool { return g.inspect().State.Health.Status == "unhealthy" })
}
