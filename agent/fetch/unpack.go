package fetch

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// What an archive may have. The largest seen has some 700 MB in a few hundred files, half of it the graphical program.
const (
	maxFiles = 20_000
	maxBytes = 4 << 30
)

// desktop are endings and names of what needs a desktop, and is left out.
var desktop = []string{".AppImage", ".deb", ".rpm", "fixrun.sh"}

// unpack puts the folder of the daemon's program out of an archive into a folder that is not there yet.
func unpack(ctx context.Context, archive string, r Release, into string) error {
	from, err := findDaemon(ctx, archive, r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(into) // no name in the archive leads out of it
	if err != nil {
		return err
	}
	defer root.Close()
	err = walk(ctx, archive, func(h *tar.Header, body io.Reader) error {
		name, ok := strings.CutPrefix(clean(h.Name), from)
		if !ok || name == "" || slices.ContainsFunc(desktop, func(end string) bool { return strings.HasSuffix(name, end) }) {
			return nil
		}
		return put(root, h, name, body, r)
	})
	if err != nil {
		return err
	}
	return r.alias(root)
}

// clean is a name of the archive without ./ in front.
func clean(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }

// findDaemon returns the folder, with a slash at its end, that has the daemon's program. An archive has folders in folders of one
// name, and the names change: the daemon is what is called so, and has its data beside it.
func findDaemon(ctx context.Context, archive string, r Release) (folder string, err error) {
	var found, others, names []string
	data := map[string]bool{}
	err = walk(ctx, archive, func(h *tar.Header, _ io.Reader) error {
		if h.Typeflag != tar.TypeReg {
			return nil
		}
		dir, base := path.Split(clean(h.Name))
		switch {
		case base == r.Program():
			found = append(found, dir)
		case base == program(!r.Moomoo):
			others = append(others, dir)
		case strings.EqualFold(base, "AppData.dat"):
			data[dir] = true
		}
		if names = append(names, clean(h.Name)); len(names) > maxFiles {
			return fmt.Errorf("it has more than %d files", maxFiles)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if i := slices.IndexFunc(found, func(dir string) bool { return data[dir] }); i >= 0 {
		return found[i], nil
	}
	switch {
	case len(found) > 0:
		return found[0], nil
	case len(others) > 0:
		return "", fmt.Errorf("this archive has %s and no %s: it is the other brand's, see FUTU_BRAND", program(!r.Moomoo), r.Program())
	}
	return "", fmt.Errorf("this archive has no file called %s; it has %s", r.Program(), strings.Join(names[:min(len(names), 10)], " "))
}

// walk hands each entry of an archive on.
func walk(ctx context.Context, archive string, each func(*tar.Header, io.Reader) error) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("it is no archive: %w", err)
	}
	entries := tar.NewReader(io.LimitReader(unzipped, maxBytes))
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		h, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("it is no whole archive: %w", err)
		}
		if err := each(h, entries); err != nil {
			return err
		}
	}
}

// put writes one entry. Its owner is whoever unpacks, and everybody may read it: the archive's own modes were seen to be its maker's alone.
func put(root *os.Root, h *tar.Header, name string, body io.Reader, r Release) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(name, 0o755)
	case tar.TypeSymlink:
		return root.Symlink(h.Linkname, name)
	case tar.TypeReg:
	default:
		return fmt.Errorf("%s is neither a file, a folder nor a link", name)
	}
	mode := os.FileMode(0o644)
	if h.Mode&0o111 != 0 || name == r.Program() {
		mode = 0o755
	}
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, body)
	return errors.Join(err, file.Close(), root.Chtimes(name, h.ModTime, h.ModTime))
}

// alias gives moomoo's folder Futu's name of the program, so that one FUTU_CMD serves both brands. It is no link: the daemon shall see its
// own name.
func (r Release) alias(root *os.Root) error {
	if !r.Moomoo {
		return nil
	}
	if _, err := root.Stat(program(false)); err == nil {
		return nil
	}
	return root.WriteFile(program(false), []byte("#!/bin/sh\nexec \"${0%/*}/"+program(true)+"\" \"$@\"\n"), 0o755)
}
