package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ostai/futuopend-gateway/agent/daemon"
)

// site is where the daemon's data and the journal lie. In a container that depends on where the volume is: what is not on it is lost
// with the container.
type site struct {
	journal string
	older   string // a journal of before, which is to be moved there; empty for none
	link    string // the volume of another image that the data folder is to lead to; empty for none
}

// journalFolder is the name of the journal's folder.
const journalFolder = ".futuopend-gateway"

// site finds out. The daemon looks in the home folder alone, so a volume elsewhere is linked from there.
func (c *checker) site(f daemon.Folder, home string, mounts []string) site {
	p := site{journal: filepath.Join(home, journalFolder)}
	data := f.Path()
	if p.link = c.elsewhere(f, mounts); p.link != "" {
		data = p.link
	} else if real, err := filepath.EvalSymlinks(data); err == nil {
		data = real
	}
	// The home folder is a volume in each container of the image, which may be one without a name, that is gone with the container. A data
	// folder on a mount of its own was put there by somebody.
	if own := daemon.MountOf(data, mounts); own == "" || own == daemon.MountOf(home, mounts) || daemon.MountOf(p.journal, mounts) == p.journal {
		return p
	}
	if older := p.journal; hasJournal(older) {
		p.older = older
	}
	p.journal = filepath.Join(data, journalFolder)
	if hasJournal(p.journal) {
		p.older = "" // it was moved, or is of another container on the same volume
	}
	return p
}

// elsewhere is the volume that another image has used, if it can be used. The daemon's own identity, or a link, wins against it.
func (c *checker) elsewhere(f daemon.Folder, mounts []string) (link string) {
	if info, err := os.Lstat(f.Path()); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return ""
	}
	device, _ := f.Device() // what is wrong with it is told before the start
	for _, found := range daemon.FindElsewhere(f, mounts) {
		err := usableSite(found)
		switch {
		case device != "" || link != "":
			c.notices = append(c.notices, say("volume.unused", "path", found.Mount, "folder", f.Path()))
		case err == nil:
			link = found.Path
			c.notices = append(c.notices, say("volume.used", "path", found.Path, "folder", f.Path()))
		case found.Named:
			c.wrong(say("check.on.folder"), "wrong.volume", "path", found.Mount, "error", plainly(err), "folder", f.Path())
		default:
			c.notices = append(c.notices, say("volume.lost", "path", found.Mount, "error", plainly(err)))
		}
	}
	return link
}

// usableSite reports why a volume cannot be used. One that has no data folder yet must let one be made.
func usableSite(found daemon.Elsewhere) error {
	if found.Path != found.Mount && !found.Named {
		return daemon.UsableData(found.Mount)
	}
	for dir := filepath.Dir(found.Path); dir != "/"; dir = filepath.Dir(dir) {
		if err := daemon.Enterable(dir); err != nil {
			return err
		}
	}
	return daemon.UsableData(found.Path)
}

// hasJournal reports whether a gateway has kept a journal there.
func hasJournal(dir string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "journal*.jsonl"))
	return len(files) > 0
}

// settle makes it so: it links the data folder to the volume, and moves the journal onto it.
func (p site) settle(f daemon.Folder) error {
	if p.link != "" {
		if err := linkFolder(f.Path(), p.link); err != nil {
			return daemon.NewFault(daemon.NotUsed, p.link, err)
		}
	}
	if p.older != "" {
		if err := moveFolder(p.older, p.journal); err != nil {
			return daemon.NewFault(daemon.NotWritten, p.journal, err)
		}
	}
	return nil
}

// linkFolder puts a link in the place of a folder that has no identity. What is in it is kept under another name.
func linkFolder(path, target string) error {
	if err := os.MkdirAll(target, 0o700); err != nil {
		return err
	}
	err := os.Remove(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		err = os.Rename(path, path+".before")
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Symlink(target, path)
}

// moveFolder moves files to another file system: whole, or not at all, so that a stop in the middle leaves the old ones. Both are small: a
// journal is bounded.
func moveFolder(from, to string) error {
	half := to + ".moving"
	if err := errors.Join(os.RemoveAll(half), os.MkdirAll(filepath.Dir(to), 0o700)); err != nil {
		return err
	}
	if err := copyFolder(from, half); err != nil {
		return err
	}
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // it has something in it
	}
	if err := os.Rename(half, to); err != nil {
		return err
	}
	return emptyFolder(from)
}

func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.Join(to, strings.TrimPrefix(path, from))
		switch {
		case path == filepath.Join(from, fetchedFolder):
			return fs.SkipDir // it can be fetched again, and is no journal
		case e.IsDir():
			return os.MkdirAll(name, 0o700)
		case e.Type().IsRegular():
			return copyFile(path, name)
		}
		return nil
	})
}

// copyFile copies one file so that it survives a power cut.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// emptyFolder removes what is in a folder. The folder may be one that the image has.
func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}
