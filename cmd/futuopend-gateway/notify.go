package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/ostai/futuopend-gateway/transport/notify"
)

// notifyTest sends a message to each target, and prints a line for each.
func notifyTest(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("notify-test", flag.ContinueOnError)
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	e, _ := ownEnvironment()
	c := checker{}
	link := c.publicURL("PUBLIC_URL", e.PublicURL)
	targets := c.targets("NOTIFY_URLS", c.secret("NOTIFY_URLS", e.NotifyURLs, e.NotifyURLsFile))
	if len(c.problems) == 0 && len(targets) == 0 {
		c.wrong("NOTIFY_URLS", "wrong.unset")
	}
	if len(c.problems) > 0 {
		return usageError{c.problems}
	}
	return tryTargets(ctx, os.Stdout, targets, notify.TestText(e.Lang, link))
}

func tryTargets(ctx context.Context, out io.Writer, targets []notify.Target, text string) error {
	failed := false
	for i, t := range targets {
		if err := notify.Try(ctx, t, text); err != nil {
			failed = true
			fmt.Fprintf(out, "%d %s: %v\n", i+1, t.Name, err)
			continue
		}
		fmt.Fprintf(out, "%d %s: ok\n", i+1, t.Name)
	}
	if failed {
		return errWrong
	}
	return nil
}

// targets understands the URLs that messages go to. They have tokens, so that no message shows them.
func (c *checker) targets(name, s string) (out []notify.Target) {
	for i, raw := range strings.Fields(s) {
		targets, err := notify.Targets(raw)
		if err != nil {
			c.wrong(name, "wrong.url", "number", strconv.Itoa(i+1), "error", err.Error())
		}
		out = append(out, targets...)
	}
	return out
}

// publicURL is an address that people open. A token is typed there, so it must be encrypted on its way.
func (c *checker) publicURL(name, s string) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(s, " \t\r\n") {
		c.wrong(name, "wrong.public")
	}
	return s
}
