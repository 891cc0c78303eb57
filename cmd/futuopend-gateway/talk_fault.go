package main

import (
	"errors"
	"io/fs"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/fsm/journalfile"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// faultInWords says what is wrong with a user, a folder or a file, and the command that mends it.
func faultInWords(f *daemon.Fault) string {
	whose := ""
	if f.Owner != "" {
		whose = say("check.owner", "owner", f.Owner, "mode", f.Mode)
	}
	mend := f.Remedy()
	return say("check.fault."+string(f.Kind), "path", f.Path, "uid", strconv.Itoa(f.UID), "owner", whose, "why", reason(f.Err),
		"program", f.Program, "process", strconv.Itoa(f.PID), "mend", say("check.mend."+mend.Kind, "command", mend.Command))
}

// reason is why a call to the kernel failed, without what was called on what.
func reason(err error) string {
	errno, known := errors.AsType[syscall.Errno](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, fs.ErrPermission) && !known:
		errno = syscall.EACCES
	case errors.Is(err, fs.ErrNotExist) && !known:
		errno = syscall.ENOENT
	case !known:
		return err.Error()
	}
	if text := words.Text(spoken(), "why."+strings.ToLower(unix.ErrnoName(errno))); text != "" {
		return text
	}
	return errno.Error()
}

// plainly is an error of the kernel with what it is about, in the person's language; of others their own words.
func plainly(err error) string {
	if said, ok := errors.AsType[*saidError](err); ok {
		return said.text
	}
	if f, ok := errors.AsType[*daemon.Fault](err); ok {
		return faultInWords(f)
	}
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return say("check.about", "what", at.Path, "why", reason(at.Err))
	}
	if at, ok := errors.AsType[*net.OpError](err); ok && at.Addr != nil {
		return say("check.about", "what", at.Addr.String(), "why", reason(at.Err))
	}
	return reason(err)
}

// failed is an error with the sentence of the store that says what was being done.
func failed(key string, err error) error { return &saidError{say(key, "why", plainly(err)), err} }

// journalFault is why a folder cannot have the journal. That of a file in it is the folder's where that is what cannot be used.
func journalFault(folder string, err error) error {
	if errors.Is(err, journalfile.ErrInUse) {
		return &saidError{say("check.journal.taken", "path", folder), err}
	}
	kind, path := daemon.NotUsed, folder
	at, ok := errors.AsType[*fs.PathError](err)
	switch {
	case !ok:
		return err
	case at.Op == "mkdir":
		kind = daemon.NotMade
	case filepath.Dir(at.Path) == folder && syscall.Access(folder, unix.R_OK|unix.W_OK|unix.X_OK) == nil:
		path = at.Path
	}
	return daemon.NewFault(kind, path, err)
}

// takenPort is an address that nobody can listen on now, and the settings that choose it.
func takenPort(address, settings string, err error) string {
	_, port, _ := net.SplitHostPort(address)
	return say("check.port.taken", "address", address, "why", reason(err), "port", port, "settings", settings)
}
