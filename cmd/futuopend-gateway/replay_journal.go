package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// replayJournal reads entries and applies their events again. Where the machine that this program has would have
// gone elsewhere, what was recorded is printed, and the difference is told. A line that cannot be read is passed over.
func replayJournal(in io.Reader, each func(step)) (summary, error) {
	j := journalPlayer{sum: summary{form: say("form.journal"), known: true}, each: each}
	for lines := fsm.NewReader(in, false); ; {
		l, err := lines.Next()
		bad, isBad := errors.AsType[*fsm.BadLineError](err)
		switch {
		case err == nil:
			j.take(l.Entry)
		case isBad && bad.Torn:
			j.torn = true
			fmt.Fprintln(os.Stderr, say("replay.torn", "line", strconv.Itoa(bad.Line)))
		case isBad:
			j.spoil(bad)
		case errors.Is(err, io.EOF):
			return j.sum, j.end()
		default:
			return j.sum, errors.Join(replayFault(err), j.end())
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
		j.differs = &saidError{say("replay.differs", "line", strconv.Itoa(j.sum.Lines), "kind", string(e.Kind),
			"from", string(e.From), "to", string(e.To), "now", string(j.machine.State())), err}
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
		return errors.New(say("replay.empty"))
	case j.bad == nil:
		return j.differs
	}
	pairs := []string{"line", strconv.Itoa(j.bad.Line), "why", words.Detail(spoken(), j.bad.Err.Error()), "more", strconv.Itoa(j.more)}
	if j.more > 0 {
		return errors.Join(&saidError{say("replay.bad.more", pairs...), j.bad}, j.differs)
	}
	return errors.Join(&saidError{say("replay.bad", pairs...), j.bad}, j.differs)
}
