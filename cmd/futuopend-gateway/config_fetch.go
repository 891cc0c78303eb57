package main

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/agent/fetch"
	"github.com/ostai/futuopend-gateway/fsm"
)

// standardProgram is where an image has the daemon that was built into it, or mounted.
const standardProgram = "/opt/opend/FutuOpenD"

// fetchedFolder is where a daemon that was fetched is kept, beside the journal.
const fetchedFolder = "opend"

// daemonProgram is where the daemon's program is. It is fetched only where FUTU_CMD was left as it is and nothing is there: whoever names
// a program means that one.
func (c *checker) daemonProgram(e environment, out *config) string {
	if _, err := exec.LookPath(e.Command); e.Command != standardProgram || !errors.Is(err, fs.ErrNotExist) {
		c.built(e)
		return c.program("FUTU_CMD", e.Command)
	}
	f := c.fetched(e, out.data)
	switch {
	case f.Version == "":
	case c.yes("FUTU_ACCEPT_TERMS", e.AcceptTerms):
		if out.fetch = nil; !f.Here() {
			out.fetch = f
		}
	case !f.Here():
		c.wrongTerms(e, f)
	}
	return f.Program()
}

// wrongTerms says what accepting Futu's terms would do, which is the person's act.
func (c *checker) wrongTerms(e environment, f *fetch.Config) {
	c.wrong("FUTU_ACCEPT_TERMS", "wrong.terms", "value", quoted(e.AcceptTerms), "version", f.Version, "folder", f.Folder, "terms", fetch.Terms, "program", e.Command)
}

// built tells of a version that is not used, since a daemon is there already.
func (c *checker) built(e environment) {
	text, _ := readFile(filepath.Join(filepath.Dir(e.Command), "archive.sha256"), maxSecret)
	if e.Version != "" && !strings.Contains(string(text), "_"+e.Version) {
		c.notices = append(c.notices, say("setting.version.unused", "version", quoted(e.Version), "program", e.Command))
	}
}

// fetched understands which daemon is fetched, and from where.
func (c *checker) fetched(e environment, data string) *fetch.Config {
	moomoo := c.brand("FUTU_BRAND", e.Brand, e.Command)
	f := &fetch.Config{
		Folder: filepath.Join(data, fetchedFolder), Moomoo: moomoo, URL: c.archive("FUTU_URL", e.ArchiveURL), SHA256: c.sha256("FUTU_SHA256", e.ArchiveSum),
		MD5:     e.Password == "" && e.PasswordFile == "" && (e.PasswordMD5 != "" || e.PasswordMD5File != ""),
		Version: e.Version, Any: e.Version == "" || e.Version == "latest",
	}
	switch r, err := fetch.NewRelease(moomoo, e.Version); {
	case e.Version == "latest":
	case e.Version == "":
		c.standard(f)
	case err != nil:
		c.wrong("FUTU_VERSION", "wrong.version", "value", quoted(e.Version))
	case f.MD5 && !r.TakesMD5():
		c.wrong("FUTU_VERSION", "wrong.version.old", "value", quoted(e.Version))
	}
	return f
}

// standard chooses the version where nobody named one. With the MD5 of a password alone it is an older one, which is told.
func (c *checker) standard(f *fetch.Config) {
	newest, _ := fetch.Standard(f.Moomoo, false)
	r, ok := fetch.Standard(f.Moomoo, f.MD5)
	switch {
	case !ok:
		c.wrong("FUTU_VERSION", "wrong.version.none")
	case r != newest:
		c.notices = append(c.notices, say("setting.version.old", "version", r.Version, "newest", newest.Version))
	}
	f.Version = r.Version
}

var sha256Form = compiled(`^[0-9A-Fa-f]{64}$`)

func (c *checker) sha256(name, s string) string {
	if s != "" && !sha256Form().MatchString(s) {
		c.wrong(name, "wrong.hash", "value", quoted(s))
	}
	return s
}

// archive is an address of https or http, or a file.
func (c *checker) archive(name, s string) string {
	for _, begin := range []string{"", "https://", "http://", "file:///", "/"} {
		if begin == s || begin != "" && strings.HasPrefix(s, begin) {
			return s
		}
	}
	c.wrong(name, "wrong.archive", "value", quoted(s))
	return s
}

// bring fetches the daemon for the agent, and tells of each twentieth part that is here: a fetch fills neither journal nor log.
func bring(f fetch.Config, log *zap.Logger) func(context.Context, func(fsm.Event)) (string, error) {
	return func(ctx context.Context, tell func(fsm.Event)) (string, error) {
		f.Tell = func(text string) { log.Info("fetching", zap.String("note", text)) }
		f.Progress = fetch.Steps(func(text string) { tell(fsm.Event{Kind: fsm.Fetching, Detail: text}) })
		r, err := f.Fetch(ctx)
		return r.Name(), err
	}
}
