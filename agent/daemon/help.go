package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Flags are the names that a daemon's -help lists. Nil means that they are not known.
type Flags []string

// Has reports whether the daemon lists a flag.
func (f Flags) Has(name string) bool { return slices.Contains(f, name) }

const (
	// helpWithin bounds the question: a daemon that does not know -help must not get to log in.
	helpWithin = 5 * time.Second
	// maxHelp bounds the answer, in bytes. A list of all flags with explanations has under ten thousand.
	maxHelp = 64 << 10
)

// ErrNoFlags is returned for a program whose -help lists no flags of a daemon, or not in time.
var ErrNoFlags = errors.New("its -help does not list them")

// flagName is a flag in a help text, whatever stands around it.
var flagName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[a-z]+(?:_[a-z0-9]+)+`) })

// remembered is the answer of one binary, kept in a file.
type remembered struct {
	Binary string    `json:"binary"`
	Size   int64     `json:"size"`
	Time   time.Time `json:"time"`
	Args   []string  `json:"args,omitempty"`
	Flags  Flags     `json:"flags"`
}

// LearnFlags asks the daemon once which flags it knows, without a login, and keeps the answer in dir for
// as long as the binary is the same. asked says whether the daemon was run.
func (c Config) LearnFlags(ctx context.Context, dir string) (flags Flags, asked bool, err error) {
	info, err := os.Stat(c.Path)
	if err != nil {
		return nil, false, fmt.Errorf("learn the daemon's flags: %w", err)
	}
	now := remembered{Binary: c.Path, Size: info.Size(), Time: info.ModTime().UTC(), Args: c.Args}
	path := filepath.Join(dir, "daemon-flags.json")
	var old remembered
	if text, err := os.ReadFile(path); err == nil && json.Unmarshal(text, &old) == nil && old.same(now) {
		return old.Flags, false, nil
	}
	text, err := c.help(ctx)
	if err != nil {
		return nil, true, fmt.Errorf("learn the daemon's flags: %w", err)
	}
	for _, name := range flagName().FindAllString(string(text), -1) {
		if !slices.Contains(now.Flags, name) {
			now.Flags = append(now.Flags, name)
		}
	}
	if !now.Flags.Has("cfg_file") {
		return nil, true, fmt.Errorf("learn the daemon's flags: %w", ErrNoFlags)
	}
	text, err = json.Marshal(now)
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o600)
	}
	if err != nil {
		return now.Flags, true, fmt.Errorf("keep the daemon's flags: %w", err)
	}
	return now.Flags, true, nil
}

func (r remembered) same(o remembered) bool {
	return r.Binary == o.Binary && r.Size == o.Size && r.Time.Equal(o.Time) && slices.Equal(r.Args, o.Args) && len(r.Flags) > 0
}

// help runs the daemon with -help. It is killed with whatever it started when the time is over.
func (c Config) help(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, helpWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.program(), append(slices.Clone(c.Args), "-help")...)
	cmd.Dir = filepath.Dir(c.program())
	mark := newMark()
	cmd.Env = environment(mark)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second // a helper that holds the pipe open is not waited for
	out := &limited{}
	cmd.Stdout, cmd.Stderr = out, out
	err := ours.start(cmd)
	if err == nil {
		err = cmd.Wait()
		ours.forget(cmd)
		family{leader: cmd.Process.Pid, mark: mark}.end(time.Time{}) // the time of whatever it started was over before
	}
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%w within %v", ErrNoFlags, helpWithin)
	case err != nil && out.Len() == 0:
		return nil, fmt.Errorf("-help: %w", err)
	}
	return out.Bytes(), nil // some programs print their help and exit with an error
}

// limited is a buffer that drops what is beyond maxHelp.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	l.Buffer.Write(p[:min(len(p), maxHelp-l.Len())])
	return len(p), nil
}
