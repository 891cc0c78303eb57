package fetch

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// folder is where daemons are kept: each in a folder of its name, the link current to the one in use, and sums.
type folder string

const (
	currentLink = "current"
	sums        = "archives.sha256" // what each archive hashed to when it was fetched first
	lockFile    = "lock"
	archivePart = ".part"
	folderPart  = ".new"
	keep        = 2 // daemons, the one in use among them: the one before is there for whoever must go back
)

// unpacked is what is kept free for the command-line program beside the archive, in bytes: twice what the largest seen takes.
const unpacked = 512 << 20

func (f folder) path(names ...string) string {
	return filepath.Join(append([]string{string(f)}, names...)...)
}

// lock keeps a second fetcher out until release, or says who is there.
func (f folder) lock() (release func(), err error) {
	if err := os.MkdirAll(string(f), 0o755); err != nil {
		return nil, fmt.Errorf("%w; mount a folder there that uid %d may write", err, os.Getuid())
	}
	file, err := os.OpenFile(f.path(lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w; give the folder to uid %d", err, os.Getuid())
	}
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err != nil {
		file.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = fmt.Errorf("another program fetches into %s: wait until it has ended, or stop it", f)
		}
		return nil, err
	}
	return func() { file.Close() }, nil
}

// runs says whether programs in it can be run at all.
func (f folder) runs() error {
	var s unix.Statfs_t
	if err := unix.Statfs(string(f), &s); err != nil {
		return err
	}
	if s.Flags&unix.ST_NOEXEC != 0 {
		return fmt.Errorf("%s is mounted noexec, so no program in it can run: mount it without, or set FUTU_CMD to a FutuOpenD elsewhere", f)
	}
	return nil
}

// room says whether need bytes more can be kept.
func (f folder) room(need int64) error {
	var s unix.Statfs_t
	if err := unix.Statfs(string(f), &s); err != nil {
		return err
	}
	if free := int64(s.Bavail) * s.Bsize; free < need+unpacked {
		return noRoom{fmt.Errorf("%s has %d MB free, and %d MB are needed: make room", f, free>>20, (need+unpacked)>>20)}
	}
	return nil
}

// ofDisk reports whether it is this machine's disk that something failed by, so that another archive would not do either.
func ofDisk(err error) bool {
	_, full := errors.AsType[noRoom](err)
	_, failed := errors.AsType[*fs.PathError](err)
	return full || failed
}

// noRoom says that something does not fit.
type noRoom struct{ error }

// sum is what an archive hashed to when it was fetched first, empty if it never was.
func (f folder) sum(r Release) string {
	file, err := os.Open(f.path(sums))
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) == 2 && words[1] == r.archive() {
			return words[0]
		}
	}
	return ""
}

// note keeps what an archive hashed to.
func (f folder) note(r Release, sum string) error {
	if f.sum(r) != "" {
		return nil
	}
	file, err := os.OpenFile(f.path(sums), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "%s  %s\n", sum, r.archive())
	return errors.Join(err, file.Sync(), file.Close())
}

// discard removes an archive that was downloaded. One that a person put somewhere is his.
func (f folder) discard(r Release, archive string) {
	if archive == f.path(r.archive()+archivePart) {
		os.Remove(archive) // one that stays is looked at again, and takes room
	}
}

// has reports whether a release is there, whole: its folder is named so only when it is.
func (f folder) has(r Release) bool {
	info, err := os.Stat(f.path(r.Name(), r.Program()))
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

// inUse is the release that current leads to. ok is false if there is none.
func (f folder) inUse(moomoo bool) (r Release, ok bool) {
	target, err := os.Readlink(f.path(currentLink))
	if err != nil {
		return Release{}, false
	}
	if r, ok = releaseOf(target + ".tar.gz"); ok {
		ok = r.Moomoo == moomoo && f.has(r)
	}
	return r, ok
}

// use makes current lead to a release, in one step, and removes all but the last two.
func (f folder) use(r Release) error {
	before, err := os.Readlink(f.path(currentLink))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if before != r.Name() {
		fresh := f.path(currentLink + folderPart)
		os.Remove(fresh) // a fetch that was killed may have left it
		if err := errors.Join(os.Symlink(r.Name(), fresh), os.Rename(fresh, f.path(currentLink))); err != nil {
			return err
		}
	}
	return f.prune(r.Name(), before)
}

// prune removes what nobody goes back to: daemons beyond those to keep, the least recently fetched first, and halves of others.
func (f folder) prune(kept ...string) error {
	entries, err := os.ReadDir(string(f))
	if err != nil {
		return err
	}
	type daemon struct {
		name string
		at   int64
	}
	var others []daemon
	for _, e := range entries {
		name := e.Name()
		info, gone := e.Info()
		if _, ok := releaseOf(strings.TrimSuffix(strings.TrimSuffix(name, folderPart), ".tar.gz"+archivePart) + ".tar.gz"); !ok || gone != nil {
			continue
		}
		if e.IsDir() && !strings.HasSuffix(name, folderPart) {
			if !slices.Contains(kept, name) {
				others = append(others, daemon{name, info.ModTime().UnixNano()})
			}
			continue
		}
		err = errors.Join(err, os.RemoveAll(f.path(name)))
	}
	slices.SortFunc(others, func(a, b daemon) int { return int(b.at - a.at) })
	have := len(slices.Compact(slices.DeleteFunc(slices.Clone(kept), func(s string) bool { return s == "" })))
	for _, d := range others[min(len(others), max(keep-have, 0)):] {
		err = errors.Join(err, os.RemoveAll(f.path(d.name)))
	}
	return err
}

// hash is the SHA-256 of a file, in hexadecimal digits.
func hash(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
