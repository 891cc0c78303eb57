package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/fsm/journalfile"
)

// harmless are the settings whose values are words and numbers that are nobody's own. Of the others only whether they are set is told.
var harmless = []string{
	"FUTU_LOGIN_PWD_AS_IS", "FUTU_LOGIN_MODE", "FUTU_LOGIN_REGION", "FUTU_BRAND", "FUTU_LANG", "FUTU_LOG_LEVEL", "FUTU_PORT", "FUTU_TELNET_PORT",
	"FUTU_WEBSOCKET_PORT", "FUTU_INIT_ON_START", "FUTU_SUPERVISE_PROCESS", "FUTU_RECLAIM", "FUTU_RELOGIN_AFTER", "FUTU_RECORD", "SERVER_PORT", "LOG_LEVEL", "LOG_FORMAT",
}

// assigned is a setting with the value that it has.
type assigned struct {
	setting
	value string
}

// set are the settings that have a value, a standard one too.
func set(e environment) (out []assigned) {
	params, err := env.GetFieldParams(&environment{})
	if err != nil {
		panic("settings: " + err.Error()) // the tags are constants
	}
	values := reflect.ValueOf(e)
	for i, s := range settings() {
		field := values.FieldByNameFunc(func(name string) bool {
			f, _ := values.Type().FieldByName(name)
			return f.Tag.Get("env") == params[i].Key
		})
		if value := field.String(); value != "" {
			out = append(out, assigned{s, value})
		}
	}
	return out
}

func reportSettings(e environment) string {
	var b strings.Builder
	for _, s := range set(e) {
		switch {
		case s.value == s.standard:
			fmt.Fprintf(&b, "%s=%s (standard)\n", s.name, s.value)
		case slices.Contains(harmless, s.name) && tellable(s.value):
			fmt.Fprintf(&b, "%s=%s\n", s.name, s.value)
		default:
			fmt.Fprintf(&b, "%s=(set)\n", s.name)
		}
	}
	for _, name := range sortedKeys(e.extra) {
		fmt.Fprintf(&b, "%s%s=(set)\n", xmlPrefix, name)
	}
	return b.String()
}

// tellable reports whether a value is a word or a number, as harmless ones are when they are right.
func tellable(value string) bool {
	return len(value) <= 12 && !strings.ContainsFunc(value, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}

// reportCheck is what check prints.
func reportCheck(ctx context.Context, e environment, cfg config, wrong error, notices []string, inside bool) string {
	var b strings.Builder
	c := &checkup{out: &b, inside: inside}
	if c.settings(wrong, e.read, notices) {
		c.house(ctx, cfg, e)
	}
	return b.String()
}

// reportUnknown lists lines that no rule knows.
func reportUnknown(r *redactor, lines []fsm.Unknown) string {
	var b strings.Builder
	for _, u := range lines {
		fmt.Fprintf(&b, "%6d  %s\n", u.Count, r.clean(u.Text))
	}
	return b.String()
}

// reportEvents prints events as replay does.
func reportEvents(r *redactor, steps []step) string {
	var b strings.Builder
	for _, s := range steps {
		if s.Detail = r.clean(s.Detail); len(s.Detail) > reportDetail {
			s.Detail = strings.ToValidUTF8(s.Detail[:reportDetail], "") + "…"
		}
		fmt.Fprintln(&b, s)
	}
	return b.String()
}

// lastEntries are the latest of the journal, and the version that the daemon told last.
func lastEntries(cfg config) (steps []step, daemonVersion string) {
	daemonVersion = "never told its version"
	if cfg.data == "" {
		return nil, daemonVersion
	}
	_, _ = journalfile.Read(cfg.data, func(e fsm.Entry) { // damage is what check tells
		if e.Kind == fsm.Version {
			daemonVersion = e.Detail
		}
		if len(steps) == 2*reportEntries {
			steps = slices.Delete(steps, 0, reportEntries)
		}
		steps = append(steps, step{int(e.Seq), e.Kind, e.Says(), e.From, e.To, e.At})
	})
	return steps[max(0, len(steps)-reportEntries):], daemonVersion
}

// lastRecord is the latest record of a run of the daemon: its name, its latest events, and its lines that no rule knows.
func lastRecord(cfg config) (name string, steps []step, unknown []fsm.Unknown) {
	found, _ := filepath.Glob(filepath.Join(cfg.data, "records", "*.rec")) // the pattern is right; names are times
	if cfg.data == "" || len(found) == 0 {
		return "", nil, nil
	}
	path := slices.Max(found)
	file, err := os.Open(path)
	if err != nil {
		return "", nil, nil
	}
	defer file.Close()
	sum, err := replayRecord(io.Reader(file), func(s step) {
		if len(steps) == 2*reportSteps {
			steps = slices.Delete(steps, 0, reportSteps)
		}
		steps = append(steps, s)
	})
	if err != nil {
		steps = append(steps, step{Detail: err.Error()})
	}
	return filepath.Base(path), steps[max(0, len(steps)-reportSteps):], sum.tally.Lines()
}
