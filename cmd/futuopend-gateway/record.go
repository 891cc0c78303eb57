package main

import (
	"io"
	"path/filepath"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/agent/record"
	"github.com/ostai/futuopend-gateway/fsm"
)

// recordsOf says where the records of the daemon's runs are: beside the journal.
func recordsOf(cfg config, log *zap.Logger) record.Config {
	return record.Config{
		Dir:     filepath.Join(cfg.data, "records"),
		Version: version,
		Account: cfg.daemon.Account,
		Secrets: cfg.secrets,
		Warn:    func(why string) { log.Warn("record", zap.String("why", why)) },
	}
}

// replayRecord reads a record: what the daemon printed at the times at which it did, what was typed and how it ended. A
// code that was typed is verified from then on, as it was for the agent.
func replayRecord(in io.Reader, each func(step)) (summary, error) {
	p := newPlayer(each)
	p.sum.form = say("form.record")
	var last time.Time
	err := record.Read(in, func(at time.Time, e record.Entry) {
		last = at
		switch chunk := e.Chunk(); {
		case chunk != nil:
			p.take(p.parser.Write(chunk, at), at)
		case e.In != "":
			line := strings.TrimRight(e.In, "\r")
			p.parser.Expect(line, "")
			if kind := typedKind(line); kind != "" {
				p.apply(p.parser.Lines(), fsm.Event{Kind: kind}, at)
			}
		case e.Exit != "":
			p.apply(p.parser.Lines(), fsm.Event{Kind: fsm.Exited, Detail: e.Exit}, at)
		}
	})
	if err != nil {
		return p.sum, replayFault(err)
	}
	return p.end(last), nil
}

// typedKind is the event of a command with which the gateway answered.
func typedKind(line string) fsm.Kind {
	switch name, _, _ := strings.Cut(line, " "); name {
	case "input_phone_verify_code":
		return fsm.CodeTyped
	case "input_pic_verify_code":
		return fsm.CaptchaTyped
	}
	return ""
}
