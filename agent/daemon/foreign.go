package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Usable reports why the identity in the folder cannot be used although it is there: a file of another user. Without
// its identity the daemon would pass for a new device, and an SMS would be wanted at each start.
func (f Folder) Usable() error {
	for _, path := range []string{f.Path(), filepath.Dir(f.file("")), f.file("Device.dat")} {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it is made at the first start
		}
		mode := uint32(6) // read and write
		if err == nil && info.IsDir() {
			mode = 7
		}
		if err == nil {
			err = syscall.Access(path, mode)
		}
		if err != nil {
			return fmt.Errorf("%s is there and cannot be read and written (%w): it belongs to %s, and the daemon runs as uid %d; give it to that user with chown", path, err, owner(info), os.Getuid())
		}
	}
	return nil
}

func owner(info fs.FileInfo) string {
	if info == nil {
		return "another user"
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "another user"
	}
	return fmt.Sprintf("uid %d with mode %04o", stat.Uid, info.Mode().Perm())
}

// Stranger reports a program that uses the folder and is no daemon of a gateway: one named FutuOpenD or OpenD that has
// something of the folder open, or any program that writes in F3CNN. It knows what /proc shows to this user, no
// more. Who reads, as a backup does, is none; the daemon of a gateway holds that gateway's lock, which [Folder.Free] tells of.
func (f Folder) Stranger() error {
	for _, p := range processes() {
		if p.pid != os.Getpid() && f.strange(p.pid) {
			return fmt.Errorf("%s uses the daemon's data folder %s and was not started by a gateway; two daemons on one device make the broker lock it: stop it first", p, f.Path())
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
	named := slices.Contains([]string{"FutuOpenD", "OpenD"}, programName(pid))
	root, err := filepath.EvalSymlinks(f.Path())
	if err != nil {
		return false
	}
	found := false
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
	return found
}

var flags = regexp.MustCompile(`(?m)^flags:\s*0*([0-7]+)$`)

// writes reports whether an open file was opened to be written.
func writes(pid int, fd string) bool {
	text, err := readProc(pid, "fdinfo/"+fd)
	m := flags.FindStringSubmatch(text)
	if err != nil || m == nil {
		return false
	}
	n, err := strconv.ParseInt(m[1], 8, 64)
	return err == nil && n&syscall.O_ACCMODE != syscall.O_RDONLY
}
