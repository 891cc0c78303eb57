package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/ostai/futuopend-gateway/fsm"
)

// replayJournal reads entries and applies their events again. Where the machine that this program has would have
// gone elsewhere, what was recorded is printed, and the difference is told. A line that cannot be read is passed over.
func replayJournal(in io.Reader, each func(step)) (summary, error) {
	j := journalPlayer{sum: summary{form: "a journal", known: true}, each: each}
	for lines := fsm.NewReader(in, false); ; {
		l, err := lines.Next()
		bad, isBad := errors.AsType[*fsm.BadLineError](err)
		switch {
		case err == nil:
			j.take(l.Entry)
		case isBad && bad.Torn:
			j.torn = true
			fmt.Fprintf(os.Stderr, "the last line, %d, is torn: the gateway writes, was killed, or the power was cut\n", bad.Line)
		case isBad:
			j.spoil(bad)
		case errors.Is(err, io.EOF):
			return j.sum, j.end()
		default:
			return j.sum, errors.Join(fmt.Errorf("replay: %w", err), j.end())
		}
	}
}

// journalPlayer applies the events of entries again.
type journalPlayer struct {
	each    func(step)
	sum     summary
	machine *fsm.Machine // nil where it begins, and after a line that cannot be read
	differs error        // the first entry that ends elsewhere
	torn    bool         // only a beginning of the last line is there
	bad     *fsm.BadLineError
	more    int // lines that cannot be read beside it
}

func (j *journalPlayer) take(e fsm.Entry) {
	j.sum.Lines++
	if e.Carried {
		return // a copy of what happened before this file
	}
	if j.machine == nil {
		j.machine = fsm.NewMachine(e.From)
	}
	j.sum.Final = e.To
	j.each(step{j.sum.Lines, e.Kind, e.Says(), e.From, e.To, e.At})
	if err := j.machine.Repeat(e); err != nil && j.differs == nil {
		j.differs = fmt.Errorf("replay: line %d: %w", j.sum.Lines, err)
	}
}

func (j *journalPlayer) spoil(bad *fsm.BadLineError) {
	j.sum.Lines++
	j.machine = nil
	if j.bad == nil {
		j.bad = bad
	} else {
		j.more++
	}
}

// end tells what was wrong.
func (j *journalPlayer) end() error {
	switch {
	case j.sum.Lines == 0 && !j.torn:
		return errors.New("replay: the journal is empty")
	case j.bad == nil:
		return j.differs
	case j.more > 0:
		return errors.Join(fmt.Errorf("replay: %w; it is passed over, and so are %d more", j.bad, j.more), j.differs)
	}
	return errors.Join(fmt.Errorf("replay: %w; it is passed over", j.bad), j.differs)
}
