package main

import (
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/fsm/journalfile"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// past is what the journal has: what the login rules remember, and what the daemon said of itself.
type past struct {
	ledger fsm.Ledger
	last   fsm.Entry
	heard  heard
	damage []string
	err    error
}

// readPast reads without touching the files.
func readPast(folder string) (p past) {
	p.damage, p.err = journalfile.Read(folder, func(e fsm.Entry) {
		p.last = e
		p.heard.note(e)
	})
	if p.err == nil {
		p.err = journalfile.Latest(folder, p.ledger.Note)
	}
	return p
}

// journal tells what the login rules remember. Of one that cannot be read nothing is said: the next login might not be safe.
func (c *checkup) journal(cfg config, p past) {
	for _, what := range p.damage {
		c.warning("journal", say("check.journal.damaged", "damage", words.Detail(spoken(), what)))
	}
	err := p.err
	if err == nil {
		err = c.writable(cfg.data, p.last.Seq)
	}
	if err != nil {
		c.bad("journal", inWords(journalFault(cfg.data, err)))
	}
	if p.last.At.After(time.Now().Add(time.Minute)) {
		c.bad("time", say("check.clock", "at", p.last.At.Local().Format(time.RFC3339)))
	} else {
		c.ok("time", time.Now().Format(time.RFC3339))
	}
	if p.err == nil {
		c.budget(&p.ledger)
	}
}

// writable tries to write into the folder of the journal, which it makes if it is not there.
func (c *checkup) writable(folder string, seq uint64) error {
	probe, err := os.CreateTemp(folder, ".probe-")
	switch {
	case err == nil:
		c.ok("journal", say("check.journal", "path", folder, "count", strconv.FormatUint(seq, 10)))
		return errors.Join(probe.Close(), os.Remove(probe.Name()))
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	c.ok("journal", say("check.journal.new", "path", folder))
	return nil
}

func (c *checkup) budget(h *fsm.Ledger) {
	if r := h.Refusal(); r.Seq != 0 {
		c.warning("next", say("check.refused", "kind", clause("event."+string(r.Kind)), "detail", words.Detail(spoken(), r.Detail), "advice", say("advice."+string(r.Kind))))
		return
	}
	if at, spent := h.Safe(time.Now()); spent != "" {
		c.warning("next", say("check.spent", "spent", words.Detail(spoken(), spent), "at", at.Local().Format(time.RFC3339)))
		return
	}
	c.ok("next", say("check.safe"))
}
