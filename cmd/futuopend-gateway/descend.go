package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/ostai/futuopend-gateway/agent/daemon"
)

// descent is the way from root to the user of PUID and PGID, who gets the folders and a line in the passwd file, and no right beside. Root
// without PUID stays root.
type descent struct {
	uid, gid int
	passwd   string // the file, /etc/passwd
	home     string // of a user who has no line yet
}

// newDescent is nil where there is nothing to do.
func newDescent(puid, pgid string, root bool) (*descent, error) {
	if puid == "" || puid == "0" || !root {
		return nil, nil
	}
	d := &descent{passwd: "/etc/passwd", home: "/home/futu"}
	var err error
	if d.uid, err = anID(puid); err != nil {
		return nil, errors.New(say("wrong.puid", "name", "PUID", "value", quoted(puid)))
	}
	if d.gid = d.uid; pgid == "" {
		return d, nil
	}
	if d.gid, err = anID(pgid); err != nil {
		return nil, errors.New(say("wrong.puid", "name", "PGID", "value", quoted(pgid)))
	}
	return d, nil
}

// anID is a number that Linux takes for a user: the last one means none.
func anID(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n == 0 || n == 1<<32-1 {
		return 0, errWrong
	}
	return int(n), nil
}

// descend gives up root's rights for those of PUID, and runs this program anew as that user, so that nothing of it ran with them. It
// returns where there is nothing to do, or when it failed: then nothing was started.
func descend(serves bool) error {
	d, err := newDescent(os.Getenv("PUID"), os.Getenv("PGID"), os.Getuid() == 0)
	if d == nil {
		return err
	}
	if lacking := lacks(serves); len(lacking) > 0 {
		return errors.New(say("wrong.capabilities", "capabilities", strings.Join(lacking, ", "), "uid", strconv.Itoa(d.uid)))
	}
	mounts := daemon.Mounts()
	env, err := d.enrol(os.Environ(), mounts)
	if err == nil && serves && len(env) > len(os.Environ()) {
		fmt.Fprintln(os.Stderr, "futuopend-gateway:", say("puid.wrapper", "home", d.home))
	}
	if err == nil && serves {
		err = d.give(d.folders(mounts))
	}
	if err == nil {
		err = d.become(env)
	}
	return failed("puid.failed", err)
}

// enrol gives the user a line in the passwd file, unless there is one that will do, and returns the environment to go on with: where that
// file cannot be written, or is mounted and so perhaps the host's, nss_wrapper shows another one to whoever asks the C library.
func (d *descent) enrol(environ, mounts []string) ([]string, error) {
	text, err := os.ReadFile(d.passwd)
	if err != nil {
		return nil, err
	}
	others, name, done := d.listed(text, mounts)
	if done {
		return environ, nil
	}
	fresh := append(others, fmt.Sprintf("%s:x:%d:%d:FutuOpenD:%s:/usr/sbin/nologin\n", name, d.uid, d.gid, d.home)...)
	if daemon.MountOf(d.passwd, mounts) == "" {
		if err := replace(d.passwd, fresh); !errors.Is(err, syscall.EROFS) && !errors.Is(err, fs.ErrPermission) {
			return environ, err
		}
	}
	copied, err := besides(fmt.Sprintf("futuopend-gateway-passwd-%d", d.uid), fresh)
	if err != nil {
		return nil, err
	}
	return append(environ, "LD_PRELOAD=libnss_wrapper.so", "NSS_WRAPPER_PASSWD="+copied, "NSS_WRAPPER_GROUP=/etc/group"), nil
}

// listed is what the passwd file has beside the user, and the name to give him. It is done if he has a line with our home, or with one that
// is mounted. A user of the base image, such as nobody, has a home where no volume is, or one that is not to be given away.
func (d *descent) listed(text []byte, mounts []string) (others []byte, name string, done bool) {
	name = "puid"
	for line := range bytes.Lines(text) {
		f := strings.Split(strings.TrimSpace(string(line)), ":")
		if len(f) < 6 || f[2] != strconv.Itoa(d.uid) {
			others = append(others, withNewline(line)...)
			continue
		}
		if f[5] == d.home || daemon.MountOf(f[5], mounts) != "" {
			d.home = f[5]
			return nil, "", true
		}
		name = f[0]
	}
	return others, name, false
}

func withNewline(text []byte) []byte { return append(bytes.TrimRight(text, "\n"), '\n') }

// besides writes a file that everybody may read, and only root may change, where a container with a read-only root has room.
func besides(name string, text []byte) (path string, err error) {
	var errs []error
	for _, dir := range []string{"/run", "/dev/shm", os.TempDir()} {
		path = filepath.Join(dir, name)
		if err = replace(path, text); err == nil {
			return path, nil
		}
		errs = append(errs, err)
	}
	return "", errors.Join(errs...)
}

// replace puts a text that everybody may read into the place of a file, or leaves that as it is: half a passwd file would lock root out.
func replace(path string, text []byte) error {
	fresh, err := os.CreateTemp(filepath.Dir(path), ".passwd-")
	if err != nil {
		return err
	}
	_, err = fresh.Write(text)
	err = errors.Join(err, fresh.Chmod(0o644), fresh.Close())
	if err == nil {
		err = os.Rename(fresh.Name(), path)
	}
	if err != nil {
		os.Remove(fresh.Name())
	}
	return err
}

// folders are what the user must be able to write: the home folder, what the settings name, and the volumes of other images.
func (d *descent) folders(mounts []string) []string {
	out := []string{d.home}
	for _, name := range []string{"FUTU_DATA", "GATEWAY_DATA"} {
		if path := os.Getenv(name); path != "" {
			out = append(out, path)
		}
	}
	for _, moomoo := range []bool{false, true} {
		for _, found := range daemon.FindElsewhere(daemon.Folder{Home: d.home, Moomoo: moomoo}, mounts) {
			out = append(out, found.Mount)
		}
	}
	return out
}

// give changes the owner of what is in folders and has another one. Links are not followed; what is mounted to be read only stays as it is.
func (d *descent) give(folders []string) error {
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err == nil {
				var info fs.FileInfo
				if info, err = e.Info(); err == nil {
					err = d.own(path, info)
				}
			}
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EROFS) {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *descent) own(path string, info fs.FileInfo) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) == d.uid && int(stat.Gid) == d.gid {
		return nil
	}
	return os.Lchown(path, d.uid, d.gid)
}

// become gives up every right that the user does not have, and runs this program anew. It returns only if that failed.
func (d *descent) become(environ []string) error {
	runtime.LockOSThread() // what is not said of all threads is of the one that runs the program anew
	if err := syscall.Setgroups([]int{}); err != nil {
		return failed("puid.groups", err)
	}
	if err := syscall.Setresgid(d.gid, d.gid, d.gid); err != nil {
		return failed("puid.group", err)
	}
	for c := uintptr(0); c <= unix.CAP_LAST_CAP; c++ {
		_ = unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0) // needs SETPCAP; without it no_new_privs does the same
	}
	if err := syscall.Setresuid(d.uid, d.uid, d.uid); err != nil {
		return failed("puid.user", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return failed("puid.rights", err)
	}
	return syscall.Exec("/proc/self/exe", os.Args, environ)
}
