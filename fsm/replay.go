package fsm

import (
	"errors"
	"fmt"
)

// Replay applies the events of entries again, from the state before the first, and reports
// the first entry that ends elsewhere than it did. An older table may explain a difference. Copies that a rotated
// journal begins with happened before the first, and are left out.
func Replay(entries []Entry) error {
	var m *Machine
	for _, e := range entries {
		if e.Carried {
			continue
		}
		if m == nil {
			m = NewMachine(e.From)
		}
		if err := m.Repeat(e); err != nil {
			return fmt.Errorf("replay: %w", err)
		}
	}
	if m == nil {
		return errors.New("replay: no entries")
	}
	return nil
}

// Repeat applies the event of an entry again. It returns an error if that leads elsewhere than it did; the machine is then where
// this version's table leads.
func (m *Machine) Repeat(e Entry) error {
	if from, to := m.Apply(e.Event); from != e.From || to != e.To {
		return fmt.Errorf("seq %d %s was recorded as %s to %s; this version goes from %s to %s", e.Seq, e.Kind, e.From, e.To, from, to)
	}
	return nil
}
