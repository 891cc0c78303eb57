package daemon

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Item is one parameter of the daemon's config file. The names are from the official manual.
type Item struct{ Name, Value string }

// writeFile writes the config file into dir, for the daemon's eyes only, and returns its path. It is
// written anew for each start, because it is removed with the daemon.
func writeFile(dir string, moomoo bool, items []Item) (string, error) {
	path := filepath.Join(dir, "opend.xml")
	if err := os.WriteFile(path, configXML(moomoo, items), 0o600); err != nil {
		return "", fmt.Errorf("write config file: %w", err)
	}
	return path, nil
}

// configXML is the file's content. The root element has the brand's name.
func configXML(moomoo bool, items []Item) []byte {
	root := "futu_opend"
	if moomoo {
		root = "moomoo_opend"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<%s>\n", root)
	for _, i := range items {
		if i.Value == "" {
			continue
		}
		fmt.Fprintf(&b, "\t<%s>", i.Name)
		xml.EscapeText(&b, []byte(i.Value)) // a bytes.Buffer takes everything
		fmt.Fprintf(&b, "</%s>\n", i.Name)
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
