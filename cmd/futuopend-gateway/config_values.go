package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap/zapcore"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/transport"
)

// checker understands values one by one and gathers everything that is wrong with them.
type checker struct {
	problems problems
	notices  []string // what is worth telling of values that can be used
}

// wrong notes what is wrong with a variable: the key of the words, and what fills them in.
func (c *checker) wrong(name, key string, pairs ...string) {
	c.problems = append(c.problems, problem{name, say(key, pairs...)})
}

// quoted shows a value that is no secret, cut to what a person needs.
func quoted(s string) string {
	const enough = 80
	if len(s) > enough {
		s = s[:enough] + "…"
	}
	return strconv.Quote(s)
}

func (c *checker) yes(name, s string) bool {
	on, known := truth[strings.ToLower(s)]
	if !known {
		c.wrong(name, "wrong.yes", "value", quoted(s))
	}
	return on
}

// wait is a duration, 0 for never. One that is shorter than least would be a tug-of-war.
func (c *checker) wait(name, s string, least time.Duration) time.Duration {
	const most = 7 * 24 * time.Hour
	if s == "never" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < least || d > most {
		c.wrong(name, "wrong.span", "value", quoted(s), "least", fmt.Sprintf("%.0fm", least.Minutes()))
	}
	return d
}

func (c *checker) port(name, s string) int {
	n, err := strconv.Atoi(s)
	switch {
	case strings.HasPrefix(s, "tcp://"):
		c.wrong(name, "wrong.port.kubernetes", "value", quoted(s))
	case err != nil || n < 1 || n > 65535:
		c.wrong(name, "wrong.port", "value", quoted(s))
	}
	return n
}

// optional checks a value only where there is one.
func optional[T any](check func(name, s string) T, name, s string) string {
	if s != "" {
		check(name, s)
	}
	return s
}

func (c *checker) oneOf(name, s string, choices ...string) string {
	if !slices.Contains(choices, s) {
		c.wrong(name, "wrong.choice", "value", quoted(s), "choices", strings.Join(choices, ", "))
	}
	return s
}

func (c *checker) ip(name, s string) string {
	if net.ParseIP(s) == nil {
		c.wrong(name, "wrong.ip", "value", quoted(s))
	}
	return s
}

func (c *checker) host(name, s string) string {
	if s != "localhost" && net.ParseIP(s) == nil {
		c.wrong(name, "wrong.host", "value", quoted(s))
	}
	return s
}

func (c *checker) word(name, s string) string {
	if s == "" || len(s) > 16 || !all(s, isWord) {
		c.wrong(name, "wrong.word", "value", quoted(s))
	}
	return s
}

var areaCode = compiled(`^\+\d{1,4}$`)

func (c *checker) areaCode(name, s string) string {
	if !areaCode().MatchString(s) {
		c.wrong(name, "wrong.area", "value", quoted(s))
	}
	return s
}

// account is an ID, an e-mail address or a phone number with area code, which may have a blank.
func (c *checker) account(name, s string) string {
	switch {
	case s == "":
		c.wrong(name, "wrong.unset")
	case len(s) > 64 || !all(s, func(b byte) bool { return isWord(b) || strings.IndexByte(".+@ -", b) >= 0 }):
		c.wrong(name, "wrong.account", "value", quoted(s))
	}
	return s
}

func (c *checker) origins(name, s string) (out []string) {
	for _, pattern := range strings.Split(s, ",") {
		if pattern = strings.TrimSpace(pattern); pattern == "" {
			continue
		}
		if !transport.ValidOrigin(pattern) {
			c.wrong(name, "wrong.origin", "value", quoted(pattern))
		}
		out = append(out, pattern)
	}
	return out
}

func (c *checker) hosts(name, s string) (out []string) {
	for _, host := range strings.Split(s, ",") {
		if host = strings.TrimSpace(host); host == "" {
			continue
		}
		if !transport.ValidHost(host) {
			c.wrong(name, "wrong.hostname", "value", quoted(host))
		}
		out = append(out, host)
	}
	return out
}

// clusterNames are the names that resolv.conf completes in Kubernetes, where clients reach the gateway by the name of its
// Service. Elsewhere there are none: a search list may have the domain of a provider, where strangers have names, too.
func clusterNames(file, cluster string) (out []string) {
	if cluster == "" {
		return nil
	}
	text, err := readFile(file, maxSecret)
	if err != nil {
		return nil // the names that end in .svc are known without it
	}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != "search" {
			continue
		}
		for _, domain := range words[1:] {
			if name := "*." + strings.TrimSuffix(domain, "."); transport.ValidHost(name) {
				out = append(out, name)
			}
		}
	}
	return out
}

func (c *checker) level(name, s string) (l zapcore.Level) {
	s = c.oneOf(name, s, "debug", "info", "warn", "error")
	_ = l.UnmarshalText([]byte(s)) // what is no level was told
	return l
}

// program is an absolute path: the daemon runs in its own folder.
func (c *checker) program(name, s string) string {
	found, err := exec.LookPath(s)
	if err != nil {
		key := "wrong.program"
		switch {
		case errors.Is(err, fs.ErrNotExist):
			key = "wrong.program.missing"
		case errors.Is(err, fs.ErrPermission):
			key = "wrong.program.mode"
		}
		c.wrong(name, key, "value", quoted(s), "error", reason(err), "folder", filepath.Dir(s), "uid", strconv.Itoa(os.Getuid()))
		return s
	}
	return c.path(name, found)
}

func (c *checker) path(name, s string) string {
	path, err := filepath.Abs(s)
	if err != nil {
		c.wrong(name, "wrong.path", "value", quoted(s), "error", err.Error())
	}
	return path
}

// brand reports whether the daemon is moomoo's.
func (c *checker) brand(name, s, program string) (moomoo bool) {
	if s == "" {
		return filepath.Base(program) == "OpenD" // what moomoo's archive names it
	}
	return c.oneOf(name, s, "futu", "moomoo") == "moomoo"
}

// xmlName is a parameter of the daemon's config file.
var xmlName = compiled(`^[a-z][a-z0-9_]{0,63}$`)

// more turns FUTU_XML_NAME=value into items of the config file. What has a variable of its own
// must be set there, so that it is checked, and secrets are kept.
func (c *checker) more(extra map[string]string, taken []daemon.Item) (out []daemon.Item) {
	for _, name := range sortedKeys(extra) {
		item := strings.ToLower(strings.TrimPrefix(name, xmlPrefix))
		own := slices.ContainsFunc(taken, func(i daemon.Item) bool { return i.Name == item })
		switch {
		case !xmlName().MatchString(item):
			c.wrong(name, "wrong.parameter")
		case own || strings.HasPrefix(item, "login_"):
			c.wrong(name, "wrong.parameter.own", "item", item)
		}
		out = append(out, daemon.Item{Name: item, Value: extra[name]})
	}
	return out
}

// all reports whether each byte of a text is of a kind. What each start asks is asked without a pattern: to compile one takes longer than
// all else that a setting needs.
func all(s string, kind func(b byte) bool) bool {
	for i := range len(s) {
		if !kind(s[i]) {
			return false
		}
	}
	return true
}

func isWord(b byte) bool { return isHex(b) || 'g' <= b && b <= 'z' || 'G' <= b && b <= 'Z' || b == '_' }

func isHex(b byte) bool { return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F' }

// compiled is a pattern that is compiled on first use: most commands need few of them, and each start would wait for all.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
