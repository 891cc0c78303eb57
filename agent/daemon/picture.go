package daemon

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// errNoPicture is returned while there is no picture that is new enough.
var errNoPicture = errors.New("the daemon has not written the picture yet")

// Picture returns the captcha's picture, a PNG or a JPEG, if there is one that is newer than after. named is its path as the daemon
// told it, empty if it told none: it counts if it lies within the daemon's data folder or that of its program, where it begins if it is
// relative. Otherwise the picture is looked for where FutuOpenD's documentation says, in the folder of either brand, and the newest
// counts. Its errors are for a person.
func (c Config) Picture(named string, after time.Time) ([]byte, error) {
	text, written, err := c.named(named)
	if err != nil || written.Before(after) {
		text, written, err = c.Folder.newest(err)
	}
	switch {
	case err != nil:
		return nil, err
	case written.Before(after):
		return nil, errNoPicture
	}
	if _, err := png.DecodeConfig(bytes.NewReader(text)); err == nil {
		return text, nil
	}
	if _, err := jpeg.DecodeConfig(bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("the picture is neither a PNG nor a JPEG: %w", err)
	}
	return text, nil
}

// newest is the newest picture in the folders of the two brands. Where there is none, why is returned, if it is something else than
// that there is no file.
func (f Folder) newest(why error) (text []byte, written time.Time, err error) {
	if why == nil || errors.Is(why, os.ErrNotExist) {
		why = errNoPicture
	}
	for _, moomoo := range []bool{f.Moomoo, !f.Moomoo} {
		file, err := os.OpenFile(Folder{f.Home, moomoo}.file("PicVerifyCode.png"), os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
		if err != nil {
			continue
		}
		b, at, err := readRegular(file)
		file.Close()
		switch {
		case err != nil && text == nil:
			why = fmt.Errorf("read the picture: %w", err)
		case err == nil && (text == nil || at.After(written)):
			text, written, why = b, at, nil
		}
	}
	return text, written, why
}

// errOutside is returned for a picture that the gateway does not pass on, whoever says that it is one.
var errOutside = errors.New("the daemon names a picture that is not within its folders")

// named reads the picture that the daemon named. No link leads out of the folder in which it lies.
func (c Config) named(path string) (text []byte, written time.Time, err error) {
	if path == "" {
		return nil, time.Time{}, errNoPicture
	}
	program := filepath.Dir(c.program())
	if !filepath.IsAbs(path) {
		path = filepath.Join(program, path)
	}
	for _, moomoo := range []bool{c.Folder.Moomoo, !c.Folder.Moomoo} {
		if text, written, err = readWithin(Folder{c.Folder.Home, moomoo}.Path(), path); !errors.Is(err, errOutside) {
			return text, written, err
		}
	}
	return readWithin(program, path)
}

// readWithin reads a file that lies within a folder, or below the place to which the folder is a link.
func readWithin(dir, path string) (text []byte, written time.Time, err error) {
	dirs := []string{dir}
	if real, err := filepath.EvalSymlinks(dir); err == nil && real != dir {
		dirs = append(dirs, real)
	}
	for _, d := range dirs {
		name, err := filepath.Rel(d, filepath.Clean(path))
		if err != nil || !filepath.IsLocal(name) || name == "." {
			continue
		}
		root, err := os.OpenRoot(d)
		if err != nil {
			return nil, time.Time{}, fmt.Errorf("read the picture: %w", err)
		}
		defer root.Close()
		file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			return nil, time.Time{}, fmt.Errorf("read the picture: %w", err)
		}
		defer file.Close()
		text, written, err := readRegular(file)
		if err != nil {
			return nil, time.Time{}, fmt.Errorf("read the picture: %w", err)
		}
		return text, written, nil
	}
	return nil, time.Time{}, errOutside
}
