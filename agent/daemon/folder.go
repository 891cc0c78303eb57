package daemon

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// The daemon's data folders in the home folder of the passwd entry, by brand.
const (
	futuFolder   = ".com.futunn.FutuOpenD"
	moomooFolder = ".com.moomoo.OpenD"
)

// Folder is where the daemon keeps its identity, its login and the captcha's picture.
type Folder struct {
	Home   string // the passwd entry's home: the daemon ignores HOME
	Moomoo bool
}

// Path is the data folder of the brand.
func (f Folder) Path() string {
	if f.Moomoo {
		return filepath.Join(f.Home, moomooFolder)
	}
	return filepath.Join(f.Home, futuFolder)
}

func (f Folder) file(name string) string { return filepath.Join(f.Path(), "F3CNN", name) }

// maxFile bounds what is read of the daemon's files, in bytes. The picture has a few thousand.
const maxFile = 256 << 10

// Device is a fingerprint of the identity that the broker knows the device by, empty if
// there is none yet: then, or when it changes, an SMS is wanted. One that is there and cannot be read is an error.
func (f Folder) Device() (string, error) {
	text, err := readSome(f.file("Device.dat"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("read the device's identity: %w", err)
	case len(text) == 0:
		return "", nil
	}
	return fmt.Sprintf("%x", sha256.Sum256(text))[:12], nil
}

// Remembers reports whether the daemon has stored a login. The file's name is from operators' notes on 10.10.
func (f Folder) Remembers() bool {
	info, err := os.Lstat(f.file("Broker.dat"))
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}

// readSome reads a regular file that is not larger than maxFile. It is opened once, and what was opened is looked at, so that nobody
// can put another file or a FIFO, which would be waited for, in its place meanwhile.
func readSome(path string) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, _, err := readRegular(file)
	return text, err
}

// readRegular reads what was opened, if it is a regular file that is not larger than maxFile, and tells when it was written.
func readRegular(file *os.File) (text []byte, written time.Time, err error) {
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, time.Time{}, err
	case !info.Mode().IsRegular():
		return nil, time.Time{}, errIrregular
	case info.Size() > maxFile:
		return nil, time.Time{}, fmt.Errorf("%s has %d bytes, more than %d", file.Name(), info.Size(), maxFile)
	}
	text, err = io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%s grew beyond %d bytes while it was read", file.Name(), maxFile)
	}
	return text, info.ModTime(), err
}

// Check looks whether the daemon can keep its data, and makes the folder if it is not
// there. Its errors are a [Fault].
func (f Folder) Check() error {
	if err := os.MkdirAll(filepath.Join(f.Path(), "F3CNN"), 0o700); err != nil {
		return NewFault(NotMade, f.Path(), err)
	}
	probe, err := os.CreateTemp(f.Path(), ".gateway-probe-")
	if err != nil {
		return NewFault(NotWritten, f.Path(), err)
	}
	_, err = probe.Write(make([]byte, 4096))
	if err := errors.Join(err, probe.Close(), os.Remove(probe.Name())); err != nil {
		return NewFault(NotWritten, f.Path(), err)
	}
	return nil
}
