package agent

import (
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Credentials are what the files with secrets say at one moment.
type Credentials struct {
	Password string   // typed where the daemon asks for it; empty if only its MD5 is known
	Login    string   // tells apart what is logged in with, see [fsm.Event]
	Secrets  []string // never shown, whoever prints them
}

// login is what the next start logs in with, and what must never be shown.
type login struct {
	Credentials
	secrets []string // every secret that there was, at most maxSecrets
}

// maxSecrets bounds how many secrets are remembered that stood in the files once and do not any more: a recording, an echo or a late line
// of the daemon may still have them.
const maxSecrets = 32

// lookEvery is how often something is looked at that a person is to mend, while a start waits for it.
const lookEvery = 30 * time.Second

// reread reads the files with secrets again, so that one that was corrected is used.
func (a *Agent) reread() error {
	if a.cfg.Reread == nil {
		return nil
	}
	c, err := a.cfg.Reread()
	if err != nil {
		return err
	}
	a.will.unusable = ""
	if c.Login != a.login.Login {
		a.cfg.Log.Info("another login than last time")
	}
	a.login.use(c)
	return nil
}

// use takes credentials over. What was a secret before stays one.
func (l *login) use(c Credentials) {
	l.Credentials = c
	for _, s := range c.Secrets {
		if !slices.Contains(l.secrets, s) {
			l.secrets = append(l.secrets, s)
		}
	}
	l.secrets = l.secrets[max(0, len(l.secrets)-maxSecrets):]
}

// unusable tells that nothing is started, since the files with secrets cannot be used. They are looked at again: whoever mends
// them need not know of this.
func (a *Agent) unusable(err error) {
	if why := err.Error(); why != a.will.unusable {
		a.will.unusable = why
		a.apply(fsm.Event{Kind: fsm.SecretsUnusable, Detail: why})
		a.cfg.Log.Warn("secrets cannot be used", zap.Error(err))
	}
}
