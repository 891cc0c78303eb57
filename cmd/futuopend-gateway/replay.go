package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/agent/record"
	"github.com/ostai/futuopend-gateway/agent/transcript"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// step is one event of a replay, as -json prints it.
type step struct {
	Line   int       `json:"line"`
	Kind   fsm.Kind  `json:"kind"`
	Detail string    `json:"detail"`
	From   fsm.State `json:"from"`
	To     fsm.State `json:"to"`
	At     time.Time `json:"at,omitzero"` // zero where that is not known
}

// summary is the last line of a replay.
type summary struct {
	Final   fsm.State `json:"final"`
	Lines   int       `json:"lines"`
	Unknown int       `json:"unknown"`

	tally fsm.Tally // of the lines that no rule knows
	known bool      // something of the daemon's was there: a line that a rule knows, or its end
	form  string    // what was read, for a person
}

// foreign is why what was read is none of the daemon's output, nil if it is. A command in front of a pipe that failed leaves nothing.
func (s summary) foreign() error {
	switch {
	case s.known:
		return nil
	case s.Lines == 0:
		return errors.New(say("replay.empty"))
	case s.Unknown == 0:
		return errors.New(say("replay.silent", "form", s.form))
	}
	return errors.New(say("replay.foreign", "lines", strconv.Itoa(s.Lines), "form", s.form))
}

// replay prints what happened in a recording, a record or a journal.
func replay(_ context.Context, line call) error {
	name, in := line.word(), os.Stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return replayFault(err)
		}
		defer file.Close()
		in = file
	}
	out := bufio.NewWriter(os.Stdout)
	p := printer{out: out, json: line.on("json")}
	text := bufio.NewReader(in)
	sum, err := reader(name, text)(text, p.step)
	if sum.Final != "" && sum.Lines > 0 {
		p.end(sum)
	}
	if err == nil {
		err = sum.foreign()
	}
	// Nobody reads the output any more: head, for example, has seen enough.
	if flushed := out.Flush(); flushed != nil {
		err = errors.Join(err, replayFault(flushed))
	}
	return err
}

// replayFault is why something cannot be read or printed.
func replayFault(err error) error { return &saidError{"replay: " + plainly(err), err} }

// read reads something that can be replayed. Its summary has no final state if nothing could be read.
type read func(in io.Reader, each func(step)) (summary, error)

// reader tells by what it begins with how a file is read. A journal whose beginning is damaged is known by its name.
func reader(name string, text *bufio.Reader) read {
	begins, _ := text.Peek(len(`{"record":`)) // what is shorter is neither of the two
	switch {
	case record.Is(begins):
		return replayRecord
	case bytes.HasPrefix(begins, []byte(`{"seq":`)), bytes.HasPrefix(begins, []byte(`{"kept":`)), filepath.Ext(name) == ".jsonl":
		return replayJournal
	}
	return replayRecording
}

// replayRecording reads what the daemon printed, in whatever form it reached a person, as if the daemon had just been started. The
// end of a recording says nothing about the daemon.
func replayRecording(in io.Reader, each func(step)) (summary, error) {
	p := newPlayer(each)
	var last time.Time
	form, err := transcript.Read(in, func(at time.Time, piece []byte) {
		last = at
		p.take(p.parser.Write(piece, at), at)
	})
	if err != nil {
		return p.sum, replayFault(err)
	}
	p.sum.form = formInWords(form)
	return p.end(last), nil
}

// formInWords is how a recording reached whoever has it, from the innermost part to the outermost.
func formInWords(form transcript.Form) string {
	parts := form.Parts()
	for i, part := range parts {
		parts[i] = say("form." + words.Slug(part))
	}
	return strings.Join(parts, say("form.and"))
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

func (p *player) take(lines []console.Line, at time.Time) {
	for _, l := range lines {
		if l.Unknown() {
			p.sum.Unknown++
			p.sum.tally.Add(l.Text, at)
			continue
		}
		p.sum.known = true // an echo, too
		if l.Event.Kind != "" {
			p.apply(l.Number, l.Event, at)
		}
	}
}

func (p *player) apply(line int, e fsm.Event, at time.Time) {
	p.sum.known = true
	from, to := p.machine.Apply(e)
	p.each(step{line, e.Kind, e.Detail, from, to, at})
}

// end sums up. The last line ends too.
func (p *player) end(at time.Time) summary {
	p.take(p.parser.Close(at), at)
	p.sum.Final, p.sum.Lines = p.machine.State(), p.parser.Lines()
	return p.sum
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
	fmt.Fprintln(p.out, s)
}

// String is the event for a person.
func (s step) String() string {
	where := string(s.To)
	if s.From != s.To {
		where = fmt.Sprintf("%s -> %s", s.From, s.To)
	}
	at := ""
	if !s.At.IsZero() {
		at = s.At.Local().Format("2006-01-02 15:04:05") + "  "
	}
	return strings.TrimRight(fmt.Sprintf("%6d  %s%-20s %-34s %s", s.Line, at, s.Kind, where, words.Detail(spoken(), s.Detail)), " ")
}

func (p printer) end(s summary) {
	if p.json {
		p.encode(s)
		p.out.Flush()
		fmt.Fprintln(os.Stderr, say("replay.form", "form", s.form))
		return
	}
	fmt.Fprintln(p.out, say("replay.end", "state", string(s.Final), "lines", strconv.Itoa(s.Lines), "unknown", strconv.Itoa(s.Unknown), "form", s.form))
}

func (p printer) encode(v any) {
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	enc.Encode(v) // a bufio.Writer keeps its error for Flush
}
