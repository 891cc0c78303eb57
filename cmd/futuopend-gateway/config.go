package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.uber.org/zap/zapcore"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/transport"
)

// config is the environment understood.
type config struct {
	daemon      daemon.Config
	listen      string // host:port
	origins     []string
	data        string
	initOnStart bool
	supervise   bool
	logLevel    zapcore.Level
	logJSON     bool
}

// checker understands values one by one and gathers everything that is wrong with them.
type checker struct{ problems problems }

func (c *checker) wrong(name, format string, args ...any) {
	c.problems = append(c.problems, problem{name, fmt.Sprintf(format, args...)})
}

// newConfig understands e, or returns [problems] with everything that is wrong.
func newConfig(e environment) (config, error) {
	var c checker
	out := config{
		daemon: daemon.Config{
			Path:   c.program("FUTU_CMD", e.Command),
			Region: c.word("FUTU_LOGIN_REGION", e.Region),
			File: daemon.File{
				Account:     c.account("FUTU_LOGIN_ACCOUNT", e.Account),
				PasswordMD5: c.md5("FUTU_LOGIN_PWD_MD5", e.PasswordMD5),
				IP:          c.ip("FUTU_IP", e.IP),
				Port:        c.port("FUTU_PORT", e.Port),
				Lang:        c.oneOf("FUTU_LANG", e.Lang, "chs", "en"),
				LogLevel:    c.oneOf("FUTU_LOG_LEVEL", e.DaemonLog, "no", "debug", "info", "warning", "error", "fatal"),
				Moomoo:      filepath.Base(e.Command) == "OpenD",
			},
		},
		listen:      net.JoinHostPort(c.host("SERVER_HOST", e.Host), strconv.Itoa(c.port("SERVER_PORT", e.ServerPort))),
		origins:     c.origins("SERVER_ORIGINS", e.Origins),
		data:        c.folder("GATEWAY_DATA", e.Data),
		initOnStart: c.yes("FUTU_INIT_ON_START", e.InitOnStart),
		supervise:   c.yes("FUTU_SUPERVISE_PROCESS", e.Supervise),
		logLevel:    c.level("LOG_LEVEL", e.LogLevel),
		logJSON:     c.oneOf("LOG_FORMAT", e.LogFormat, "console", "json") == "json",
	}
	if e.Port == e.ServerPort {
		c.wrong("SERVER_PORT", "is the same as FUTU_PORT, %s: the gateway and the daemon need a port each", quoted(e.Port))
	}
	if len(c.problems) > 0 {
		return config{}, c.problems
	}
	return out, nil
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
	switch strings.ToLower(s) {
	case "yes", "true", "1":
		return true
	case "no", "false", "0":
		return false
	}
	c.wrong(name, "is %s, which is neither yes nor no", quoted(s))
	return false
}

func (c *checker) port(name, s string) int {
	n, err := strconv.Atoi(s)
	switch {
	case strings.HasPrefix(s, "tcp://"):
		c.wrong(name, "is %s, which Kubernetes sets for a Service of that name: set enableServiceLinks: false in the pod", quoted(s))
	case err != nil || n < 1 || n > 65535:
		c.wrong(name, "is %s, which is no port from 1 to 65535", quoted(s))
	}
	return n
}

func (c *checker) oneOf(name, s string, words ...string) string {
	if !slices.Contains(words, s) {
		c.wrong(name, "is %s, which is none of %s", quoted(s), strings.Join(words, ", "))
	}
	return s
}

func (c *checker) ip(name, s string) string {
	if net.ParseIP(s) == nil {
		c.wrong(name, "is %s, which is no IP address", quoted(s))
	}
	return s
}

func (c *checker) host(name, s string) string {
	if s != "localhost" && net.ParseIP(s) == nil {
		c.wrong(name, "is %s, which is neither an IP address nor localhost", quoted(s))
	}
	return s
}

var word = regexp.MustCompile(`^[A-Za-z0-9_]{1,16}$`)

func (c *checker) word(name, s string) string {
	if !word.MatchString(s) {
		c.wrong(name, "is %s, which is no word of letters and digits", quoted(s))
	}
	return s
}

// account is an ID, an e-mail address or a phone number with area code, which may have a blank.
var account = regexp.MustCompile(`^[\w.+@ -]{1,64}$`)

func (c *checker) account(name, s string) string {
	switch {
	case s == "":
		c.wrong(name, "is not set")
	case !account.MatchString(s):
		c.wrong(name, "is %s, which is no ID, e-mail address or phone number", quoted(s))
	}
	return s
}

var md5 = regexp.MustCompile(`^[0-9a-f]{32}$`)

// md5 never shows the value: somebody may have put the password itself there.
func (c *checker) md5(name, s string) string {
	s = strings.ToLower(s)
	switch {
	case s == "":
		c.wrong(name, "is not set")
	case !md5.MatchString(s):
		c.wrong(name, "is no MD5: it has %d characters, and an MD5 has 32 hexadecimal digits", len(s))
	}
	return s
}

func (c *checker) origins(name, s string) (out []string) {
	for _, pattern := range strings.Split(s, ",") {
		if pattern = strings.TrimSpace(pattern); pattern == "" {
			continue
		}
		if !transport.ValidOrigin(pattern) {
			c.wrong(name, "has %s, which is no pattern", quoted(pattern))
		}
		out = append(out, pattern)
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
		c.wrong(name, "is %s, which cannot be run: %v", quoted(s), err)
		return s
	}
	path, err := filepath.Abs(found)
	if err != nil {
		c.wrong(name, "is %s: %v", quoted(s), err)
	}
	return path
}

func (c *checker) folder(name, s string) string {
	if s == "" {
		u, err := user.LookupId(strconv.Itoa(os.Getuid()))
		if err != nil || u.HomeDir == "" {
			c.wrong(name, "is not set, and the user has no home folder to stand in for it")
			return s
		}
		s = filepath.Join(u.HomeDir, ".futuopend-gateway")
	}
	path, err := filepath.Abs(s)
	if err != nil {
		c.wrong(name, "is %s: %v", quoted(s), err)
	}
	return path
}

// fieldTag is the tag of the i-th variable.
func fieldTag(i int) reflect.StructTag { return reflect.TypeFor[environment]().Field(i).Tag }
