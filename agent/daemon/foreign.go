package daemon

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// Usable reports why the identity in the folder cannot be used although it is there, as when it is of another user. Without
// its identity the daemon would pass for a new device, and an SMS would be wanted at each start.
func (f Folder) Usable() error {
	const search = 1
	if err := usable(f.Home, search); err != nil {
		return err
	}
	if err := UsableData(f.Path()); err != nil {
		return err
	}
	switch _, err := f.Device(); {
	case errors.Is(err, errIrregular), errors.Is(err, syscall.ELOOP): // a link is not followed
		return NewFault(NoFile, f.file("Device.dat"), errIrregular)
	case err != nil:
		return NewFault(NotRead, f.file("Device.dat"), err)
	}
	return nil
}

// Enterable reports why a folder cannot be passed through.
func Enterable(path string) error { return usable(path, 1) }

// UsableData reports why a data folder cannot be used, wherever it lies. What is not there is made at the first start.
func UsableData(path string) error {
	const search, use = 1, 2 | 4
	for _, part := range []struct {
		path  string
		needs uint32
	}{{path, search | use}, {filepath.Join(path, "F3CNN"), search | use}, {filepath.Join(path, "F3CNN", "Device.dat"), use}} {
		if err := usable(part.path, part.needs); err != nil {
			return err
		}
	}
	return nil
}

// usable reports why this user has not all of these rights.
func usable(path string, needs uint32) error {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = syscall.Access(path, needs)
	}
	switch {
	case err == nil:
		return nil
	case needs == 1:
		return NewFault(NotEntered, path, err)
	}
	return NewFault(NotUsed, path, err)
}

// Stranger reports a program that uses the folder and is no daemon of a gateway: one named FutuOpenD or OpenD that has
// something of the folder open, or whose home has it; or any program that writes in F3CNN. It knows what /proc shows to this user, no
// more. Who reads, as a backup does, is none; the daemon of a gateway holds that gateway's lock, which [Folder.Free] tells of.
func (f Folder) Stranger() error {
	for _, p := range processes() {
		if p.pid != os.Getpid() && !p.dead() && f.strange(p.pid) {
			out := NewFault(Strange, f.Path(), nil)
			out.Program, out.PID = cmp.Or(daemonName(p.pid), programName(p.pid)), p.pid
			return out
		}
	}
	return nil
}

// strange reports whether a process uses the folder as another daemon would.
func (f Folder) strange(pid int) bool {
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	fds, err := os.ReadDir(dir)
	if err != nil {
		return false // of another user, or gone
	}
	root, err := filepath.EvalSymlinks(f.Path())
	if err != nil {
		return false
	}
	named := daemonName(pid) != ""
	found := named && f.isHome() && sees(pid)
	for _, fd := range fds {
		path, err := os.Readlink(filepath.Join(dir, fd.Name()))
		if err != nil || !strings.HasPrefix(path, root+"/") {
			continue
		}
		if path == filepath.Join(root, lockFile) {
			return false
		}
		inside := strings.HasPrefix(path, filepath.Join(root, "F3CNN")+"/")
		found = found || named || inside && writes(pid, fd.Name())
	}
	if cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)); err == nil && named && (cwd == root || strings.HasPrefix(cwd, root+"/")) {
		found = true
	}
	return found && !startedByAGateway(pid)
}

// daemonName is the name of a process if it is a daemon's: its program's, or its own, which a script has. It is empty otherwise.
func daemonName(pid int) string {
	comm, _ := readProc(pid, "comm") // what cannot be read is no name
	for _, name := range []string{programName(pid), strings.TrimSpace(comm)} {
		if name == "FutuOpenD" || name == "OpenD" {
			return name
		}
	}
	return ""
}

// isHome reports whether the folder is in the home of the passwd entry, where every daemon of this user keeps its data, open or not.
func (f Folder) isHome() bool {
	u, err := CurrentUser()
	return err == nil && filepath.Clean(f.Home) == filepath.Clean(u.HomeDir)
}

// sees reports whether a process is of this user and has the same files before it: that of a container has its own.
func sees(pid int) bool {
	info, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	mine, err := os.Readlink("/proc/self/ns/mnt")
	if err != nil || !ok || int(stat.Uid) != os.Getuid() {
		return false
	}
	theirs, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/mnt", pid))
	return err == nil && mine == theirs
}

// startedByAGateway reports whether a process has the mark of a run in its environment.
func startedByAGateway(pid int) bool {
	text, err := readProc(pid, "environ")
	return err == nil && strings.Contains("\x00"+text, "\x00"+markName+"=")
}

var flags = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^flags:\s*0*([0-7]+)$`) })

// writes reports whether an open file was opened to be written.
func writes(pid int, fd string) bool {
	text, err := readProc(pid, "fdinfo/"+fd)
	m := flags().FindStringSubmatch(text)
	if err != nil || m == nil {
		return false
	}
	n, err := strconv.ParseInt(m[1], 8, 64)
	return err == nil && n&syscall.O_ACCMODE != syscall.O_RDONLY
}
