package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// sendReports is where a report goes.
const sendReports = "https://github.com/ostai/futuopend-gateway/issues/new"

// What a report has at most: as many entries and events as tell the last login or two, and less, in bytes, than an issue takes.
const (
	reportEntries = 80
	reportSteps   = 120
	reportDetail  = 240
	maxReport     = 60_000
)

// tellReport prints a report: that of a gateway that runs, which knows most, or one of what it left.
func tellReport(ctx context.Context, line call) error {
	t := talk{line}
	var text []byte
	err := t.with(ctx, func(ctx context.Context, c *client.Client) (err error) {
		text, err = c.Report(ctx)
		return err
	})
	if err != nil && t.direct() == nil {
		return err // another gateway: nothing of it is here
	}
	if err != nil {
		if _, away := errors.AsType[*client.UnreachableError](err); !away {
			fmt.Fprintln(os.Stderr, say("talk.report.files", "error", err.Error()))
		}
		e, notices := ownEnvironment()
		cfg, wrong := newConfig(e)
		text = newReport(ctx, e, cfg, wrong, notices, nil)
	}
	_, err = os.Stdout.Write(text)
	return err
}

// report gives reports of a gateway that runs.
func (g *gateway) report(e environment, cfg config) func(context.Context) []byte {
	return func(ctx context.Context) []byte { return newReport(ctx, e, cfg, nil, nil, g.agent) }
}

// knower is what a gateway that runs knows beyond its files.
type knower interface{ Unknown() []fsm.Unknown }

// newReport is one text that can be pasted into an issue. wrong is why the settings could not be understood; now is nil if no gateway runs.
func newReport(ctx context.Context, e environment, cfg config, wrong error, notices []string, now knower) []byte {
	r := newRedactor(e, cfg)
	var b strings.Builder
	for _, lang := range words.Languages() {
		fmt.Fprintln(&b, words.Text(lang, "report.send", "url", sendReports))
	}
	entries, daemonVersion := lastEntries(cfg)
	section(&b, "Versions", fmt.Sprintf("futuopend-gateway %s, commit %s, %s %s/%s\nFutuOpenD %s\nmade %s\n",
		version, builtFrom(), runtime.Version(), runtime.GOOS, runtime.GOARCH, daemonVersion, time.Now().UTC().Format(time.RFC3339)))
	section(&b, "Settings", reportSettings(e))
	section(&b, "Check", r.clean(reportCheck(ctx, e, cfg, wrong, notices, now != nil)))
	record, steps, unknown := lastRecord(cfg)
	if now != nil {
		unknown = now.Unknown()
	}
	section(&b, "Lines that no rule knows", reportUnknown(r, unknown))
	section(&b, "Journal, the last entries", reportEvents(r, entries))
	if record != "" {
		section(&b, "The last record, "+record, reportEvents(r, steps))
	}
	return bounded(b.String())
}

// section writes one part, as a block that an issue shows as it is.
func section(b *strings.Builder, title, text string) {
	if text == "" {
		text = "none\n"
	}
	fmt.Fprintf(b, "\n### %s\n\n```text\n%s```\n", title, strings.ReplaceAll(words.Visible(text), "```", "'''"))
}

// bounded cuts a report that an issue would not take.
func bounded(text string) []byte {
	if len(text) <= maxReport {
		return []byte(text)
	}
	text = strings.ToValidUTF8(text[:maxReport], "")
	return []byte(text[:strings.LastIndexByte(text, '\n')+1] + "(cut here)\n```\n")
}
