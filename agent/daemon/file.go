package daemon

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// File is the daemon's config file. Its names are from the official manual.
type File struct {
	Account     string
	PasswordMD5 string
	IP          string // the address that the API listens on
	Port        int
	Lang        string // chs or en
	LogLevel    string
	Moomoo      bool // the root element has the brand's name
}

// write writes the file into dir, for the daemon's eyes only, and returns its path. It is
// written anew for each start, because it is removed with the daemon.
func (f File) write(dir string) (string, error) {
	path := filepath.Join(dir, "opend.xml")
	if err := os.WriteFile(path, f.xml(), 0o600); err != nil {
		return "", fmt.Errorf("write config file: %w", err)
	}
	return path, nil
}

func (f File) xml() []byte {
	root := "futu_opend"
	if f.Moomoo {
		root = "moomoo_opend"
	}
	items := []struct{ name, value string }{
		{"ip", f.IP},
		{"api_port", strconv.Itoa(f.Port)},
		{"login_account", f.Account},
		{"login_pwd_md5", f.PasswordMD5},
		{"lang", f.Lang},
		{"log_level", f.LogLevel},
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<%s>\n", root)
	for _, i := range items {
		if i.value == "" {
			continue
		}
		fmt.Fprintf(&b, "\t<%s>", i.name)
		xml.EscapeText(&b, []byte(i.value)) // a bytes.Buffer takes everything
		fmt.Fprintf(&b, "</%s>\n", i.name)
	}
	fmt.Fprintf(&b, "</%s>\n", root)
	return b.Bytes()
}

// RunDir makes a folder that only this user can enter, in memory where the system has a place for that, and
// returns its path. The name tells apart the gateways of one user. A folder that a killed
// gateway left is taken over.
func RunDir(name string) (string, error) {
	var errs []error
	for _, parent := range []string{os.Getenv("XDG_RUNTIME_DIR"), "/run", "/dev/shm", os.TempDir()} {
		if parent == "" {
			continue
		}
		dir := filepath.Join(parent, name)
		err := os.Mkdir(dir, 0o700)
		if errors.Is(err, fs.ErrExist) {
			err = own(dir)
		}
		if err == nil {
			return dir, nil
		}
		errs = append(errs, err)
	}
	return "", fmt.Errorf("make run folder: %w", errors.Join(errs...))
}

// own checks that a folder with a name that anybody can guess is ours and private.
func own(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(owner.Uid) != os.Getuid() {
		return fmt.Errorf("%s is not a folder of this user", dir)
	}
	return os.Chmod(dir, 0o700)
}
