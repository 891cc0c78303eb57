package daemon

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// FaultKind says what is wrong with a user, a folder or a file. A person's language has a sentence for each.
type FaultKind string

// The kinds of faults.
const (
	NoPasswd   FaultKind = "passwd"    // the user has no passwd entry
	NotMade    FaultKind = "made"      // a folder is not there and cannot be made
	NotWritten FaultKind = "written"   // a folder cannot be written
	NotEntered FaultKind = "entered"   // a folder cannot be passed through
	NotUsed    FaultKind = "used"      // a file or folder cannot be read and written
	NoFile     FaultKind = "irregular" // something else is where the daemon's identity belongs
	NotRead    FaultKind = "identity"  // the daemon's identity cannot be read, although it may be
	Locked     FaultKind = "locked"    // another daemon of a gateway uses the folder
	Strange    FaultKind = "stranger"  // a daemon uses the folder that no gateway started
)

// Fault is what keeps a daemon, or a gateway, from what it needs of this machine. Error is for the log and the journal, in English; who
// talks to a person words it by its kind and what mends it.
type Fault struct {
	Kind    FaultKind
	Path    string // what it is about, empty for NoPasswd
	UID     int    // of this process
	Owner   string // the uid whose the path is, empty if that is not known
	Mode    string // what its owner, group and others may do with it, as in 0700
	Program string // of a Strange one
	PID     int    // of a Strange one
	Err     error  // why, nil if the kind says all
}

// NewFault is a fault of a path, seen by this process.
func NewFault(kind FaultKind, path string, err error) *Fault {
	f := &Fault{Kind: kind, Path: path, UID: os.Getuid(), Err: err}
	f.Owner, f.Mode = owner(path)
	return f
}

// Unwrap is why.
func (f *Fault) Unwrap() error { return f.Err }

func (f *Fault) Error() string {
	mend := f.Remedy().String()
	switch f.Kind {
	case NoPasswd:
		return fmt.Sprintf("uid %d has no entry in /etc/passwd, and FutuOpenD crashes without one; %s", f.UID, mend)
	case NoFile, NotRead:
		return fmt.Sprintf("the device's identity %s cannot be used by uid %d: %v; %s", f.Path, f.UID, f.Err, mend)
	case Locked:
		return fmt.Sprintf("another daemon uses the data folder %s: two on one device make the broker lock it; %s", f.Path, mend)
	case Strange:
		return fmt.Sprintf("%s (process %d) uses the daemon's data folder %s and was not started by a gateway; two daemons on one device make the broker lock it: %s", f.Program, f.PID, f.Path, mend)
	}
	verb, whose := string(f.Kind), ""
	if f.Kind == NotUsed {
		verb = "read and written"
	}
	if f.Owner != "" {
		whose = "it belongs to uid " + f.Owner + " with mode " + f.Mode + ", and "
	}
	return fmt.Sprintf("%s cannot be %s: %v; %sthis runs as uid %d; %s", f.Path, verb, f.Err, whose, f.UID, mend)
}

// owner is whose a path is, and who may use it. A link says nothing of that.
func owner(path string) (uid, mode string) {
	info, err := os.Stat(path)
	if err != nil {
		return "", ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", ""
	}
	return strconv.FormatUint(uint64(stat.Uid), 10), fmt.Sprintf("%04o", info.Mode().Perm())
}

// errIrregular is returned for what is no regular file.
var errIrregular = errors.New("it is no regular file")
