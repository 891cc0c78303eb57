package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/agent/record"
	"github.com/ostai/futuopend-gateway/fsm"
)

// step is one event of a replay, as -json prints it.
type step struct {
	Line   int       `json:"line"`
	Kind   fsm.Kind  `json:"kind"`
	Detail string    `json:"detail"`
	From   fsm.State `json:"from"`
	To     fsm.State `json:"to"`
}

// summary is the last line of a replay.
type summary struct {
	Final   fsm.State `json:"final"`
	Lines   int       `json:"lines"`
	Unknown int       `json:"unknown"`
}

// replay prints what happened in a recording or a journal.
func replay(_ context.Context, args []string) error {
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print one JSON object a line")
	if err := parseFlags(flags, args, 1); err != nil {
		return err
	}
	in, err := os.Open(flags.Arg(0))
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	defer in.Close()

	out := bufio.NewWriter(os.Stdout)
	p := printer{out: out, json: *asJSON}
	read := replayRecording
	switch filepath.Ext(flags.Arg(0)) {
	case ".jsonl":
		read = replayJournal
	case record.Suffix:
		read = replayRecord
	}
	sum, err := read(in, p.step)
	if sum.Final != "" {
		p.end(sum)
	}
	// Nobody reads the output any more: head, for example, has seen enough.
	if flushed := out.Flush(); flushed != nil {
		err = errors.Join(err, fmt.Errorf("replay: %w", flushed))
	}
	return err
}

// replayRecording reads terminal bytes as if the daemon had just been started. The end of
// the recording says nothing about the daemon.
func replayRecording(in io.Reader, each func(step)) (summary, error) {
	p := newPlayer(each)
	buf := make([]byte, 32<<10)
	for {
		n, err := in.Read(buf)
		p.take(p.parser.Write(buf[:n], time.Time{}))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return p.sum, fmt.Errorf("replay: %w", err)
		}
	}
	return p.end(time.Time{}), nil
}

// player applies what a daemon prints to a machine, as the agent does.
type player struct {
	machine *fsm.Machine
	parser  *console.Parser
	each    func(step)
	sum     summary
}

func newPlayer(each func(step)) *player {
	return &player{machine: fsm.NewMachine(fsm.Initializing), parser: console.NewParser(nil), each: each}
}

func (p *player) take(lines []console.Line) {
	for _, l := range lines {
		switch {
		case l.Event.Kind != "":
			p.apply(l.Number, l.Event)
		case l.Unknown():
			p.sum.Unknown++
		}
	}
}

func (p *player) apply(line int, e fsm.Event) {
	from, to := p.machine.Apply(e)
	p.each(step{line, e.Kind, e.Detail, from, to})
}

// end sums up. The last line ends too.
func (p *player) end(at time.Time) summary {
	p.take(p.parser.Close(at))
	p.sum.Final, p.sum.Lines = p.machine.State(), p.parser.Lines()
	return p.sum
}

// replayJournal reads entries and applies their events again. Where the machine that this program has would have
// gone elsewhere, what was recorded is printed, and the difference is told.
func replayJournal(in io.Reader, each func(step)) (summary, error) {
	var sum summary
	var m *fsm.Machine
	var differs error
	_, err := fsm.ReadJournal(in, func(e fsm.Entry) error {
		if e.Carried {
			sum.Lines++ // a copy of what happened before this file
			return nil
		}
		if m == nil {
			m = fsm.NewMachine(e.From)
		}
		sum.Lines++
		sum.Final = e.To
		each(step{sum.Lines, e.Kind, e.Says(), e.From, e.To})
		if from, to := m.Apply(e.Event); differs == nil && (from != e.From || to != e.To) {
			differs = fmt.Errorf("replay: line %d was recorded as %s to %s; this version goes from %s to %s", sum.Lines, e.From, e.To, from, to)
		}
		return nil
	})
	if m == nil && err == nil {
		return sum, errors.New("replay: the journal is empty")
	}
	return sum, errors.Join(err, differs)
}

// printer prints steps for a person or a program.
type printer struct {
	out  *bufio.Writer
	json bool
}

func (p printer) step(s step) {
	if p.json {
		p.encode(s)
		return
	}
	where := string(s.To)
	if s.From != s.To {
		where = fmt.Sprintf("%s -> %s", s.From, s.To)
	}
	fmt.Fprintln(p.out, strings.TrimRight(fmt.Sprintf("%6d  %-20s %-34s %s", s.Line, s.Kind, where, s.Detail), " "))
}

func (p printer) end(s summary) {
	if p.json {
		p.encode(s)
		return
	}
	fmt.Fprintf(p.out, "final state %s; %d lines, %d of them unknown\n", s.Final, s.Lines, s.Unknown)
}

func (p printer) encode(v any) {
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	enc.Encode(v) // a bufio.Writer keeps its error for Flush
}
