package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ostai/futuopend-gateway/transport/notify"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// notifyTest sends a message to each target, and prints a line for each.
func notifyTest(ctx context.Context, _ call) error {
	e, _ := ownEnvironment()
	c := checker{}
	link := c.publicURL("PUBLIC_URL", e.PublicURL)
	c.name("GATEWAY_NAME", e.Name)
	targets := c.targets("NOTIFY_URLS", c.secret("NOTIFY_URLS", e.NotifyURLs, e.NotifyURLsFile))
	if len(c.problems) == 0 && len(targets) == 0 {
		c.wrong("NOTIFY_URLS", "wrong.unset")
	}
	if len(c.problems) > 0 {
		return usageError{c.problems}
	}
	return tryTargets(ctx, os.Stdout, targets, notify.Test(e.Lang, e.Name, link))
}

func tryTargets(ctx context.Context, out io.Writer, targets []notify.Target, m notify.Message) error {
	failed := false
	for i, t := range targets {
		if err := notify.Try(ctx, t, m); err != nil {
			failed = true
			fmt.Fprintf(out, "%d %s: %s\n", i+1, t.Name, words.Detail(spoken(), err.Error()))
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

// inboxes are where answers to messages may be taken, with what tells a target where they are.
var inboxes = map[string]func(notify.Target) bool{
	"telegram": func(t notify.Target) bool { return t.Chat != nil },
	"ntfy":     func(t notify.Target) bool { return t.Topic != nil },
}

// inbox marks the targets whose answers are taken.
func (c *checker) inbox(name, s string, targets []notify.Target) {
	if s == "" {
		return
	}
	for _, word := range strings.Split(s, ",") {
		word = strings.TrimSpace(word)
		is, known := inboxes[word]
		if !known {
			c.wrong(name, "wrong.choice", "value", quoted(word), "choices", strings.Join(slices.Sorted(maps.Keys(inboxes)), ", "))
			continue
		}
		found := false
		for i, t := range targets {
			if is(t) {
				targets[i].Listens, found = true, true
			}
		}
		if !found {
			c.wrong(name, "wrong.inbox."+word)
		}
	}
}

// publicURL is an address that people open. A token is typed there, so it must be encrypted on its way, or not leave a network of one's own.
func (c *checker) publicURL(name, s string) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(s, " \t\r\n") ||
		u.Scheme != "https" && !(u.Scheme == "http" && private(u.Hostname())) {
		c.wrong(name, "wrong.public")
		return s
	}
	if u.Scheme == "http" {
		c.notices = append(c.notices, say("setting.public_plain", "host", u.Host))
	}
	return s
}

// privateNets are addresses that no router of the internet knows, beside those that package net calls private: carriers' networks, which
// Tailscale uses, too.
var privateNets = netip.MustParsePrefix("100.64.0.0/10")

// private reports whether a host is in a network of one's own: an address that the internet does not route, or a name that it does not
// have. What goes to ts.net is encrypted by Tailscale.
func private(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap().WithZone("")
		return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || privateNets.Contains(ip)
	}
	for _, end := range []string{".local", ".ts.net", ".lan", ".internal", ".home.arpa", ".localhost"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return !strings.Contains(host, ".")
}

// shell is what stands before a command to run it where the gateway runs: the host's name is the container's, unless somebody set it.
func shell() string {
	host, err := os.Hostname()
	switch {
	case err != nil || !inContainer():
		return ""
	case os.Getenv("KUBERNETES_SERVICE_HOST") != "":
		return "kubectl exec " + host + " --"
	}
	return "docker exec " + host
}

// gatewayName is what people call the gateway: one line of at most maxName characters, which fits into the title of a message.
var gatewayName = compiled(`^[\p{L}\p{N}][\p{L}\p{N} ._()/-]*$`)

const maxName = 32

func (c *checker) name(name, s string) string {
	if s != "" && (utf8.RuneCountInString(s) > maxName || !gatewayName().MatchString(s)) {
		c.wrong(name, "wrong.name", "value", quoted(s))
	}
	return s
}
