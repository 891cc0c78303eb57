package main

import (
	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/fsm/journalfile"
)

// openJournal reads what earlier runs left, for the readers of the journal and for the rules of login.
func (g *gateway) openJournal(cfg config, log *zap.Logger) (*fsm.Ledger, error) {
	var past []fsm.Entry
	ledger := &fsm.Ledger{}
	file, notes, err := journalfile.Open(cfg.data, func(e fsm.Entry) {
		past = recent(past, e)
		if !cfg.simulated {
			ledger.Note(e) // a simulated account cannot be harmed, and each run of it begins anew
		}
	})
	for _, note := range notes {
		log.Warn("the journal is not as it was written", zap.String("note", note))
	}
	if err != nil {
		return nil, journalFault(cfg.data, err)
	}
	g.file, g.journal = file, fsm.NewJournal(file)
	g.journal.Earlier(func(n int) []fsm.Entry {
		past, err := journalfile.History(cfg.data, n)
		if err != nil {
			log.Warn("older entries of the journal are not shown", zap.Error(err))
		}
		return past
	})
	for _, e := range past {
		g.journal.Recall(e)
	}
	return ledger, nil
}

// recent keeps the entries that the journal's window can hold.
func recent(past []fsm.Entry, e fsm.Entry) []fsm.Entry {
	if len(past) == 2*fsm.Window {
		past = append(past[:0], past[fsm.Window:]...)
	}
	return append(past, e)
}
