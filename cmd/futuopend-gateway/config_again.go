package main

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/ostai/futuopend-gateway/agent"
)

// current is the configuration as the files with secrets have it now. The agent's loop reads them again, before each start of
// the daemon; whoever starts or asks the daemon loads what was read last.
type current struct {
	env environment
	atomic.Pointer[config]
}

func newCurrent(e environment, cfg config) *current {
	c := &current{env: e}
	c.Store(&cfg)
	return c
}

// reread reads what the settings of the login name. What it returns on failure is every problem, and no secret. A secret of before stays one:
// a line of the daemon that comes late, or a recording, may still have it.
func (c *current) reread() (agent.Credentials, error) {
	before := c.Load()
	next, check := *before, checker{}
	check.login(c.env, &next)
	if len(check.problems) > 0 {
		return agent.Credentials{}, mended(check.problems)
	}
	for _, old := range before.secrets {
		if !slices.Contains(next.secrets, old) && len(next.secrets) < maxSecrets {
			next.secrets = append(next.secrets, old)
		}
	}
	c.Store(&next)
	return credentials(next), nil
}

// maxSecrets bounds how many secrets are kept out of recordings, those of the settings and those that stood in their files before.
const maxSecrets = 32

// mended is problems as one line: what is wrong with each.
type mended problems

func (m mended) Error() string {
	var out []string
	for _, p := range m {
		out = append(out, p.name+" "+p.wrong)
	}
	return strings.Join(out, "; ")
}

// credentials are what the agent logs in with.
func credentials(cfg config) agent.Credentials {
	return agent.Credentials{Password: cfg.password, Login: cfg.login, Secrets: cfg.secrets}
}
